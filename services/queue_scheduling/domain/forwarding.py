"""When the system calls by itself, and why it does not call now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.queue_scheduling.dispatch.book import Queue
from services.queue_scheduling.dispatch.forward import LEAD, Underway, Ways, calls_to_make, wanted
from services.queue_scheduling.domain.hours import (
    MINUTE,
    Hours,
    calls_due,
    calls_left,
    hour_of,
    midnight,
    minute_of_day,
    next_round,
)

HOUR = timedelta(hours=1)


class Waits(StrEnum):
    """Why the next call is not made at this moment."""

    NOTHING = "NOTHING"
    STOPPED = "STOPPED"
    NOT_OPEN_YET = "NOT_OPEN_YET"
    HOUR_FULL = "HOUR_FULL"
    CLOSING = "CLOSING"
    ENOUGH_UNDERWAY = "ENOUGH_UNDERWAY"
    SPREAD = "SPREAD"


@dataclass(frozen=True)
class Forwarding:
    """How a queue is called: just in time or spread over the hour; `travel` in hours, `no_shows` q̂, as measured."""

    just_in_time: bool
    lanes: int
    places: int
    travel: float
    no_shows: float
    deviations: float

    def ways(self, per_hour: int) -> Ways:
        """What the gate takes while so many trucks an hour are let through."""
        return Ways(self.lanes, per_hour, self.travel, self.places, self.deviations)

    @property
    def lead(self) -> timedelta:
        """How long before an opening the first are called: the journey and a quarter of an hour.

        Never before the hour before: only there have calls before an opening room (`Hours.room`).
        """
        return timedelta(hours=self.travel + LEAD) if self.just_in_time else timedelta()


@dataclass(frozen=True)
class Plan:
    """What is called now: so many, for who comes from `at` on; S, and why not more."""

    calls: int
    at: datetime
    target: float
    waits: Waits


def early_of(lanes: int, places: int, *, just_in_time: bool) -> int:
    """The most that are called before an opening: as many as lanes and apron hold."""
    return lanes + places if just_in_time else 0


def calls_now(
    forwarding: Forwarding, queue: Queue, hours: Hours | None, now: datetime, *, there: Underway, lately: int
) -> Plan:
    """How many calls the system makes at this moment; `hours` are the day's as the route works, None: it does not.

    Just in time that depends on who is `there`, spread over the hour on the calls made `lately`.
    """
    if hours is None:
        return Plan(0, now, 0.0, Waits.STOPPED)
    if not forwarding.just_in_time:
        return Plan(calls_due(queue, hours, lately, now), now, 0.0, _spread(queue, hours, now))
    return _just_in_time(forwarding, queue, hours, there, now)


def _spread(queue: Queue, hours: Hours, now: datetime) -> Waits:
    if not hours.is_open(now):
        return Waits.NOT_OPEN_YET
    return Waits.SPREAD if calls_left(queue, hours, now) else Waits.HOUR_FULL


def _just_in_time(forwarding: Forwarding, queue: Queue, hours: Hours, there: Underway, now: datetime) -> Plan:
    span = next(((opens, closes) for opens, closes in _spans(hours, now) if now < closes), None)
    if span is None or (now < span[0] and now < first_call(forwarding, span[0])):
        return Plan(0, now, 0.0, Waits.NOT_OPEN_YET)
    opens, closes = span
    at = max(now, opens)
    servable = hours.calls_between(minute_of_day(at), (closes - midnight(now)) // MINUTE)
    target = wanted(forwarding.ways(hours.rate(at)), servable=servable, opened=now >= opens)
    left = calls_left(queue, hours, now)
    calls = calls_to_make(target, there.counted(forwarding.no_shows), forwarding.no_shows, left)
    return Plan(calls, at, target, _why(target, there.counted(forwarding.no_shows), left, servable))


def _why(target: float, counted: float, left: int, servable: float) -> Waits:
    """What holds the next call back, once those of this moment are made."""
    if counted < target:
        return Waits.NOTHING if left else Waits.HOUR_FULL
    return Waits.CLOSING if target >= servable else Waits.ENOUGH_UNDERWAY


def first_call(forwarding: Forwarding, opening: datetime) -> datetime:
    """When calling for an opening begins."""
    return max(opening - forwarding.lead, hour_of(opening) - HOUR)


def _spans(hours: Hours, now: datetime) -> Sequence[tuple[datetime, datetime]]:
    day = midnight(now)
    return [(day + opens * MINUTE, day + closes * MINUTE) for opens, closes in hours.spans()]


def next_look(forwarding: Forwarding, now: datetime, days: Sequence[Hours | None]) -> datetime:
    """When calls are next to be made: the next minute, or when calling for the next opening begins."""
    following = next_round(now, days)
    soon = now.replace(second=0, microsecond=0) + MINUTE
    return following if following <= soon else max(soon, first_call(forwarding, following))
