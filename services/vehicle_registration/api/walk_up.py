"""A truck without a registration, filed at the barrier."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Resource, Role
from bordergate.http import Door, GateRouter
from events.words import Direction, RouteCode
from services.vehicle_registration import commands
from services.vehicle_registration.api.filing import Body, ring_of
from services.vehicle_registration.domain.fleet import Country, Phone, VehicleType
from services.vehicle_registration.domain.plan import Typed
from services.vehicle_registration.queries import CrossingView

REGISTER_WALK_UP = Permission("vehicle_registration.register_walk_up", every={Role.GATE_OPERATOR})
router = GateRouter()


class NewWalkUp(Body):
    """What the operator sees; the plate says which country, unless it is said. `hauled` is a trailer or a container.

    `carrier` says whose truck it is when firms have registered its plate: one of them, or `none`.
    """

    route: RouteCode
    direction: Direction
    plate: Typed
    vehicle_type: VehicleType
    country: Country | None = None
    hauled: Typed | None = None
    declarations: tuple[Typed, ...] = Field(default=(), max_length=50)
    declared_empty: bool
    phone: Phone | None = None
    carrier: UUID | Literal["none"] | None = None

    def asked(self) -> commands.WalkUp:
        """What is asked."""
        return commands.WalkUp(**dict(self))


@router.post("/walk-ups", permission=REGISTER_WALK_UP, status_code=201, response_model=CrossingView, forms=True)
def post_walk_up(body: NewWalkUp, door: Door) -> Response:
    """File and submit a truck that stands at the barrier."""
    door.may(Resource(route=body.route))
    operators, prefix = door.caller.organisation, door.settings.reference_prefix

    def work(session: Session) -> CrossingView:
        filed = commands.register_walk_up(body.asked(), operators, ring_of(door), session, door.clock, prefix)
        return CrossingView.of(filed)

    return door.run(work, status=201)
