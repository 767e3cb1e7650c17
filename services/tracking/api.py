"""Tracking over HTTP: the map's areas and trucks. Positions come in through the intake's own port."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.audit import audit
from bordergate.auth import Permission, Resource, Role
from bordergate.http import Door, GateRouter, audit_routes
from events.words import RouteCode
from services.tracking.commands import ReplaceAreas, replace_areas
from services.tracking.domain import PlanNotSeen, must_be_a_plan, routes_changed
from services.tracking.ground import AreaPlan
from services.tracking.queries import (
    AreasChecked,
    AreasInForce,
    Marks,
    TrucksOnTheWay,
    areas_in_force,
    areas_now,
    marks_on_the_map,
    plan_checked,
    trucks_on_the_way,
)

OFFICERS = frozenset({Role.GATE_OPERATOR, Role.BORDER_GUARD, Role.CUSTOMS, Role.TRAFFIC, Role.ADMIN})
SEE_TRUCKS = Permission("tracking.see_trucks", every=OFFICERS)
REPLACE_AREAS = Permission("tracking.replace_areas", every={Role.GATE_OPERATOR, Role.ADMIN})
MOST_ON_A_MAP = 5_000

router = GateRouter()
router.include(audit_routes("tracking"))


@router.get("/areas", public="outlines of places are no secret", response_model=AreasInForce)
def get_areas(door: Door) -> Response:
    """The waiting areas, gates and yards, as GeoJSON."""
    return door.look(areas_now)


@router.put("/areas", permission=REPLACE_AREAS, response_model=AreasInForce)
def put_areas(plan: AreaPlan, door: Door) -> Response:
    """Replace all areas of the plan named in If-Match; trucks enter and leave the new ones from their next position on.

    An officer posted to routes changes areas of theirs only.
    """
    if door.expected is None:
        raise PlanNotSeen(field="header.if-match")

    def replace(session: Session) -> AreasInForce:
        for route in sorted(routes_changed(areas_in_force(session), plan.areas())):
            door.may(Resource(route=route))
        replace_areas(ReplaceAreas(plan.areas(), door.expected), session, door.clock)
        return areas_now(session)

    return door.run(replace)


@router.post("/areas/check", permission=REPLACE_AREAS, response_model=AreasChecked)
def post_check(plan: AreaPlan, door: Door) -> Response:
    """Whether a plan would be taken, and what it would change; changes nothing."""
    door.may(Resource())
    areas = plan.areas()
    must_be_a_plan(areas)
    return door.look(lambda session: plan_checked(session, areas))


@router.get("/positions/latest", permission=SEE_TRUCKS, response_model=TrucksOnTheWay)
def get_latest_positions(door: Door, route: Annotated[RouteCode | None, Query()] = None) -> Response:
    """Where the followed trucks are now, as GeoJSON; an officer posted to routes sees theirs."""
    routes = door.routes(route)

    def look(session: Session) -> TrucksOnTheWay:
        audit(session, door.caller, SEE_TRUCKS.name, route)
        return trucks_on_the_way(session, routes, door.clock.now(), MOST_ON_A_MAP)

    return door.look(look)


@router.get("/positions/marks", permission=SEE_TRUCKS, response_model=Marks)
def get_marks(door: Door, route: Annotated[RouteCode | None, Query()] = None) -> Response:
    """The same trucks in one short message, for a map that draws thousands."""
    routes = door.routes(route)

    def look(session: Session) -> Marks:
        audit(session, door.caller, SEE_TRUCKS.name, route)
        return marks_on_the_map(session, routes, door.clock.now(), MOST_ON_A_MAP)

    return door.look(look)
