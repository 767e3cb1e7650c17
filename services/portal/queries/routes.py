"""Routes as the pages show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from events.queue_scheduling import OpenHours, RouteStatus
from events.words import Direction
from services.portal.domain import UnknownRoute
from services.portal.tables import calls, routes


class RouteShown(BaseModel):
    """A route as its pages name it."""

    route: str
    gate: str
    label: str
    opposite: str
    hours: tuple[OpenHours, ...]
    status: RouteStatus
    until: datetime | None = None
    reason: str | None = None

    def hours_at(self, now: datetime) -> OpenHours | None:
        """The hours of the Hà Nội day, if it opens at all."""
        weekday = now.astimezone(HANOI).weekday()
        return next((day for day in self.hours if day.weekday == weekday), None)

    def is_open_at(self, now: datetime) -> bool:
        """Whether trucks are called at this moment: within the hours, and nobody has stopped the calls."""
        day, hour = self.hours_at(now), now.astimezone(HANOI).strftime("%H:%M")
        stopped = self.status in {RouteStatus.PAUSED, RouteStatus.CLOSED}
        return day is not None and day.opens <= hour < day.closes and not stopped

    def capacity_at(self, now: datetime) -> int:
        """Trucks an hour in both directions at this hour; 0 outside the hours."""
        day, hour = self.hours_at(now), now.astimezone(HANOI).strftime("%H:%M")
        return day.export_per_hour + day.import_per_hour if day and day.opens <= hour < day.closes else 0


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


def route_name(session: Session, route: str) -> str:
    """A route's gate and label; its code until it is published."""
    found = session.execute(select(routes.c.gate, routes.c.label).where(routes.c.route == route)).one_or_none()
    return f"{found.gate} {found.label}" if found else route
