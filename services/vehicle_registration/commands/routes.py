"""What the desk keeps of the routes that others publish."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import start_timers
from events.queue_scheduling import RouteStatus
from services.vehicle_registration import repository
from services.vehicle_registration.domain.deadlines import AssessAgain
from services.vehicle_registration.domain.route_plan import RoutePlan
from services.vehicle_registration.domain.sheet import RouteName


def learn_route(name: RouteName, plan: RoutePlan, session: Session, clock: Clock) -> None:
    """Call a route by the name it was last published under, and judge anew who means to come by it."""
    before = repository.plans_of(session, [name.route]).get(name.route)
    if before is not None:
        plan = plan.model_copy(update={"status": before.status, "until": before.until})
    repository.keep_route(session, name, plan)
    if plan != before:
        _judge_anew(name.route, session, clock)


def follow_route(route: str, status: RouteStatus, until: datetime | None, session: Session, clock: Clock) -> None:
    """A route does something else now: who means to come by it is judged anew."""
    plan = repository.plans_of(session, [route]).get(route)
    if plan is not None:
        repository.keep_plan(session, route, plan.model_copy(update={"status": status, "until": until}))
        _judge_anew(route, session, clock)


def _judge_anew(route: str, session: Session, clock: Clock) -> None:
    waiting = repository.before_queue_on(session, route)
    start_timers(session, (AssessAgain(crossing_id=crossing_id) for crossing_id in waiting), due=clock.now())
