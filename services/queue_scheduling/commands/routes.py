"""Routes: paused, reduced, closed, opened again, published."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import start_timer
from events.queue_scheduling import RouteStatus
from events.words import Direction
from services.queue_scheduling import decisions, repository
from services.queue_scheduling.commands.desk import start_round
from services.queue_scheduling.domain.deadlines import ChangeEnds, TreesDue, next_night
from services.queue_scheduling.domain.route import Change, Route
from services.queue_scheduling.domain.stops import Decided
from services.queue_scheduling.slots.deadlines import RoomChanged, SlotRound
from services.queue_scheduling.slots.rows import measure_anew


@dataclass(frozen=True)
class ChangeRoute:
    """An officer makes a route do something else than it does."""

    route: str
    change: Change
    expected: int | None = None


def change_route(command: ChangeRoute, session: Session, clock: Clock) -> Route:
    """Pause a route, reduce or close it, or let it work as planned again; everybody keeps his place, and his slot.

    Whose slot's hour has no room by that is told, and offered another.
    """
    route = repository.lock_route(session, command.route)
    if command.change.until is not None:
        start_timer(session, ChangeEnds(route=command.route), due=command.change.until)
    route.expect(command.expected)
    route.change(command.change, clock.now())
    decisions.note_change(session, command.route, Decided(clock.now(), command.change))
    measure_anew(session, [command.route], clock.now())
    for direction in Direction:
        start_timer(session, RoomChanged(route=command.route, direction=direction), due=clock.now())
        if not command.change.stops:
            start_round(session, command.route, direction, clock.now())
    return route


def end_change(code: str, session: Session, clock: Clock) -> None:
    """What was decided with an end is over, unless somebody has moved it."""
    if repository.lock_route(session, code).is_over(clock.now()):
        change_route(ChangeRoute(code, Change(RouteStatus.OPEN)), session, clock)


def publish_routes(session: Session, clock: Clock) -> None:
    """Bring routes and queues in line with the reference rows, tell what is new, and let every queue be called."""
    now = clock.now()
    plans = repository.plans(session, now)
    for code in sorted(plans):
        for direction in Direction:
            repository.open_queue(session, code, direction, now)
    repository.lock_all(session)
    measure_anew(session, plans, now)
    for code, plan in plans.items():
        repository.route_or_new(session, code).publish(plan)
        for direction in Direction:
            start_round(session, code, direction, now)
            start_timer(session, SlotRound(route=code, direction=direction), due=now)
            trees = TreesDue(route=code, direction=direction)
            start_timer(session, trees, due=next_night(now), or_earlier=True)
