"""The signed reference over HTTP: as a token and as a code to be scanned; and the keys by which anybody verifies it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Resource
from bordergate.clock import ScaledClock
from bordergate.http import Door, GateRouter
from bordergate.http.door import Doorway
from bordergate.http.problems import documented
from services.vehicle_registration import queries
from services.vehicle_registration.api.filing import SEE_CROSSINGS
from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.crossing import ENDED, Stage
from services.vehicle_registration.domain.sheet import Sheet
from services.vehicle_registration.queries import CrossingView
from services.vehicle_registration.sheet.codes import qr_drawing
from services.vehicle_registration.sheet.letters import Fonts
from services.vehicle_registration.sheet.paper import printed
from services.vehicle_registration.sheet.token import ReferenceToken, ring_of, scanned

KEPT_FOR = "private, max-age=60"
SHOWN = {
    "Content-Security-Policy": (
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
}
"""What a browser's own viewer of PDF needs to show one."""
router = GateRouter()


class TokenView(BaseModel):
    """A signed reference, and the address that a printed code holds."""

    token: str
    scanned: str


def drawn_as(media_type: str) -> dict[int | str, dict[str, Any]]:
    """How an answer that is no JSON appears in the OpenAPI description."""
    return {200: {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}}


@router.get(
    "/reference-keys",
    public="whoever checks a printed reference without a connection needs the public keys",
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
def get_reference_keys(door: Door) -> Response:
    """The published keys of signed references, as a JSON Web Key Set (RFC 7517)."""
    ring = ring_of(door.settings)
    ring.signing()  # draws the first key where nobody has asked for a reference yet
    return Response(ring.published.read_bytes(), media_type="application/json")


@router.get(
    "/crossings/{crossing_id}/token",
    permission=SEE_CROSSINGS,
    response_model=TokenView,
    responses=documented((409,)),
)
def get_token(crossing_id: UUID, door: Door) -> Response:
    """A filed crossing's reference, signed."""

    def work(session: Session) -> TokenView:
        token, text = token_of(door, under_way(door, session, crossing_id))
        return TokenView(token=token, scanned=text)

    return door.look(work)


@router.get(
    "/crossings/{crossing_id}/code.svg",
    permission=SEE_CROSSINGS,
    responses=documented((409,)) | drawn_as("image/svg+xml"),
)
def get_code(crossing_id: UUID, door: Door) -> Response:
    """The QR: any phone opens the crossing's file by it, the barrier's device verifies it offline."""

    def work(session: Session) -> Response:
        _, text = token_of(door, under_way(door, session, crossing_id))
        return Response(qr_drawing(text), media_type="image/svg+xml", headers={"Cache-Control": KEPT_FOR})

    return door.look(work)


@router.get(
    "/crossings/{crossing_id}/sheet.pdf",
    permission=SEE_CROSSINGS,
    responses=documented((409,)) | drawn_as("application/pdf"),
)
def get_sheet(crossing_id: UUID, door: Door) -> Response:
    """The printable sheet in Vietnamese and Chinese, with the reference as Code 128 and as QR."""

    def read(session: Session) -> Response:
        crossing = under_way(door, session, crossing_id)
        _, text = token_of(door, crossing)
        name = queries.route_name(session, crossing.filing.route)
        simulated = isinstance(door.clock, ScaledClock)
        sheet = Sheet(crossing.filing, name, text, door.clock.now(), simulated)
        headers = SHOWN | {"Content-Disposition": f'inline; filename="{crossing.reference}.pdf"'}
        return Response(printed(sheet, Fonts.of(door.settings)), media_type="application/pdf", headers=headers)

    return door.look(read)


def under_way(door: Doorway, session: Session, crossing_id: UUID) -> CrossingView:
    """A crossing that is filed and not over, for who may see it; raises UnknownCrossing, NotFiled, AlreadyOver."""
    crossing = queries.crossing_at(session, crossing_id)
    filing = crossing.filing
    door.may(Resource(parties=frozenset(filing.parties), route=filing.route, crossing=crossing_id))
    if crossing.stage is Stage.DRAFT:
        raise refusals.NotFiled
    if crossing.stage in ENDED:
        raise refusals.AlreadyOver(reference=crossing.reference)
    return crossing


def token_of(door: Doorway, crossing: CrossingView) -> tuple[str, str]:
    """The crossing's signed reference, and what its QR holds."""
    key = ring_of(door.settings).signing()
    token = ReferenceToken.of(crossing.filing, door.clock.now()).signed(key)
    return token, scanned(door.settings.origin, crossing.reference, token)
