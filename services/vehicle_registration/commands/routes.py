"""What the desk keeps of the routes that others publish."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import start_timers
from services.vehicle_registration import repository
from services.vehicle_registration.domain.deadlines import AssessAgain
from services.vehicle_registration.domain.route_plan import RoutePlan
from services.vehicle_registration.domain.sheet import RouteName


def learn_route(name: RouteName, plan: RoutePlan, session: Session, clock: Clock) -> None:
    """Call a route by the name it was last published under, and judge anew who means to come by it."""
    before = repository.plans_of(session, [name.route]).get(name.route)
    repository.keep_route(session, name, plan)
    if plan != before:
        waiting = repository.before_queue_on(session, name.route)
        start_timers(session, (AssessAgain(crossing_id=crossing_id) for crossing_id in waiting), due=clock.now())
