"""A route as its owner has planned it, and whether a truck may come in its window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from pydantic import AwareDatetime

from bordergate.clock import HANOI
from bordergate.openings import holds, openings
from events.queue_scheduling import Closure, OpenHours, RefusedGoods, RouteStatus
from events.words import Direction, Part

STOPPED = frozenset({RouteStatus.PAUSED, RouteStatus.CLOSED})


class RoutePlan(Part):
    """Its hours by weekday, the closures that are not over, the goods it does not take, and what it does now."""

    hours: tuple[OpenHours, ...]
    closures: tuple[Closure, ...] = ()
    refused_goods: tuple[RefusedGoods, ...] = ()
    status: RouteStatus = RouteStatus.OPEN
    until: AwareDatetime | None = None

    def opens_between(self, start: datetime, end: datetime) -> bool:
        """Whether there is an instant of the window in which trucks are called; a pause without an end may be short."""
        if self.status is RouteStatus.CLOSED and self.until is None:
            return False
        if self.status in STOPPED and self.until is not None:
            start = max(start, self.until)
        return any(
            max(opens, start) < min(closes, end)
            for day in _days(start, end)
            for opens, closes in self._openings_of(day)
        )

    def takes_walk_ups(self, now: datetime) -> bool:
        """Whether a truck registered only at the barrier may join."""
        over = self.until is not None and self.until <= now
        return over or self.status is not RouteStatus.PRE_REGISTERED_ONLY

    def refused(self, direction: Direction, day: date) -> frozenset[str]:
        """The HS chapters that it does not take in a direction on a day."""
        return frozenset(
            goods.chapter
            for goods in self.refused_goods
            if goods.direction is direction and holds(goods.first_day, goods.after, day)
        )

    def _openings_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The day's hours, cut where closures lie in them."""
        return openings(
            day,
            ((hours.opens, hours.closes) for hours in self.hours if hours.weekday == day.weekday()),
            ((closed.starts, closed.ends) for closed in self.closures if holds(closed.first_day, closed.after, day)),
        )


NOT_PUBLISHED = RoutePlan(hours=())
"""A route that its owner does not publish, while others are published: it never opens."""


def _days(start: datetime, end: datetime) -> Iterator[date]:
    day, last = start.astimezone(HANOI).date(), end.astimezone(HANOI).date()
    while day <= last:
        yield day
        day += timedelta(days=1)
