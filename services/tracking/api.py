"""Tracking over HTTP: the map's areas and trucks. Positions come in through the intake's own port."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.audit import audit
from bordergate.auth import Permission, Resource, Role
from bordergate.http import Door, GateRouter, audit_routes, reference_routes
from bordergate.http.door import Doorway
from events.words import RouteCode
from services.tracking import repository
from services.tracking.commands import ReplaceAreas, ReplaceWays, replace_areas, replace_ways
from services.tracking.domain import PlanNotSeen, must_be_a_plan, routes_changed
from services.tracking.ground import AreaPlan
from services.tracking.queries import (
    AreasChecked,
    AreasInForce,
    Marks,
    TrucksOnTheWay,
    WaysChecked,
    WaysInForce,
    areas_in_force,
    areas_now,
    marks_on_the_map,
    plan_checked,
    trucks_on_the_way,
    ways_checked,
    ways_now,
)
from services.tracking.tables import metadata
from services.tracking.ways import LARGEST_FILE, WayFile, WayKind, WaysRead, lane_routes, read_ways

OFFICERS = frozenset({Role.GATE_OPERATOR, Role.BORDER_GUARD, Role.CUSTOMS, Role.TRAFFIC, Role.ADMIN})
SEE_TRUCKS = Permission("tracking.see_trucks", every=OFFICERS)
REPLACE_AREAS = Permission("tracking.replace_areas", every={Role.GATE_OPERATOR, Role.ADMIN})
REPLACE_WAYS = Permission("tracking.replace_ways", every={Role.GATE_OPERATOR, Role.ADMIN})
MOST_ON_A_MAP = 5_000

router = GateRouter()
router.include(audit_routes("tracking"))
router.include(reference_routes("tracking", metadata))


@router.get("/areas", public="outlines of places are no secret", response_model=AreasInForce)
def get_areas(door: Door) -> Response:
    """The waiting areas, gates and yards, as GeoJSON."""
    return door.look(areas_now)


@router.put("/areas", permission=REPLACE_AREAS, response_model=AreasInForce, versioned=True)
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


@router.post("/areas/check", permission=REPLACE_AREAS, response_model=AreasChecked, once=False)
def post_check(plan: AreaPlan, door: Door) -> Response:
    """Whether a plan would be taken, and what it would change; changes nothing."""
    door.may(Resource())
    areas = plan.areas()
    must_be_a_plan(areas)
    return door.look(lambda session: plan_checked(session, areas))


@router.get("/ways", public="lanes and roads are no secret", response_model=WaysInForce)
def get_ways(door: Door) -> Response:
    """The lanes of the gates and the roads, as maps draw them; a browser keeps them and asks whether they changed."""
    answer = door.look(ways_now, one_instant=True)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@router.put(
    "/ways/{kind}", permission=REPLACE_WAYS, response_model=WaysInForce, body_limit=LARGEST_FILE, versioned=True
)
def put_ways(kind: WayKind, file: WayFile, door: Door) -> Response:
    """Replace all lanes, or all roads, of the version named in If-Match by those of a GeoJSON file.

    An officer posted to routes changes lanes of theirs only.
    """
    if door.expected is None:
        raise PlanNotSeen(field="header.if-match")
    read = _read(door, kind, file)

    def replace(session: Session) -> WaysInForce:
        for route in sorted(lane_routes(repository.ways_in_force(session, kind), read.ways)):
            door.may(Resource(route=route))
        replace_ways(ReplaceWays(kind, read.ways, door.expected), session, door.clock)
        return ways_now(session)

    return door.run(replace)


@router.post(
    "/ways/{kind}/check", permission=REPLACE_WAYS, response_model=WaysChecked, body_limit=LARGEST_FILE, once=False
)
def post_ways_check(kind: WayKind, file: WayFile, door: Door) -> Response:
    """Whether a file of lanes or roads would be taken, and what it holds; changes nothing."""
    read = _read(door, kind, file)
    return door.look(lambda session: ways_checked(session, kind, read))


def _read(door: Doorway, kind: WayKind, file: WayFile) -> WaysRead:
    """What a file holds for the map, read before anything is held; raises BadWays."""
    door.may(Resource())
    now = door.clock.now()
    corridor = door.house.transactions.read(lambda session: repository.corridor_at(session, now), scope="all")
    return read_ways(kind, file, corridor.ground)


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
