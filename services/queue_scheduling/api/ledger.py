"""The public ledger over HTTP: for whoever doubts the order; and the receipt, for whose place it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.clock import ScaledClock
from bordergate.http import FOR_ANYBODY, Door, Doorway, GateRouter
from bordergate.ledger import Receipt, Tile
from services.queue_scheduling import queries, repository
from services.queue_scheduling.api.queue import SEE_TICKET
from services.queue_scheduling.domain.refusals import NoReceipt
from services.queue_scheduling.domain.ticket import Ticket
from services.queue_scheduling.ledger import public
from services.queue_scheduling.ledger.leaf import Leaf
from services.queue_scheduling.ledger.log import Kept
from services.queue_scheduling.ledger.public import AT_ONCE, HeadView, Tails
from services.queue_scheduling.ledger.sequencer import ring_of
from services.queue_scheduling.slots import queries as slots
from services.queue_scheduling.slots.booking import Booking

WHY = "whoever doubts the order of the queue checks it himself: no plate, no name, nothing to guess"
SHORTLY = FOR_ANYBODY | {"Cache-Control": "public, max-age=2"}
FOR_EVER = FOR_ANYBODY | {"Cache-Control": "public, max-age=31536000, immutable"}
LINES, BYTES, JSON = "application/x-ndjson", "application/octet-stream", "application/json"
FRESH = timedelta(minutes=1)
"""A head older than this is signed anew when somebody asks, though nothing was added."""

Count = Annotated[int, Query(ge=0, le=2**62)]
Place = Annotated[int, Path(ge=0, le=2**62)]
Size = Annotated[int | None, Query(ge=1, le=2**62)]
router = GateRouter()


class ReceiptView(BaseModel):
    """The gate's promise that a place or a slot is in the ledger by `due`; `index` is where, once it is."""

    receipt: str
    log: str
    entry: int
    index: int | None
    due: datetime


def told_as(media_type: str, kind: str = "string") -> dict[int | str, dict[str, Any]]:
    """How an answer appears in the OpenAPI description."""
    return {200: {"content": {media_type: {"schema": {"type": kind}}}}}


@router.get("/ledger/keys", public=WHY, responses=told_as(JSON, "object"))
def get_keys(door: Door) -> Response:
    """Every key that heads and receipts were ever signed with, as a JSON Web Key Set (RFC 7517)."""
    ring = ring_of(door.settings)
    ring.signing()  # draws the first key where nothing was signed yet
    return Response(ring.published.read_bytes(), media_type=JSON, headers=SHORTLY)


@router.get("/ledger", public=WHY, response_model=list[HeadView])
def get_logs(door: Door) -> Response:
    """How the log of each route stands: how many leaves, and the root over them, signed."""

    def look(session: Session) -> list[HeadView]:
        return [_signed(door, kept) for kept in public.logs_now(session)]

    return _open(door.look(look))


@router.get("/ledger/{route}/head", public=WHY, response_model=HeadView)
def get_head(route: str, door: Door) -> Response:
    """How a route's log stands, signed within the last minute."""
    return _open(door.look(lambda session: _signed(door, public.head_of(session, route))))


def _signed(door: Doorway, kept: Kept) -> HeadView:
    now = door.clock.now()
    head = replace(kept.head, simulated=isinstance(door.clock, ScaledClock))
    if abs(now - head.at) < FRESH:
        return HeadView.of(head, kept.statement)
    head = replace(head, at=now)
    return HeadView.of(head, head.signed(ring_of(door.settings).signing()))


def _open(answer: Response) -> Response:
    for name, value in SHORTLY.items():
        answer.headers[name] = value
    return answer


@router.get("/ledger/{route}/heads", public=WHY, responses=told_as(LINES))
def get_heads(route: str, door: Door, above: Count = 0) -> Response:
    """All that was signed of a log, a statement a line: a thousand trees larger than `above`, smallest first."""

    def look(session: Session) -> Response:
        public.head_of(session, route)
        lines = [statement.encode() for statement in public.heads_above(session, route, above)]
        return _lines(lines, whole=len(lines) == AT_ONCE)

    return door.look(look)


@router.get("/ledger/{route}/leaves", public=WHY, responses=told_as(LINES))
def get_leaves(
    route: str, door: Door, first: Count = 0, count: Annotated[int, Query(ge=1, le=AT_ONCE)] = AT_ONCE
) -> Response:
    """The leaves themselves, byte for byte, one a line."""

    def look(session: Session) -> Response:
        public.head_of(session, route)
        lines = public.leaves_of(session, route, first, count)
        return _lines(lines, whole=len(lines) == count)

    return door.look(look)


def _lines(lines: Sequence[bytes], *, whole: bool) -> Response:
    body = b"".join(line + b"\n" for line in lines)
    return Response(body, media_type=LINES, headers=FOR_EVER if whole else SHORTLY)


@router.get("/ledger/{route}/tiles/{level}/{index}", public=WHY, responses=told_as(BYTES))
def get_tile(route: str, level: Annotated[int, Path(ge=0, le=7)], index: Place, door: Door) -> Response:
    """A full tile: 256 hashes of 32 bytes; of level 0 those of leaves, above those of the tiles below."""

    def look(session: Session) -> Response:
        hashes = public.tile_of(session, route, Tile(level, index))
        return Response(hashes, media_type=BYTES, headers=FOR_EVER)

    return door.look(look)


@router.get("/ledger/{route}/entries/{entry}/inclusion", public=WHY, responses=told_as(JSON, "object"))
def get_inclusion_of_entry(route: str, entry: Place, door: Door, size: Size = None) -> Response:
    """That what a receipt promises is in the log, as of its tree of `size` (by default the last)."""

    def look(session: Session) -> Response:
        index = public.place_of(session, route, entry)
        return _proof(public.inclusion_of(session, _tails(door), route, index, size).written(), size)

    return door.look(look)


@router.get("/ledger/{route}/leaves/{index}/inclusion", public=WHY, responses=told_as(JSON, "object"))
def get_inclusion(route: str, index: Place, door: Door, size: Size = None) -> Response:
    """That a leaf stands at its place, as of the log's tree of `size` (by default the last)."""

    def look(session: Session) -> Response:
        return _proof(public.inclusion_of(session, _tails(door), route, index, size).written(), size)

    return door.look(look)


@router.get("/ledger/{route}/consistency", public=WHY, responses=told_as(JSON, "object"))
def get_consistency(route: str, first: Count, second: Count, door: Door) -> Response:
    """That the log's tree of one size became the one of another by adding alone."""

    def look(session: Session) -> Response:
        return _proof(public.consistency_of(session, _tails(door), route, first, second).written(), second)

    return door.look(look)


def _tails(door: Doorway) -> Tails:
    return door.house.shared.of("ledger tails", Tails, at_most_every=float("inf")).value


def _proof(written: bytes, size: int | None) -> Response:
    """A proof; of a tree that was named it is the same for ever."""
    return Response(written, media_type=JSON, headers=SHORTLY if size is None else FOR_EVER)


@router.get("/tickets/{crossing_id}/receipt", permission=SEE_TICKET, response_model=ReceiptView)
def get_receipt(crossing_id: UUID, door: Door) -> Response:
    """The signed receipt of a crossing's last place: what the ledger says of it, and what opens that."""

    def look(session: Session) -> ReceiptView:
        door.may(queries.resource_of(session, crossing_id))
        return _receipt(door, session, repository.ticket_of(session, crossing_id))

    return door.look(look)


@router.get("/slots/{crossing_id}/receipt", permission=SEE_TICKET, response_model=ReceiptView)
def get_receipt_of_slot(crossing_id: UUID, door: Door) -> Response:
    """The signed receipt of a crossing's last slot, as it was confirmed or moved."""

    def look(session: Session) -> ReceiptView:
        booking = slots.booking_at(session, crossing_id)
        door.may(slots.resource_of(booking))
        return _receipt(door, session, booking)

    return door.look(look)


def _receipt(door: Doorway, session: Session, given: Ticket | Booking) -> ReceiptView:
    """What was entered of a place or a slot, signed; raises NoReceipt."""
    if given.entry is None or not given.nonce:
        raise NoReceipt(crossing=given.crossing_id)
    found = public.entry_of(session, given.route, given.entry)
    simulated = isinstance(door.clock, ScaledClock)
    at = Leaf.read(found.leaf).at
    receipt = Receipt(given.route, given.entry, found.leaf, given.nonce, given.crossing_id, at, simulated)
    return ReceiptView(
        receipt=receipt.signed(ring_of(door.settings).signing()),
        log=given.route,
        entry=given.entry,
        index=found.index,
        due=receipt.due,
    )
