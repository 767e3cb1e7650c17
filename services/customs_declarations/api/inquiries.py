"""Declarations by their number alone over HTTP: stated here, fetched from customs' own system by the worker."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission, Resource, Role
from bordergate.clock import RealClock
from bordergate.errors import Forbidden
from bordergate.http import Door, GateRouter
from services.customs_declarations import commands, queries
from services.customs_declarations.api.declarations import FILE, SEE
from services.customs_declarations.domain.refusals import NotConnected
from services.customs_declarations.formats.fields import Body, Sharers, Typed
from services.customs_declarations.queries import DeclarationView, InquiryView, StandingView

SEE_SOURCE = Permission(
    "customs_declarations.see_source", every={Role.CUSTOMS, Role.GATE_OPERATOR, Role.AUDITOR, Role.ADMIN}
)
router = GateRouter()


class StatedNumber(Body):
    """A declaration's number alone; `trader` and `shared_with` as of a declaration that is typed."""

    number: Typed
    trader: UUID | None = None
    shared_with: Sharers = ()


@router.post("/declarations/by-number", permission=FILE, status_code=201, response_model=DeclarationView, forms=True)
def post_number(body: StatedNumber, door: Door) -> Response:
    """State a number: the rest comes from customs' own system as soon as it answers, and nobody waits for it here."""
    declarant = door.caller.organisation
    if declarant is None:
        raise Forbidden
    if not door.settings.customs_source:
        raise NotConnected(field="$.number")
    command = commands.StateNumber(body.number, declarant, body.trader or declarant, body.shared_with)

    def work(session: Session) -> DeclarationView:
        door.may(Resource(frozenset({declarant})))
        return DeclarationView.of(commands.state_number(command, session, door.clock, RealClock().now()))

    return door.run(work, status=201, scope="all")


@router.get("/declarations/{declaration_id}/inquiry", permission=SEE, response_model=InquiryView)
def get_inquiry(declaration_id: UUID, door: Door) -> Response:
    """How customs' own system is asked about a declaration, and how it answered last."""
    return door.look(lambda session: queries.inquiry_view(session, declaration_id))


@router.get("/source", permission=SEE_SOURCE, response_model=StandingView)
def get_source(door: Door) -> Response:
    """Whether customs' own system is connected and answers, and how many numbers wait for it."""
    connected = bool(door.settings.customs_source)
    return door.look(lambda session: StandingView.of(queries.standing_of(session), connected=connected))
