"""Whether the truck of a slot is there, over HTTP: its holder's word, and what officers say kept it back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Role
from bordergate.http import Door, Doorway, GateRouter
from events.queue_scheduling import Hindrance
from services.queue_scheduling.api.queue import FILERS, Why
from services.queue_scheduling.slots import attending, queries
from services.queue_scheduling.slots.attending import ExcuseAbsence
from services.queue_scheduling.slots.booking import Booking
from services.queue_scheduling.slots.queries import BookingView, view_of

STATE_PRESENCE = Permission(
    "queue_scheduling.state_presence", own=FILERS | {Role.DRIVER}, every={Role.GATE_OPERATOR, Role.TRAFFIC}
)
EXCUSE = Permission("queue_scheduling.excuse_absence", every={Role.GATE_OPERATOR})
MAKE_GOOD = Permission("queue_scheduling.make_slot_good", every={Role.GATE_OPERATOR}, seconded=True)

router = GateRouter()


class Here(BaseModel):
    """The truck is in the waiting area; nothing else is to be said."""

    model_config = ConfigDict(extra="forbid")


class KeptBack(BaseModel):
    """What kept a truck from being there, and how the officer knows."""

    model_config = ConfigDict(extra="forbid")
    cause: Hindrance
    reason: Why


@router.post("/slots/{crossing_id}/present", permission=STATE_PRESENCE, response_model=BookingView, forms=True)
def post_presence(crossing_id: UUID, body: Here, door: Door) -> Response:
    """Say that the truck of a slot is in the waiting area, from when to when it has to come there."""
    del body
    officer = door.caller.id if door.caller.scope == "all" else None
    return _said(door, crossing_id, lambda session: attending.state_presence(crossing_id, officer, session, door.clock))


@router.post("/slots/{crossing_id}/excuse", permission=EXCUSE, response_model=BookingView)
def post_excuse(crossing_id: UUID, body: KeptBack, door: Door) -> Response:
    """Let a truck keep its slot though it is not there: gate, authority or weather keeps it back."""
    command = ExcuseAbsence(crossing_id, body.cause, body.reason, (door.caller.id,))
    return _said(door, crossing_id, lambda session: attending.excuse_absence(command, session, door.clock))


@router.post("/slots/{crossing_id}/make-good", permission=MAKE_GOOD, response_model=BookingView)
def post_making_good(crossing_id: UUID, body: KeptBack, door: Door) -> Response:
    """Let a truck whose slot was lost that way come before the numbers; a second officer answers for it."""
    officers = (door.caller.id, door.second.id)
    command = ExcuseAbsence(crossing_id, body.cause, body.reason, officers)
    return _said(door, crossing_id, lambda session: attending.make_good(command, session, door.clock))


def _said(door: Doorway, crossing_id: UUID, work: Callable[[Session], Booking]) -> Response:
    """Do what concerns one crossing; whose place is freed by it may be anybody's."""

    def said(session: Session) -> BookingView:
        door.may(queries.resource_of(queries.filed_at(session, crossing_id)))
        booking = work(session)
        session.flush()
        return view_of(session, booking, door.clock.now())

    return door.run(said, scope="all")
