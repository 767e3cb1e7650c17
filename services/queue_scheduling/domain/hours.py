"""Hours and capacity: when trucks are called, and how many."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from bordergate.clock import HANOI
from services.queue_scheduling.dispatch.book import Queue

MINUTE = timedelta(minutes=1)
CAUGHT_UP = 5
"""In so many minutes no more calls are made than fall to them: what was missed before comes at no faster pace."""


@dataclass(frozen=True)
class Hours:
    """One direction of one route on one day: Hà Nội minutes since midnight, and trucks an hour.

    `closed` are closures within the day, each from its first minute to before its last; they may overlap. In spans of
    `fewer` there is room for less than `per_hour`. `early` are the calls that may be made before an opening, apart from
    its hour's: by them lanes and apron are full as it opens.
    """

    opens: int
    closes: int
    per_hour: int
    closed: tuple[tuple[int, int], ...] = ()
    early: int = 0
    fewer: tuple[tuple[int, int, int], ...] = ()

    def capacity(self, at: datetime) -> int:
        """The trucks let through in the Hà Nội hour of an instant, less in an hour only partly open."""
        return self._calls_until(at, 60)

    def room(self, at: datetime) -> int:
        """The calls that may be made in the Hà Nội hour of an instant: its capacity, and those before an opening."""
        return self.capacity(at) + (self.early if self._is_before_opening(at) else 0)

    def quota(self, at: datetime) -> int:
        """The calls that may have been made by the end of this minute, spread evenly over the open part of the hour."""
        return self._calls_until(at, at.astimezone(HANOI).minute + 1)

    def rate(self, at: datetime) -> int:
        """The trucks an hour let through at an instant, while it is open."""
        return self._rate_of(minute_of_day(at))

    def pace(self, at: datetime) -> int:
        """The most calls that an even spread ever makes in a few minutes."""
        return math.ceil(self.rate(at) * CAUGHT_UP / 60)

    def is_open(self, at: datetime) -> bool:
        """Whether trucks are called at this minute."""
        return self.open_from(minute_of_day(at)) == minute_of_day(at)

    def closing(self, at: datetime) -> datetime:
        """When the day of an instant ends here."""
        return midnight(at) + self.closes * MINUTE

    def spans(self) -> Iterator[tuple[int, int]]:
        """The open spans of the day, each from its first minute to before its last."""
        minute = self.open_from(0)
        while minute is not None:
            until = min([self.closes, *(starts for starts, _ in self.closed if starts > minute)])
            yield minute, until
            minute = self.open_from(until)

    def stretches(self) -> Iterator[tuple[int, int, int]]:
        """The open spans of the day, cut where their trucks an hour change, each with those."""
        turns = sorted({minute for first, last, _ in self.fewer for minute in (first, last)})
        for opens, closes in self.spans():
            edges = [opens, *(minute for minute in turns if opens < minute < closes), closes]
            for first, last in pairwise(edges):
                yield first, last, self._rate_of(first)

    def open_from(self, minute: int) -> int | None:
        """The first open minute at or after one; None when there is none that day."""
        first = max(minute, self.opens)
        for starts, ends in sorted(self.closed):
            if starts <= first:
                first = max(first, ends)
        return first if first < self.closes else None

    def at_most(self, per_hour: int | None) -> Hours:
        """The same hours with no more trucks an hour than this (None: as planned)."""
        if per_hour is None or per_hour >= self.per_hour:
            return self
        return replace(self, per_hour=per_hour, fewer=tuple(span for span in self.fewer if span[2] < per_hour))

    def calls_between(self, first: int, last: int) -> float:
        """The calls that there is room for from one minute of the day to before another."""
        return self._trucks(max(0, first), last) / 60

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """How long is open between two instants, the first of which lies on the day."""
        first = minute_of_day(start)
        return self._open_minutes(first, first + (end - start) // MINUTE) * MINUTE

    def _is_before_opening(self, at: datetime) -> bool:
        hour = at.astimezone(HANOI).hour
        return any(opens // 60 - 1 <= hour < opens / 60 for opens, _ in self.spans())

    def _calls_until(self, at: datetime, minute: int) -> int:
        start = at.astimezone(HANOI).hour * 60
        return self._trucks(start, start + minute) // 60

    def _rate_of(self, minute: int) -> int:
        return next((rate for first, last, rate in self.fewer if first <= minute < last), self.per_hour)

    def _trucks(self, start: int, end: int) -> int:
        """Sixty times the calls that there is room for from one minute to before another."""
        lacking = (
            (self.per_hour - rate) * self._open_minutes(max(first, start), min(last, end))
            for first, last, rate in self.fewer
        )
        return self.per_hour * self._open_minutes(start, end) - sum(lacking)

    def _open_minutes(self, start: int, end: int) -> int:
        return sum(max(0, min(last, end) - max(first, start)) for first, last in self.spans())


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


def calls_due(queue: Queue, hours: Hours, lately: int, now: datetime) -> int:
    """How many calls the system should make now, spread over the hour; none while the route is closed.

    `lately`: the calls since `paced_from`. What was missed is caught up, but never faster than the plan has it.
    """
    if not hours.is_open(now):
        return 0
    return max(0, min(hours.quota(now) - queue.calls_in(hour_of(now)), hours.pace(now) - lately))


def paced_from(now: datetime) -> datetime:
    """When the minutes began that end with this one and in which no more than `Hours.pace` calls are made."""
    return now.replace(second=0, microsecond=0) - (CAUGHT_UP - 1) * MINUTE


def calls_left(queue: Queue, hours: Hours | None, now: datetime) -> int:
    """How many calls the hour still has room for."""
    return max(0, hours.room(now) - queue.calls_in(hour_of(now))) if hours else 0


def calls_in(days: Sequence[Hours | None], start: datetime, end: datetime) -> float:
    """The calls that there is room for from an instant until another; `days` are its day's and the next ones' hours."""
    return sum(
        hours.calls_between((start - day) // MINUTE, (end - day) // MINUTE)
        for ahead, hours in enumerate(days)
        if hours and (day := midnight(start) + timedelta(days=ahead)) < end
    )


def open_in(days: Sequence[Hours | None], start: datetime, end: datetime) -> timedelta:
    """How long is open between two instants; `days` are the first one's day's and the next ones' hours."""
    opened = timedelta()
    for ahead, hours in enumerate(days):
        day = midnight(start) + timedelta(days=ahead)
        if hours and day < end:
            opened += hours.open_between(max(start, day), end)
    return opened


def open_within(days: Sequence[Hours | None], since: datetime, spans: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """How long is open within these spans, none of which begins before `since`, whose day's hours `days` begin with."""
    return sum((open_in(days, since, ends) - open_in(days, since, starts) for starts, ends in spans), timedelta())


def dangerous_may(queue: Queue, hours: Hours, share: Decimal, now: datetime) -> bool:
    """Whether P1 has not yet had its share of the hour; one call an hour it always has."""
    return queue.dangerous_calls_in(hour_of(now)) < dangerous_share(hours.room(now), share)


def dangerous_share(room: int, share: Decimal) -> int:
    """P1's calls of an hour with room for so many while others wait by number."""
    return max(1, int(share * room))


def next_round(now: datetime, days: Sequence[Hours | None]) -> datetime:
    """When calls are next to be made: the next minute while open, else the next opening (`days` from today on)."""
    following = now.replace(second=0, microsecond=0) + MINUTE
    for ahead, hours in enumerate(days):
        day = midnight(now) + timedelta(days=ahead)
        opening = hours.open_from(max(0, (following - day) // MINUTE)) if hours else None
        if opening is not None:
            return day + opening * MINUTE
    return following + timedelta(days=1)
