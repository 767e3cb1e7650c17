"""The queue's doors: routes for everybody, tickets for their parties, the board for those at the gate."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Resource, Role
from bordergate.border import Moment, Reason
from bordergate.http import Door, GateRouter, audit_routes, reference_routes
from services.queue_scheduling import commands, queries, repository, timers
from services.queue_scheduling.queries import Board, RouteView, TicketView
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
WITHDRAW = Permission("queue_scheduling.withdraw", own=FILERS)
OVERRIDE = Permission("queue_scheduling.override", every={Role.GATE_OPERATOR}, seconded=True)
RUN_ROUTE = Permission("queue_scheduling.run_route", every={Role.GATE_OPERATOR})

Why = Annotated[Reason, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]
router = GateRouter()
router.include(audit_routes("queue_scheduling"))
router.include(reference_routes("queue_scheduling", metadata, timers.follow_plan))


class Withdrawal(BaseModel):
    """Why the place is given up."""

    model_config = ConfigDict(extra="forbid")
    reason: Why


class Override(BaseModel):
    """Why a truck is called out of turn."""

    model_config = ConfigDict(extra="forbid")
    reason: Why


class Pause(BaseModel):
    """Why a route is paused, and until when if that is known."""

    model_config = ConfigDict(extra="forbid")
    reason: Why
    until: Moment | None = None


@router.get("/routes", public="hours, capacity and length of a queue are everybody's", response_model=list[RouteView])
def get_routes(door: Door) -> Response:
    """All routes: hours, what they do now, how many wait by class."""
    return door.look(lambda session: queries.routes_at(session, door.clock.now()))


@router.get("/routes/{route}/board", permission=SEE_BOARD, response_model=Board)
def get_board(route: str, door: Door) -> Response:
    """One route as its operator sees it."""
    door.may(Resource(route=route))
    return door.look(lambda session: queries.board_of(session, route, door.clock.now()))


@router.post("/routes/{route}/pause", permission=RUN_ROUTE, response_model=Board)
def post_pause(route: str, body: Pause, door: Door) -> Response:
    """Stop calling on a route; everybody keeps his place."""
    door.may(Resource(route=route))

    def pause(session: Session) -> Board:
        command = commands.PauseRoute(route, body.reason, body.until, door.expected)
        commands.pause_route(command, session, door.clock)
        return _board(session, route, door)

    return door.run(pause)


@router.post("/routes/{route}/reopen", permission=RUN_ROUTE, response_model=Board)
def post_reopen(route: str, door: Door) -> Response:
    """Call again on a paused route."""
    door.may(Resource(route=route))

    def reopen(session: Session) -> Board:
        commands.reopen_route(route, session, door.clock, door.expected)
        return _board(session, route, door)

    return door.run(reopen)


def _board(session: Session, route: str, door: Door) -> Board:
    session.flush()
    return queries.board_of(session, route, door.clock.now())


@router.get("/tickets/{crossing_id}", permission=SEE_TICKET, response_model=TicketView)
def get_ticket(crossing_id: UUID, door: Door) -> Response:
    """A crossing's place: what it was promised, what it holds now, how many are ahead."""

    def look(session: Session) -> TicketView:
        door.may(queries.resource_of(session, crossing_id))
        return queries.ticket_at(session, repository.ticket_of(session, crossing_id))

    return door.look(look)


@router.post("/tickets/{crossing_id}/withdraw", permission=WITHDRAW, response_model=TicketView)
def post_withdrawal(crossing_id: UUID, body: Withdrawal, door: Door) -> Response:
    """Give a place up before its call."""

    def withdraw(session: Session) -> TicketView:
        door.may(queries.resource_of(session, crossing_id))
        command = commands.WithdrawTicket(crossing_id, body.reason, door.expected)
        ticket = commands.withdraw_ticket(command, session, door.clock)
        session.flush()
        return queries.ticket_at(session, ticket)

    return door.run(withdraw)


@router.post("/tickets/{crossing_id}/override", permission=OVERRIDE, response_model=TicketView)
def post_override(crossing_id: UUID, body: Override, door: Door) -> Response:
    """Call a truck out of turn; a second officer answers for it."""

    def override(session: Session) -> TicketView:
        door.may(queries.resource_of(session, crossing_id))
        command = commands.CallByHand(crossing_id, body.reason, (door.caller.id, door.second.id), door.expected)
        ticket = commands.call_by_hand(command, session, door.clock)
        session.flush()
        return queries.ticket_at(session, ticket)

    return door.run(override)
