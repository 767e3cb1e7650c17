"""What the holder of a place does with it: give it up, ask for more time; told before what that costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Role
from bordergate.border import Amount, Whole
from bordergate.http import Door, GateRouter
from services.queue_scheduling import commands, queries
from services.queue_scheduling.api.queue import FILERS, SEE_TICKET, Why
from services.queue_scheduling.queries import HolderTerms, TicketView

WITHDRAW = Permission("queue_scheduling.withdraw", own=FILERS)
EXTEND = Permission("queue_scheduling.extend", own=FILERS | {Role.DRIVER})
Accepted = Annotated[
    Amount, Field(ge=0, le=1, decimal_places=3, description="The largest share of the fee that is agreed to.")
]

router = GateRouter()


class Withdrawal(BaseModel):
    """Why the place is given up, and what may be owed for that."""

    model_config = ConfigDict(extra="forbid")
    reason: Why
    accepts: Accepted = Decimal(0)


class MoreTime(BaseModel):
    """By how many hours a call is extended, and what may be owed for that."""

    model_config = ConfigDict(extra="forbid")
    hours: Annotated[Whole, Field(ge=1, le=48)]
    accepts: Accepted = Decimal(0)


@router.get("/terms", permission=SEE_TICKET, response_model=list[HolderTerms])
def get_terms(door: Door, crossing_id: Annotated[list[UUID], Query(min_length=1, max_length=50)]) -> Response:
    """What the holders of places may do with them now, and what that would cost by which rule; of the caller's own."""
    now = door.clock.now()
    return door.look(lambda session: queries.terms_at(session, crossing_id, door.caller.routes, now))


@router.post(
    "/tickets/{crossing_id}/withdraw", permission=WITHDRAW, forms=True, response_model=TicketView, versioned=True
)
def post_withdrawal(crossing_id: UUID, body: Withdrawal, door: Door) -> Response:
    """Give a place up, or a call, which is then a no-show; refused while it costs more than was agreed to."""
    door.may(door.step(lambda session: queries.resource_of(session, crossing_id)))

    def withdraw(session: Session) -> TicketView:
        command = commands.WithdrawTicket(crossing_id, body.reason, body.accepts, door.expected)
        ticket = commands.withdraw_ticket(command, session, door.clock)
        session.flush()
        return queries.ticket_at(session, ticket)

    return door.run(withdraw, scope="all")  # who was kept out because of it may be anybody's


@router.post("/tickets/{crossing_id}/extend", permission=EXTEND, forms=True, response_model=TicketView, versioned=True)
def post_extension(crossing_id: UUID, body: MoreTime, door: Door) -> Response:
    """Keep a call valid for longer; once in a while for a fee, freely when gate, authority or weather is the cause."""

    def extend(session: Session) -> TicketView:
        door.may(queries.resource_of(session, crossing_id))
        command = commands.ExtendCall(crossing_id, body.hours, body.accepts, door.expected)
        ticket = commands.extend_call(command, session, door.clock)
        session.flush()
        return queries.ticket_at(session, ticket)

    return door.run(extend)
