"""Slots over HTTP: a week's free capacity and the draws for everybody, booking for a crossing's parties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.auth import Permission
from bordergate.border import Moment
from bordergate.http import FOR_ANYBODY, Door, Doorway, GateRouter
from events.words import Direction
from services.queue_scheduling.api.holding import Accepted
from services.queue_scheduling.api.queue import FILERS, SEE_TICKET
from services.queue_scheduling.domain.refusals import UnknownRoute
from services.queue_scheduling.slots import holding, queries
from services.queue_scheduling.slots.booking import Booking
from services.queue_scheduling.slots.commands import reserve_slot
from services.queue_scheduling.slots.filed import Filed
from services.queue_scheduling.slots.queries import BookingView, Week, slot_at, view_of

BOOK_SLOT = Permission("queue_scheduling.book_slot", own=FILERS)
FRESH = 3.0
"""Seconds for which one reading of a week serves everybody."""
FREE = "how much room is left is everybody's; who booked is told to nobody"
DRAWN = "whoever doubts a draw draws it again: entries are commitments, carriers are grouped under a new name each time"
SHORTLY = FOR_ANYBODY | {"Cache-Control": "public, max-age=2"}
JSON = "application/json"
AN_OBJECT: dict[int | str, dict[str, Any]] = {200: {"content": {JSON: {"schema": {"type": "object"}}}}}
Work = Callable[[Session, Filed], Booking]
router = GateRouter()


class Wanted(BaseModel):
    """Which slot is wanted: when it begins."""

    model_config = ConfigDict(extra="forbid")
    starts: Moment


class Nothing(BaseModel):
    """Nothing else is to be said."""

    model_config = ConfigDict(extra="forbid")


class GivingUp(BaseModel):
    """What may be owed for giving a slot up."""

    model_config = ConfigDict(extra="forbid")
    accepts: Accepted = Decimal(0)


class Moving(Wanted):
    """Which slot is wanted instead, and what may be owed for giving the old one back."""

    accepts: Accepted = Decimal(0)


class DrawView(BaseModel):
    """A draw as it was announced, and whether it was made: `seed_hash` is the SHA-256 of its seed.

    Once it was made: when, by which `seed`, for how many `places`, how many `asked` for one, and how many `won`.
    """

    route: str
    direction: Direction
    slot: str
    minutes: int
    opens: str
    closes: str
    seed_hash: str
    drawn: bool
    drawn_at: AwareDatetime | None = None
    seed: str | None = None
    places: int | None = None
    asked: int | None = None
    won: int | None = None


@router.get("/routes/{route}/slots/{direction}", public=FREE, response_model=Week)
def get_week(route: str, direction: Direction, door: Door) -> Response:
    """A week's slots of one direction, and how many places are free for each class."""
    transactions, now = door.house.transactions, door.clock.now()
    codes = door.house.shared.of(
        "route codes", lambda: transactions.read(lambda session: queries.codes_at(session, now)), at_most_every=FRESH
    )
    if route not in codes.value:  # a name that is no route is not kept for the next who asks
        raise UnknownRoute(route=route)
    kept = door.house.shared.of(
        f"slots {route} {direction}",
        lambda: transactions.read(lambda session: queries.week_of(session, route, direction, now), scope="all"),
        at_most_every=FRESH,
    )
    return Response(kept.value.model_dump_json(), media_type=JSON, headers=SHORTLY)


@router.get("/slots/{crossing_id}", permission=SEE_TICKET, response_model=BookingView)
def get_slot(crossing_id: UUID, door: Door) -> Response:
    """A crossing's slot as it is now, or what became of it."""

    def look(session: Session) -> BookingView:
        door.may(queries.resource_of(queries.filed_at(session, crossing_id)))
        return slot_at(session, crossing_id, door.clock.now())

    return door.look(look)


@router.post(
    "/slots/{crossing_id}/reserve", permission=BOOK_SLOT, response_model=BookingView, status_code=201, forms=True
)
def post_reservation(crossing_id: UUID, body: Wanted, door: Door) -> Response:
    """Hold a place for five minutes; while the slot opens, take part in its draw instead."""
    return _book(
        door, crossing_id, lambda session, filed: reserve_slot(filed, body.starts, session, door.clock), status=201
    )


@router.post("/slots/{crossing_id}/confirm", permission=BOOK_SLOT, response_model=BookingView, forms=True)
def post_confirmation(crossing_id: UUID, body: Nothing, door: Door) -> Response:
    """Make the reservation the crossing's slot; a truck that waits by number gives the number up for it."""
    del body
    return _book(door, crossing_id, lambda session, _: holding.confirm_slot(crossing_id, session, door.clock))


@router.post("/slots/{crossing_id}/release", permission=BOOK_SLOT, response_model=BookingView, forms=True)
def post_release(crossing_id: UUID, body: GivingUp, door: Door) -> Response:
    """Give the slot up; a truck that waits for it joins the live queue; refused if it costs more than was agreed to."""
    return _book(
        door, crossing_id, lambda session, _: holding.release_slot(crossing_id, session, door.clock, body.accepts)
    )


@router.post("/slots/{crossing_id}/move", permission=BOOK_SLOT, response_model=BookingView, forms=True)
def post_move(crossing_id: UUID, body: Moving, door: Door) -> Response:
    """Have another slot instead of a confirmed one, if it has room; once, and at the price of giving the old one up."""

    def move(session: Session, _: Filed) -> Booking:
        return holding.move_slot(crossing_id, body.starts, session, door.clock, body.accepts)

    return _book(door, crossing_id, move)


@router.post("/slots/{crossing_id}/accept", permission=BOOK_SLOT, response_model=BookingView, forms=True)
def post_acceptance(crossing_id: UUID, body: Nothing, door: Door) -> Response:
    """Take the earlier room that is held."""
    del body
    return _book(door, crossing_id, lambda session, _: holding.accept_offer(crossing_id, session, door.clock))


@router.post("/slots/{crossing_id}/decline", permission=BOOK_SLOT, response_model=BookingView, forms=True)
def post_refusal(crossing_id: UUID, body: Nothing, door: Door) -> Response:
    """Keep the slot; the earlier room is free for others."""
    del body
    return _book(door, crossing_id, lambda session, _: holding.decline_offer(crossing_id, session, door.clock))


def _book(door: Doorway, crossing_id: UUID, work: Work, *, status: int = 200) -> Response:
    """Do what only a party may; what others booked counts too, so all rows are seen."""

    def booked(session: Session) -> BookingView:
        filed = queries.filed_at(session, crossing_id)
        door.may(queries.resource_of(filed))
        booking = work(session, filed)
        session.flush()
        return view_of(session, booking, door.clock.now())

    return door.run(booked, status=status, scope="all")


@router.get("/draws/{route}", public=DRAWN, response_model=list[DrawView])
def get_draws(route: str, door: Door, day: date | None = None) -> Response:
    """The draws of a route's openings, the last to open first; of those of one Hà Nội day, or of the last month."""
    return _open(door.look(lambda session: queries.draws_of(session, route, day, door.clock.now()), scope="all"))


@router.get("/draws/{route}/{direction}/{starts}", public=DRAWN, responses=AN_OBJECT)
def get_draw(route: str, direction: Direction, starts: Moment, door: Door) -> Response:
    """What was announced of a draw; once it was made, all that anybody needs to draw it again, byte for byte."""

    def look(session: Session) -> Response:
        return Response(queries.draw_record(session, route, direction, _second(starts)), media_type=JSON)

    return _open(door.look(look, scope="all"))


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _open(answer: Response) -> Response:
    for name, value in SHORTLY.items():
        answer.headers[name] = value
    return answer
