"""What a forecast knows when it is made: the days as planned, and what was decided of the route until then."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from events.words import Direction
from services.queue_scheduling import repository
from services.queue_scheduling.forecast.timeline import Reduced, Timeline


def timeline_at(session: Session, route: str, direction: Direction, now: datetime, lead: timedelta) -> Timeline:
    """The calls there is room for from now on, as the route works and is planned, made so long before it opens."""
    change = repository.route_of(session, route).at(now)
    if change.stops and change.until is None:
        return Timeline(now, [], lead=lead)
    begins = change.until if change.stops and change.until else now
    most = change.most_in(direction)
    reduced = None if most is None else Reduced(most, change.until)
    return Timeline(begins, repository.days_of(session, route, direction, begins), reduced, lead)
