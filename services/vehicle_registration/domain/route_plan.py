"""A route as its owner has planned it, and whether a truck may come in its window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from bordergate.clock import HANOI
from events.queue_scheduling import Closure, OpenHours, RefusedGoods
from events.words import Direction, Part

END_OF_DAY = "24:00"


class RoutePlan(Part):
    """Its hours by weekday, the closures that are not over, and the goods it does not take."""

    hours: tuple[OpenHours, ...]
    closures: tuple[Closure, ...] = ()
    refused_goods: tuple[RefusedGoods, ...] = ()

    def opens_between(self, start: datetime, end: datetime) -> bool:
        """Whether there is an instant of the window in which trucks are called."""
        return any(
            max(opens, start) < min(closes, end)
            for day in _days(start, end)
            for opens, closes in self._openings_of(day)
        )

    def refused(self, direction: Direction, day: date) -> frozenset[str]:
        """The HS chapters that it does not take in a direction on a day."""
        return frozenset(
            goods.chapter
            for goods in self.refused_goods
            if goods.direction is direction and _holds(goods.first_day, goods.after, day)
        )

    def _openings_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The day's hours, cut where closures lie in them."""
        closed = sorted(
            (_instant(day, closure.starts), _instant(day, closure.ends))
            for closure in self.closures
            if _holds(closure.first_day, closure.after, day)
        )
        for hours in self.hours:
            if hours.weekday != day.weekday():
                continue
            opens, closes = _instant(day, hours.opens), _instant(day, hours.closes)
            for starts, ends in closed:
                yield opens, min(starts, closes)
                opens = max(opens, ends)
            yield opens, closes


def _days(start: datetime, end: datetime) -> Iterator[date]:
    day, last = start.astimezone(HANOI).date(), end.astimezone(HANOI).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _holds(first: date, after: date | None, day: date) -> bool:
    return first <= day and (after is None or day < after)


def _instant(day: date, clock_time: str) -> datetime:
    if clock_time == END_OF_DAY:
        return datetime.combine(day + timedelta(days=1), time(), HANOI)
    return datetime.combine(day, time.fromisoformat(clock_time), HANOI)
