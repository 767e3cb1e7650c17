"""Routes as the pages show them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from bordergate.i18n import Language
from bordergate.i18n.formats import shown_gate
from bordergate.openings import holds, instant, openings
from events.queue_scheduling import Closure, OpenHours, RouteStatus
from events.words import Direction
from services.portal.domain import UnknownRoute
from services.portal.tables import calls, routes

LOOK_AHEAD = 8
"""Days for which closures are shown: today and a week."""


class RouteShown(BaseModel):
    """A route as its pages name it."""

    route: str
    gate: str
    label: str
    opposite: str
    hours: tuple[OpenHours, ...]
    closures: tuple[Closure, ...] = ()
    status: RouteStatus
    until: datetime | None = None
    reason: str | None = None
    export_per_hour: int | None = None
    import_per_hour: int | None = None

    def hours_at(self, now: datetime) -> OpenHours | None:
        """The hours of the Hà Nội day from first to last, if it opens at all."""
        parts = self._parts(now)
        return parts[0].model_copy(update={"closes": parts[-1].closes}) if parts else None

    def is_open_at(self, now: datetime) -> bool:
        """Whether trucks are called at this moment: within the hours, and nobody has stopped the calls."""
        return self.status not in {RouteStatus.PAUSED, RouteStatus.CLOSED} and self._in_its_hours(now)

    def capacity_at(self, now: datetime) -> int:
        """Trucks an hour in both directions at this hour, less where the route is reduced; 0 outside the hours."""
        return sum(self.capacity_of(direction, now) for direction in Direction)

    def capacity_of(self, direction: Direction, now: datetime) -> int:
        """The same of one direction."""
        clock_time = f"{now.astimezone(HANOI):%H:%M}"
        part = next((one for one in self._parts(now) if one.opens <= clock_time < one.closes), None)
        if part is None or not self._in_its_hours(now):
            return 0
        per_hour = {
            Direction.EXPORT: (part.export_per_hour, self.export_per_hour),
            Direction.IMPORT: (part.import_per_hour, self.import_per_hour),
        }
        planned, limit = per_hour[direction]
        return planned if limit is None else min(planned, limit)

    def closures_at(self, now: datetime) -> list[Closure]:
        """The closures of this day and the next week that are not over, the nearest first."""
        today = now.astimezone(HANOI).date()
        days = [today + timedelta(days=ahead) for ahead in range(LOOK_AHEAD)]
        coming = [one for one in self.closures if any(_closes_after(one, day, now) for day in days)]
        return sorted(coming, key=lambda one: (max(one.first_day, today), one.starts))

    def _parts(self, now: datetime) -> list[OpenHours]:
        """The day's hours, one after another, each with its trucks an hour."""
        weekday = now.astimezone(HANOI).weekday()
        return [day for day in self.hours if day.weekday == weekday]

    def _in_its_hours(self, now: datetime) -> bool:
        today = now.astimezone(HANOI).date()
        hours = [(part.opens, part.closes) for part in self._parts(now)]
        closed = [(one.starts, one.ends) for one in self.closures if holds(one.first_day, one.after, today)]
        return any(opens <= now < closes for opens, closes in openings(today, hours, closed))


def _closes_after(closure: Closure, day: date, now: datetime) -> bool:
    return holds(closure.first_day, closure.after, day) and instant(day, closure.ends) > now


def routes_shown(session: Session) -> list[RouteShown]:
    """All published routes."""
    rows = session.execute(select(routes).where(routes.c.opposite != "").order_by(routes.c.gate, routes.c.route))
    return [_shown(row) for row in rows]


def route_shown(session: Session, route: str) -> RouteShown:
    """One route; raises UnknownRoute."""
    row = session.execute(select(routes).where(routes.c.route == route)).one_or_none()
    if row is None:
        raise UnknownRoute(route=route)
    return _shown(row)


def last_number(session: Session, route: str, direction: Direction) -> int:
    """How far a queue's numbers have been called."""
    found = session.execute(
        select(calls.c.last_number).where(calls.c.route == route, calls.c.direction == direction)
    ).scalar_one_or_none()
    return found or 0


def _shown(row: Row[Any]) -> RouteShown:
    return RouteShown.model_validate(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it


def route_name(session: Session, route: str, language: Language) -> str:
    """A route's gate and label, as a reader says them; its code until it is published."""
    found = session.execute(select(routes.c.gate, routes.c.label).where(routes.c.route == route)).one_or_none()
    return f"{shown_gate(found.gate, language)} {found.label}" if found else route


def names_of_routes(session: Session, language: Language) -> dict[str, str]:
    """What a reader calls every published route, by its code."""
    return {one.route: f"{shown_gate(one.gate, language)} {one.label}" for one in session.execute(select(routes))}
