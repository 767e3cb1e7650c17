"""Another tractor or another driver for a truck that waits in the queue."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate import border
from bordergate.auth import Permission
from bordergate.http import Door, GateRouter
from services.vehicle_registration import commands
from services.vehicle_registration.api.acting import acting_on, by_leave, run_as
from services.vehicle_registration.api.by_hand import clerk_at
from services.vehicle_registration.api.filing import FILERS, Body, shown
from services.vehicle_registration.domain.delegation import Act
from services.vehicle_registration.domain.plan import Typed
from services.vehicle_registration.queries import CrossingView

EXCHANGE = Permission("vehicle_registration.exchange", own=FILERS)
router = GateRouter()


class OtherTruck(Body):
    """The plate of another tractor or the name or licence of another driver, one of the two, and why.

    `agreed` says that it may cost its fee: within some hours of the call it does (the queue's `/terms`).
    """

    plate: Typed | None = None
    driver: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    reason: border.Reason = Field(min_length=3, max_length=500)
    agreed: bool = False


@router.post(
    "/crossings/{crossing_id}/exchange", permission=EXCHANGE, response_model=CrossingView, forms=True, versioned=True
)
def post_exchange(crossing_id: UUID, body: OtherTruck, door: Door) -> Response:
    """Let another tractor or driver of the same carrier take the place in the queue; once, and nothing else changes."""
    acting = acting_on(door, crossing_id)

    def work(session: Session) -> CrossingView:
        by_leave(door, acting, Act.AMEND, session)
        command = commands.ExchangeTruck(crossing_id, **body.model_dump(), expected=door.expected)
        return shown(door, commands.exchange(command, clerk_at(door, session, acting), session, door.clock))

    return run_as(door, acting, work)
