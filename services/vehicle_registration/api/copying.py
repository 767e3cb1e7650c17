"""An earlier crossing filed again over HTTP."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Resource
from bordergate.border import Moment
from bordergate.http import Door, GateRouter
from services.vehicle_registration import commands
from services.vehicle_registration.api.acting import acting_on, by_leave, run_as
from services.vehicle_registration.api.filing import FILE, Amendment, organisation_of
from services.vehicle_registration.domain.delegation import Act
from services.vehicle_registration.queries import CopyView, CrossingView, FailureView, LeftOutView, StatedView

router = GateRouter()


class NewCopy(Amendment):
    """When the truck comes this time, and whatever else is different; what is not named stays as it was.

    Declarations that the earlier crossing carries, and containers while it is under way, are not copied: name others.
    """

    window_from: Moment
    window_to: Moment
    submit: bool = False

    def changed(self) -> dict[str, object]:
        """What is said anew."""
        return {name: getattr(self, name) for name in self.model_fields_set - {"submit"}}


@router.get("/crossings/{crossing_id}/copy", permission=FILE, response_model=CopyView)
def get_copy(crossing_id: UUID, door: Door) -> Response:
    """What of a crossing can be used again, what is left out and why, and what the rules say of the rest today."""
    acting = acting_on(door, crossing_id)

    def look(session: Session) -> CopyView:
        copied = commands.look_at_copy(crossing_id, session, door.clock)
        door.may(Resource(parties=frozenset(copied.of.parties)))
        return CopyView(
            stated=StatedView.model_validate(copied.stated),
            left_out=[LeftOutView.of(left) for left in copied.left_out],
            failures=[FailureView.of(failure) for failure in copied.failures],
        )

    return door.look(look, party=acting.giver if acting else None)


@router.post("/crossings/{crossing_id}/copy", permission=FILE, status_code=201, response_model=CrossingView)
def post_copy(crossing_id: UUID, body: NewCopy, door: Door) -> Response:
    """File an earlier crossing again for another time, as a draft or submitted at once."""
    prefix, own, acting = door.settings.reference_prefix, organisation_of(door), acting_on(door, crossing_id)
    trader, agent = (acting.giver, own) if acting else (own, None)
    command = commands.CopyCrossing(crossing_id, trader, agent, body.changed(), body.submit, prefix)

    def work(session: Session) -> CrossingView:
        copy = commands.copy_crossing(command, session, door.clock)
        by_leave(door, acting, Act.FILE, session, {copy.filing.route})
        return CrossingView.of(copy)

    return run_as(door, acting, work, status=201)
