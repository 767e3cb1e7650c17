"""Crossings as people file them: the truck by its plate, the driver by his name, the time by the Hà Nội clock."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.audit import audit
from bordergate.border import Whole
from bordergate.http import Door, GateRouter
from bordergate.http.door import Doorway
from services.vehicle_registration import commands
from services.vehicle_registration.api.acting import acting_for, acting_on, by_leave, run_as
from services.vehicle_registration.api.filing import (
    AMEND,
    FILE,
    OF_CROSSING,
    SEE_DRIVER,
    organisation_of,
    ring_of,
    shown,
)
from services.vehicle_registration.domain.delegation import Act
from services.vehicle_registration.queries import CrossingView

router = GateRouter()


class CrossingByHand(commands.ByHand):
    """One crossing; `driver` is his name as registered, or the number of his licence."""


class CrossingMended(CrossingByHand):
    """The same anew; `revision` is that of the filing which its author looked at."""

    revision: Whole | None = Field(default=None, ge=1, le=999_999_999)


@router.post(
    "/crossings",
    permission=FILE,
    status_code=201,
    response_model=CrossingView,
    forms=True,
    leads_to=dict.fromkeys(OF_CROSSING, "id"),
)
def post_crossing(body: CrossingByHand, door: Door) -> Response:
    """File one crossing and submit it; all that was mistyped is said at once, before anything is filed."""
    acting = acting_for(door, body.trader, always=True)

    def work(session: Session) -> CrossingView:
        by_leave(door, acting, Act.FILE, session, {body.route})
        clerk = clerk_at(door, session, acting)
        prefix = door.settings.reference_prefix
        return CrossingView.of(commands.file_by_hand(body, clerk, session, door.clock, prefix))

    return run_as(door, acting, work, status=201)


@router.post("/crossings/{crossing_id}/amend", permission=AMEND, response_model=CrossingView, forms=True)
def post_amendment(crossing_id: UUID, body: CrossingMended, door: Door) -> Response:
    """Say anew what is planned, until the truck is in the queue; without a driver, the one named before stays.

    If another has changed the crossing since that revision, 412 says place by place where the two differ.
    """
    acting = acting_on(door, crossing_id)

    def work(session: Session) -> CrossingView:
        by_leave(door, acting, Act.AMEND, session, {body.route})
        clerk = clerk_at(door, session, acting)
        return shown(door, commands.amend_by_hand(crossing_id, body, body.revision, clerk, session, door.clock))

    return run_as(door, acting, work)


def clerk_at(door: Doorway, session: Session, acting: commands.Acting | None = None) -> commands.Clerk:
    """For whom it is filed, and by whom; each driver who is recognised by name is noted in the audit."""

    def recognised(driver_id: UUID) -> None:
        audit(session, door.caller, SEE_DRIVER.name, driver_id)

    if acting:
        return commands.Clerk(acting.giver, ring_of(door), recognised, agent=acting.agent)
    return commands.Clerk(organisation_of(door), ring_of(door), recognised)
