"""The queue's doors: routes for everybody, tickets for their parties, the board for those at the gate."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Resource, Role
from bordergate.border import Moment, Reason
from bordergate.http import FOR_ANYBODY, Door, Doorway, GateRouter, audit_routes, reference_routes
from bordergate.http.problems import documented
from events.queue_scheduling import EmergencyPaper, RouteStatus
from services.queue_scheduling import commands, queries, repository, timers
from services.queue_scheduling.domain.route import Change
from services.queue_scheduling.queries import (
    Accuracy,
    Board,
    Effect,
    ForwardView,
    NextCalls,
    Reasons,
    RouteView,
    TicketView,
)
from services.queue_scheduling.tables import metadata

AT_THE_GATE = frozenset(
    {
        Role.GATE_OPERATOR,
        Role.BORDER_GUARD,
        Role.CUSTOMS,
        Role.PLANT_QUARANTINE,
        Role.ANIMAL_QUARANTINE,
        Role.HEALTH,
        Role.TRAFFIC,
    }
)

OFFICERS = AT_THE_GATE | {Role.FEES, Role.ANALYST, Role.AUDITOR, Role.ADMIN}
FILERS = frozenset({Role.TRADER, Role.AGENT, Role.CARRIER})

SEE_BOARD = Permission("queue_scheduling.see_board", every=AT_THE_GATE | {Role.ANALYST, Role.AUDITOR, Role.ADMIN})
SEE_TICKET = Permission("queue_scheduling.see_ticket", own=FILERS | {Role.DRIVER}, every=OFFICERS)
OVERRIDE = Permission("queue_scheduling.override", every={Role.GATE_OPERATOR}, seconded=True)
DECLARE_EMERGENCY = Permission(
    "queue_scheduling.declare_emergency", every={Role.GATE_OPERATOR, Role.BORDER_GUARD, Role.HEALTH}, seconded=True
)
RUN_ROUTE = Permission("queue_scheduling.run_route", every={Role.GATE_OPERATOR})
CLOSE_ROUTE = Permission("queue_scheduling.close_route", every={Role.GATE_OPERATOR}, seconded=True)

Why = Annotated[Reason, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]
PerHour = Annotated[int, Field(ge=0, le=1000)]
MEASURED_EVERY = 300.0
"""Seconds for which one reading of how forecasts turned out serves everybody."""
ROUTES_READ_EVERY = 10.0
"""Seconds for which one reading of all routes serves everybody."""
ACCURACIES, ROUTES = TypeAdapter(list[Accuracy]), TypeAdapter(list[RouteView])
router = GateRouter()
router.include(audit_routes("queue_scheduling"))
router.include(reference_routes("queue_scheduling", metadata, timers.follow_plan))


class Override(BaseModel):
    """Why a truck is called out of turn."""

    model_config = ConfigDict(extra="forbid")
    reason: Why


class Emergency(BaseModel):
    """By which written order a truck goes before all others, and why this one."""

    model_config = ConfigDict(extra="forbid")
    paper: EmergencyPaper
    paper_number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    reason: Why


class Stop(BaseModel):
    """Why a route does something else than planned, and until when if that is known."""

    model_config = ConfigDict(extra="forbid")
    reason: Why
    until: Moment | None = None


class Reduction(Stop):
    """To how many trucks an hour a route is reduced in each direction."""

    export_per_hour: PerHour
    import_per_hour: PerHour


class Considered(BaseModel):
    """What might be decided of a route: the trucks an hour when it is to be REDUCED, and only then."""

    model_config = ConfigDict(extra="forbid")
    status: RouteStatus
    until: Moment | None = None
    export_per_hour: PerHour | None = Field(None, validate_default=True)
    import_per_hour: PerHour | None = Field(None, validate_default=True)

    @field_validator("export_per_hour", "import_per_hour")
    @classmethod
    def _as_the_command_takes_it(cls, per_hour: int | None, info: ValidationInfo) -> int | None:
        status = info.data.get("status")
        if status is RouteStatus.REDUCED and per_hour is None:
            raise PydanticCustomError("missing", "needed to reduce a route")
        if status is not RouteStatus.REDUCED and per_hour is not None:
            raise PydanticCustomError("extra_forbidden", "only to reduce a route")
        return per_hour


@router.get("/routes", public="hours, capacity and length of a queue are everybody's", response_model=list[RouteView])
def get_routes(door: Door) -> Response:
    """All routes: hours, closures, what they do now, how many wait and are called, and when a newcomer would be.

    One reading serves everybody for some seconds; pages of other origins may ask too.
    """
    now, transactions = door.clock.now(), door.house.transactions
    kept = door.house.shared.of(
        "routes",
        lambda: transactions.read(lambda session: queries.routes_at(session, now), scope="all"),
        at_most_every=ROUTES_READ_EVERY,
    )
    headers = FOR_ANYBODY | {"Cache-Control": f"public, max-age={ROUTES_READ_EVERY:.0f}"}
    return Response(ROUTES.dump_json(kept.value), media_type="application/json", headers=headers)


@router.get("/routes/{route}/board", permission=SEE_BOARD, response_model=Board)
def get_board(route: str, door: Door) -> Response:
    """One route as its operator sees it."""
    door.may(Resource(route=route))
    return door.look(lambda session: queries.board_of(session, route, door.clock.now()), one_instant=True)


@router.get("/routes/{route}/next", permission=SEE_BOARD, response_model=list[NextCalls])
def get_next(route: str, door: Door, calls: Annotated[int, Query(ge=1, le=queries.MOST)] = 4) -> Response:
    """The trucks that are called next, by direction, as the dispatcher itself would choose them now."""
    door.may(Resource(route=route))
    return door.look(lambda session: queries.next_calls_at(session, route, calls, door.clock.now()), one_instant=True)


@router.get("/routes/{route}/forward", permission=SEE_BOARD, response_model=list[ForwardView])
def get_forward(route: str, door: Door) -> Response:
    """Who is underway, what the apron should hold, and why the next call waits."""
    door.may(Resource(route=route))
    return door.look(lambda session: queries.forward_at(session, route, door.clock.now()), one_instant=True)


@router.get("/routes/{route}/effect", permission=RUN_ROUTE, response_model=list[Effect], responses=documented((409,)))
def get_effect(route: str, door: Door, considered: Annotated[Considered, Query()]) -> Response:
    """Whom a change would affect, before it is made; what could not be made is refused as the command refuses it."""
    door.may(Resource(route=route))
    change = Change(**considered.model_dump())
    return door.look(lambda session: queries.effects_of(session, route, change, door.clock.now()))


@router.post("/routes/{route}/pause", permission=RUN_ROUTE, response_model=Board, versioned=True)
def post_pause(route: str, body: Stop, door: Door) -> Response:
    """Stop calling on a route for a while; everybody keeps his place."""
    return _change(route, Change(RouteStatus.PAUSED, **body.model_dump()), door)


@router.post("/routes/{route}/reduce", permission=RUN_ROUTE, response_model=Board, versioned=True)
def post_reduction(route: str, body: Reduction, door: Door) -> Response:
    """Call fewer trucks an hour than planned."""
    return _change(route, Change(RouteStatus.REDUCED, **body.model_dump()), door)


@router.post("/routes/{route}/pre-registered-only", permission=RUN_ROUTE, response_model=Board, versioned=True)
def post_pre_registered_only(route: str, body: Stop, door: Door) -> Response:
    """Let no truck join that was registered only at the barrier."""
    return _change(route, Change(RouteStatus.PRE_REGISTERED_ONLY, **body.model_dump()), door)


@router.post("/routes/{route}/close", permission=CLOSE_ROUTE, response_model=Board, versioned=True)
def post_closing(route: str, body: Stop, door: Door) -> Response:
    """Close a route; a second officer answers for it."""
    return _change(route, Change(RouteStatus.CLOSED, **body.model_dump()), door)


@router.post("/routes/{route}/reopen", permission=RUN_ROUTE, response_model=Board, versioned=True)
def post_reopen(route: str, door: Door) -> Response:
    """Let a route work as planned again."""
    return _change(route, Change(RouteStatus.OPEN), door)


def _change(route: str, change: Change, door: Doorway) -> Response:
    door.may(Resource(route=route))

    def work(session: Session) -> Board:
        commands.change_route(commands.ChangeRoute(route, change, door.expected), session, door.clock)
        session.flush()
        return queries.board_of(session, route, door.clock.now())

    return door.run(work)


@router.get("/tickets/{crossing_id}", permission=SEE_TICKET, response_model=TicketView)
def get_ticket(crossing_id: UUID, door: Door) -> Response:
    """A crossing's place: what it was promised, what it holds now, how many are ahead."""

    def look(session: Session) -> TicketView:
        door.may(queries.resource_of(session, crossing_id))
        return queries.ticket_at(session, repository.ticket_of(session, crossing_id))

    return door.look(look)


@router.get("/reasons", permission=SEE_TICKET, response_model=list[Reasons])
def get_reasons(door: Door, crossing_id: Annotated[list[UUID], Query(min_length=1, max_length=50)]) -> Response:
    """Why trucks stand where they stand, and when they will be called; of those that wait and the caller may see."""
    caller, now = door.caller, door.clock.now()
    own = None if caller.scope == "all" else caller.party
    # all are read: whose the trucks are that were called out of turn is not told, that they were is
    return door.look(lambda session: queries.reasons_at(session, crossing_id, caller.routes, own, now), scope="all")


@router.get("/forecasts", public="how good forecasts are is everybody's to judge", response_model=list[Accuracy])
def get_forecasts(door: Door) -> Response:
    """How each queue's forecasts of the last thirty days turned out; one reading serves everybody for minutes."""
    now, transactions = door.clock.now(), door.house.transactions
    kept = door.house.shared.of(
        "accuracy",
        lambda: transactions.read(lambda session: queries.accuracy_at(session, now), scope="all"),
        at_most_every=MEASURED_EVERY,
    )
    body = ACCURACIES.dump_json(kept.value)
    return Response(body, media_type="application/json", headers={"Cache-Control": "public, max-age=300"})


@router.post("/tickets/{crossing_id}/override", permission=OVERRIDE, response_model=TicketView, versioned=True)
def post_override(crossing_id: UUID, body: Override, door: Door) -> Response:
    """Call a truck out of turn; a second officer answers for it."""

    def override(session: Session) -> TicketView:
        door.may(queries.resource_of(session, crossing_id))
        command = commands.CallByHand(crossing_id, body.reason, (door.caller.id, door.second.id), door.expected)
        ticket = commands.call_by_hand(command, session, door.clock)
        session.flush()
        return queries.ticket_at(session, ticket)

    return door.run(override)


@router.post(
    "/tickets/{crossing_id}/emergency", permission=DECLARE_EMERGENCY, response_model=TicketView, versioned=True
)
def post_emergency(crossing_id: UUID, body: Emergency, door: Door) -> Response:
    """Let a truck go before all others by a written order; a second officer answers for it."""

    def declare(session: Session) -> TicketView:
        door.may(queries.resource_of(session, crossing_id))
        officers = (door.caller.id, door.second.id)
        command = commands.DeclareEmergency(crossing_id, officers=officers, expected=door.expected, **vars(body))
        ticket = commands.declare_emergency(command, session, door.clock)
        session.flush()
        return queries.ticket_at(session, ticket)

    return door.run(declare)
