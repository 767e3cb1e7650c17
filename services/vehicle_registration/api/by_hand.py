"""Crossings as people file them: the truck by its plate, the driver by his name, the time by the Hà Nội clock."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.audit import audit
from bordergate.http import Door, GateRouter
from bordergate.http.door import Doorway
from services.vehicle_registration import commands
from services.vehicle_registration.api.filing import FILE, SEE_DRIVER, organisation_of, ring_of, shown
from services.vehicle_registration.queries import CrossingView

router = GateRouter()


class CrossingByHand(commands.ByHand):
    """One crossing; `driver` is his name as registered, or the number of his licence."""


@router.post("/crossings", permission=FILE, status_code=201, response_model=CrossingView, forms=True)
def post_crossing(body: CrossingByHand, door: Door) -> Response:
    """File one crossing and submit it; all that was mistyped is said at once, before anything is filed."""

    def work(session: Session) -> CrossingView:
        clerk = clerk_at(door, session)
        prefix = door.settings.reference_prefix
        return CrossingView.of(commands.file_by_hand(body, clerk, session, door.clock, prefix))

    return door.run(work, status=201)


@router.post("/crossings/{crossing_id}/amend", permission=FILE, response_model=CrossingView, forms=True)
def post_amendment(crossing_id: UUID, body: CrossingByHand, door: Door) -> Response:
    """Say anew what is planned, until the truck is in the queue; without a driver, the one named before stays."""

    def work(session: Session) -> CrossingView:
        clerk = clerk_at(door, session)
        return shown(door, commands.amend_by_hand(crossing_id, body, clerk, session, door.clock))

    return door.run(work)


def clerk_at(door: Doorway, session: Session) -> commands.Clerk:
    """Who files; each driver he is recognised by name for is noted in the audit."""

    def recognised(driver_id: UUID) -> None:
        audit(session, door.caller, SEE_DRIVER.name, driver_id)

    return commands.Clerk(organisation_of(door), ring_of(door), recognised)
