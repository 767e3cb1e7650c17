"""Hours and capacity: when trucks are called, and how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bordergate.clock import HANOI
from services.queue_scheduling.dispatch.book import Queue

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Hours:
    """One direction of one route on one weekday: Hà Nội minutes since midnight, and trucks an hour."""

    opens: int
    closes: int
    per_hour: int

    def capacity(self, at: datetime) -> int:
        """The calls of the Hà Nội hour of an instant, less in an hour only partly open."""
        return self._calls_until(at, 60)

    def quota(self, at: datetime) -> int:
        """The calls that may have been made by the end of this minute, spread evenly over the hour."""
        return self._calls_until(at, at.astimezone(HANOI).minute + 1)

    def is_open(self, at: datetime) -> bool:
        """Whether trucks are called at this minute."""
        return self.opens <= minute_of_day(at) < self.closes

    def closing(self, at: datetime) -> datetime:
        """When the day of an instant ends here."""
        return midnight(at) + self.closes * MINUTE

    def _calls_until(self, at: datetime, minute: int) -> int:
        start = at.astimezone(HANOI).hour * 60
        open_minutes = max(0, min(start + minute, self.closes) - max(start, self.opens))
        return self.per_hour * open_minutes // 60


def minutes(clock_time: str) -> int:
    """`HH:MM` as minutes since midnight; `24:00` is the end of the day."""
    hour, minute = clock_time.split(":")
    return int(hour) * 60 + int(minute)


def minute_of_day(at: datetime) -> int:
    """Hà Nội minutes since midnight."""
    local = at.astimezone(HANOI)
    return local.hour * 60 + local.minute


def midnight(at: datetime) -> datetime:
    """When the Hà Nội day of an instant began."""
    return at.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)


def hour_of(at: datetime) -> datetime:
    """When the Hà Nội hour of an instant began."""
    return at.astimezone(HANOI).replace(minute=0, second=0, microsecond=0)


def calls_due(queue: Queue, hours: Hours | None, now: datetime) -> int:
    """How many calls the system should make now; none while the route is closed or paused (no hours)."""
    return max(0, hours.quota(now) - queue.calls_in(hour_of(now))) if hours else 0


def calls_left(queue: Queue, hours: Hours | None, now: datetime) -> int:
    """How many calls the hour still has room for."""
    return max(0, hours.capacity(now) - queue.calls_in(hour_of(now))) if hours else 0


def dangerous_may(queue: Queue, hours: Hours, share: Decimal, now: datetime) -> bool:
    """Whether P1 has not yet had its share of the hour; one call an hour it always has."""
    return queue.dangerous_calls_in(hour_of(now)) < max(1, int(share * hours.capacity(now)))


def next_round(now: datetime, week: Sequence[Hours | None]) -> datetime:
    """When calls are next to be made: the next minute while open, else the next opening (`week` from Monday)."""
    following = now.replace(second=0, microsecond=0) + MINUTE
    for ahead in range(8):
        day = midnight(following + timedelta(days=ahead))
        hours = week[day.weekday()]
        if hours is not None:
            opening = max(following, day + hours.opens * MINUTE)
            if opening < day + hours.closes * MINUTE:
                return opening
    return following + timedelta(days=1)
