"""The gate's account of itself over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from bordergate.auth import SEES_ALL, Permission, Role
from bordergate.border import Day
from bordergate.errors import Invalid
from bordergate.http import Door, GateRouter
from events.words import RouteCode
from services.gate_operations.targets import rows
from services.gate_operations.targets.rows import Credit, Tally

LONGEST = timedelta(days=366)
SEE_TARGETS = Permission(
    "gate_operations.see_targets",
    every={Role.ANALYST, Role.AUDITOR, Role.ADMIN, Role.GATE_OPERATOR, Role.TRAFFIC, Role.CUSTOMS},
)
SEE_CREDITS = Permission("gate_operations.see_credits", own=set(Role) - SEES_ALL, every=SEES_ALL)
router = GateRouter()


class PeriodTooLong(Invalid):
    """The days are in the wrong order, or more than a year of them."""

    code = "gate_operations.period_too_long"


@router.get("/targets", permission=SEE_TARGETS, response_model=list[Tally])
def get_targets(
    door: Door,
    first: Annotated[Day, Query(alias="from")],
    last: Annotated[Day, Query(alias="to")],
    route: Annotated[RouteCode | None, Query()] = None,
    by: Annotated[Literal["side", "day"], Query(description="Whether days are told apart")] = "side",
) -> Response:
    """How the agencies and the yards fared by the gate's targets, route by route."""
    if not timedelta() <= last - first <= LONGEST:
        raise PeriodTooLong(field="$.to")
    routes = door.routes(route)
    return door.look(lambda session: rows.tallies(session, first, last, routes, by_day=by == "day"))


@router.get("/crossings/{crossing_id}/credits", permission=SEE_CREDITS, response_model=list[Credit])
def get_credits(crossing_id: UUID, door: Door) -> Response:
    """What the gate owes a carrier for one crossing, and why."""
    return door.look(lambda session: rows.credits_of(session, crossing_id))
