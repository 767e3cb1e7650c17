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
    """One direction of one route on one day: Hà Nội minutes since midnight, and trucks an hour.

    `closed` are closures within the day, each from its first minute to before its last; they may overlap.
    """

    opens: int
    closes: int
    per_hour: int
    closed: tuple[tuple[int, int], ...] = ()

    def capacity(self, at: datetime) -> int:
        """The calls of the Hà Nội hour of an instant, less in an hour only partly open."""
        return self._calls_until(at, 60)

    def quota(self, at: datetime) -> int:
        """The calls that may have been made by the end of this minute, spread evenly over the open part of the hour."""
        return self._calls_until(at, at.astimezone(HANOI).minute + 1)

    def is_open(self, at: datetime) -> bool:
        """Whether trucks are called at this minute."""
        return self.open_from(minute_of_day(at)) == minute_of_day(at)

    def closing(self, at: datetime) -> datetime:
        """When the day of an instant ends here."""
        return midnight(at) + self.closes * MINUTE

    def open_from(self, minute: int) -> int | None:
        """The first open minute at or after one; None when there is none that day."""
        first = max(minute, self.opens)
        for starts, ends in sorted(self.closed):
            if starts <= first:
                first = max(first, ends)
        return first if first < self.closes else None

    def _calls_until(self, at: datetime, minute: int) -> int:
        start = at.astimezone(HANOI).hour * 60
        return self.per_hour * self._open_minutes(start, start + minute) // 60

    def _open_minutes(self, start: int, end: int) -> int:
        found, minute = 0, self.open_from(start)
        while minute is not None and minute < min(end, self.closes):
            until = min([end, self.closes, *(starts for starts, _ in self.closed if starts > minute)])
            found, minute = found + until - minute, self.open_from(until)
        return found


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


def next_round(now: datetime, days: Sequence[Hours | None]) -> datetime:
    """When calls are next to be made: the next minute while open, else the next opening (`days` from today on)."""
    following = now.replace(second=0, microsecond=0) + MINUTE
    for ahead, hours in enumerate(days):
        day = midnight(now) + timedelta(days=ahead)
        opening = hours.open_from(max(0, (following - day) // MINUTE)) if hours else None
        if opening is not None:
            return day + opening * MINUTE
    return following + timedelta(days=1)
