"""What of a queue's week can be booked: hours as they are planned and as the route works, and the demand so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from events.words import Direction
from services.queue_scheduling import repository
from services.queue_scheduling.dispatch.book import queue_key
from services.queue_scheduling.domain.hours import MINUTE, Hours, midnight
from services.queue_scheduling.slots.buckets import (
    Bucket,
    absent_share,
    bookable_share,
    booked_part,
    calls_of,
    is_on_grid,
    places_of,
    starts_on,
)
from services.queue_scheduling.slots.plan import Plan, plan_at
from services.queue_scheduling.slots.terms import SlotTerms

LATELY, ABSENCES_OF = timedelta(days=7), timedelta(days=30)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DEMAND = """
SELECT count(*) FILTER (WHERE starts >= %(lately)s AND stage IN ('CONFIRMED', 'USED', 'LOST')) AS booked,
    count(*) FILTER (WHERE stage = 'LOST') AS lost, count(*) FILTER (WHERE stage = 'USED') AS used
FROM queue_scheduling.bookings WHERE queue = %(queue)s AND starts >= %(since)s AND starts < %(now)s
"""


@dataclass(frozen=True)
class Calendar:
    """One queue's coming days as they are known at an instant."""

    session: Session
    route: str
    direction: Direction
    plan: Plan
    now: datetime

    @property
    def queue(self) -> str:
        """The queue's key."""
        return queue_key(self.route, self.direction)

    @property
    def terms(self) -> SlotTerms:
        """The terms of today."""
        return self.terms_on(self.now)

    def terms_on(self, at: datetime) -> SlotTerms:
        """The terms of an instant's day; of one beyond what is planned, the last known."""
        return self.plan.terms_on(at.astimezone(HANOI).date())

    def calls(self, starts: datetime, minutes: int) -> float:
        """The calls of a bucket as the route works: none while it is closed then or paused."""
        return calls_of(self._hours(starts), starts, minutes)

    def _hours(self, starts: datetime) -> Hours | None:
        ahead = (midnight(starts) - midnight(self.now)).days
        days, change = self.plan.days, self.plan.change
        hours = days[ahead] if 0 <= ahead < len(days) else None
        if change.until is None or change.until > starts:
            return None if change.stops else hours and hours.at_most(change.most_in(self.direction))
        return hours

    def room_left(self, starts: datetime, minutes: int) -> int:
        """How many calls can still be made in a bucket: what stops until further notice is not known to end soon."""
        ahead = (midnight(starts) - midnight(self.now)).days
        days, change = self.plan.days, self.plan.change
        hours = days[ahead] if 0 <= ahead < len(days) else None
        if hours is None:
            return 0
        first, last = max(starts, self.now), starts + minutes * MINUTE
        turn = min(max(change.until or self.now + self.terms.there_from, first), last)
        most = 0 if change.stops else change.most_in(self.direction)
        minute = [(at - midnight(starts)) // MINUTE for at in (first, turn, last)]
        return int(hours.at_most(most).calls_between(*minute[:2]) + hours.calls_between(*minute[1:]))

    def new_bucket(self, starts: datetime) -> Bucket:
        """A bucket as it is before anybody has booked in it."""
        minutes = self.terms_on(starts).bucket // MINUTE
        return Bucket(self.queue, starts, minutes, self.places(starts, minutes), measured_at=self.now)

    def measure(self, bucket: Bucket) -> None:
        """Give a bucket as many places as its demand and the capacity as the route works have for it now."""
        bucket.measure(self.places(bucket.starts, bucket.minutes), self.now)

    def shown(self, starts: datetime, known: Bucket | None) -> Bucket:
        """A bucket as whoever books in it now finds it; `known` is its row, None while nobody has booked in it."""
        if known is None:
            return self.new_bucket(starts)
        if not known.is_stale(self.now):
            return known
        found = replace(known)
        self.measure(found)
        return found

    def can_be_booked(self, starts: datetime) -> bool:
        """Whether there is such a bucket, within the horizon, and trucks are called in it as far as is known."""
        terms = self.terms_on(starts)
        within = self.soonest < starts <= self.now + self.terms.horizon and is_on_grid(starts, terms)
        return within and self.calls(starts, terms.bucket // MINUTE) >= 1

    def may_be_opening(self, starts: datetime) -> bool:
        """Whether the bucket's draw may still be under way."""
        _, closes = self.terms.opening(starts)
        return self.now < closes + HOUR

    def starts(self) -> Iterator[datetime]:
        """All buckets that can still be reached, as far as one can book."""
        return self.starts_within(self.soonest, self.now + self.terms.horizon)

    @property
    def soonest(self) -> datetime:
        """A bucket that starts by then is too near: its trucks have to be there already."""
        return self.now + self.terms.there_by

    def starts_within(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """The buckets that start after an instant, and not after another."""
        for ahead, hours in enumerate(self.plan.days):
            day = midnight(self.now) + ahead * DAY
            for starts in starts_on(day, hours, self.terms_on(day)) if hours else ():
                if after < starts <= until:
                    yield starts.astimezone(UTC)

    def places(self, starts: datetime, minutes: int) -> int:
        """The bookable places of a bucket as the route works."""
        return places_of(self._hours(starts), starts, minutes, booked_part(self.share, self.absent))

    @property
    def share(self) -> Decimal:
        """The bookable share."""
        booked, capacity = self._demand[0], self._capacity_lately
        return bookable_share(booked, capacity, self.terms)

    @property
    def absent(self) -> Decimal:
        """The holders' share of no-shows."""
        _, lost, used = self._demand
        return absent_share(lost, used, self.terms)

    @cached_property
    def _demand(self) -> tuple[int, int, int]:
        asked = {"queue": self.queue, "lately": self.now - LATELY, "since": self.now - ABSENCES_OF, "now": self.now}
        row = self.session.connection().exec_driver_sql(DEMAND, asked).one()
        return row.booked, row.lost, row.used

    @cached_property
    def _capacity_lately(self) -> float:
        past = repository.days_of(self.session, self.route, self.direction, self.now - LATELY)
        week = past[: LATELY // DAY]
        return sum(day.calls_between(0, DAY // MINUTE) for day in week if day)


def calendar_of(session: Session, route: str, direction: Direction, now: datetime) -> Calendar:
    """The calendar of a queue; raises UnknownRoute."""
    return Calendar(session, route, direction, plan_at(session, route, direction, now), now)


def terms_at(session: Session, at: datetime) -> SlotTerms:
    """The terms of an instant."""
    return SlotTerms.of(repository.numbers_at(session, at))
