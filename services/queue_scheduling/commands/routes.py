"""Routes: paused, opened again, published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import start_timer
from events.words import Direction
from services.queue_scheduling import repository
from services.queue_scheduling.commands.desk import start_round
from services.queue_scheduling.domain.deadlines import PauseEnds
from services.queue_scheduling.domain.route import Route


@dataclass(frozen=True)
class PauseRoute:
    """An operator stops calling on a route, until an instant or until further notice."""

    route: str
    reason: str
    until: datetime | None
    expected: int | None = None


def pause_route(command: PauseRoute, session: Session, clock: Clock) -> Route:
    """Stop calling on a route; everybody keeps his place."""
    if command.until is not None:
        start_timer(session, PauseEnds(route=command.route), due=command.until)
    route = repository.route_of(session, command.route, lock=True)
    route.expect(command.expected)
    route.pause(command.reason, command.until, clock.now())
    return route


def reopen_route(code: str, session: Session, clock: Clock, expected: int | None = None) -> Route:
    """Call again on a paused route."""
    state = repository.route_of(session, code, lock=True)
    state.expect(expected)
    state.reopen()
    for direction in Direction:
        start_round(session, code, direction, clock.now())
    return state


def end_pause(code: str, session: Session, clock: Clock) -> None:
    """A pause with an end is over, unless somebody has moved it."""
    now = clock.now()
    state = repository.route_of(session, code, lock=True)
    if state.pause_is_over(now):
        reopen_route(code, session, clock)


def publish_routes(session: Session, clock: Clock) -> None:
    """Bring routes and queues in line with the reference rows, tell what is new, and let every queue be called."""
    now = clock.now()
    for code, plan in repository.plans(session, now).items():
        repository.route_or_new(session, code).publish(plan)
        for direction in Direction:
            repository.open_queue(session, code, direction)
            start_round(session, code, direction, now)
