"""Looks at slots: a week's free capacity, one crossing's slot, and the draws that anybody may recompute."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel
from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from bordergate.auth import Resource
from bordergate.clock import HANOI
from bordergate.ledger import canonical
from events.queue_scheduling import SaidBy
from events.words import Direction, TicketClass
from services.queue_scheduling import repository
from services.queue_scheduling.dispatch.book import queue_key
from services.queue_scheduling.queries.holding import Priced, RuleTold
from services.queue_scheduling.slots import rows
from services.queue_scheduling.slots.booking import Booking, BookingStage, Ending
from services.queue_scheduling.slots.buckets import BOOKABLE
from services.queue_scheduling.slots.calendar import calendar_of
from services.queue_scheduling.slots.expecting import ground_for
from services.queue_scheduling.slots.filed import Filed
from services.queue_scheduling.slots.openings import announced
from services.queue_scheduling.slots.price import price_of, price_once_confirmed
from services.queue_scheduling.slots.refusals import NoDraw, NoSlot
from services.queue_scheduling.slots.tables import draws

SHOWN_FOR = timedelta(days=30)
MOST = 1_000
OPEN_OR_COMING = """
SELECT starts, opens, closes, drawn_at FROM queue_scheduling.draws WHERE queue = %s AND starts > %s
"""


class DrawTime(BaseModel):
    """From when until when those who want a slot are collected; speed makes no difference."""

    opens: AwareDatetime
    closes: AwareDatetime
    drawn: bool


class SlotView(BaseModel):
    """A slot that can be booked: `free` are places by class, of `places` in all, of so many `calls` of its hour.

    A class that cannot book it yet has no places, but `opens` says from when it can.
    """

    starts: AwareDatetime
    minutes: int
    calls: int
    places: int
    free: dict[TicketClass, int]
    opens: dict[TicketClass, AwareDatetime]
    draw: DrawTime | None = None


class Week(BaseModel):
    """A queue's slots as far as one can book."""

    route: str
    direction: Direction
    observed_at: AwareDatetime
    slots: list[SlotView]


class BookingView(BaseModel):
    """A crossing's slot; `offered` is an earlier one that is held for it until `offered_until`.

    `commitment` names it in the public ledger and in a draw; `release` is what giving a confirmed one up costs now
    (`once_confirmed`: what it would cost of one that is reserved, were it confirmed),
    `move` what exchanging it for another does: as much, null when it was moved before or its truck has to be there.
    Between `there_from` and `there_by` its truck has to come to the waiting area (null: it may wait anywhere); `there`
    is the rule by which the slot is kept as things stand, null while nobody knows the truck to be there. `struck`: as
    the route works now its hour has no room for it, and the truck need not come for it.
    """

    id: UUID
    crossing_id: UUID
    route: str
    direction: Direction
    ticket_class: TicketClass
    starts: AwareDatetime
    minutes: int
    stage: BookingStage
    until: AwareDatetime | None
    drawn: bool
    offered: AwareDatetime | None
    offered_until: AwareDatetime | None
    cause: Ending | None
    commitment: str
    version: int
    there_from: AwareDatetime | None
    there_by: AwareDatetime | None
    said_by: SaidBy | None
    excused: bool
    struck: bool
    there: RuleTold | None
    release: Priced | None
    once_confirmed: Priced | None
    move: Priced | None


def codes_at(session: Session, now: datetime) -> frozenset[str]:
    """The routes in force."""
    return frozenset(row.code for row in repository.planned_routes(session, now))


def week_of(session: Session, route: str, direction: Direction, now: datetime) -> Week:
    """The free capacity of a queue's coming week; raises UnknownRoute."""
    calendar = calendar_of(session, route, direction, now)
    known = rows.room_known(session, calendar.queue, now)
    found = session.connection().exec_driver_sql(OPEN_OR_COMING, (calendar.queue, now))
    opening = {
        row.starts: DrawTime(opens=row.opens, closes=row.closes, drawn=row.drawn_at is not None) for row in found
    }
    slots = []
    for starts in calendar.starts():
        bucket = calendar.shown(starts, known.get(starts))
        opens = {one: starts - calendar.terms.horizon_of(one) for one in BOOKABLE}
        later = {one: at for one, at in opens.items() if at > now}
        free = {one: bucket.room(one, calendar.terms, now) for one in BOOKABLE if one not in later}
        calls, draw = calendar.calls(starts, bucket.minutes), opening.get(starts)
        told = draw if draw and not draw.drawn else None
        slots.append(
            SlotView(
                starts=starts,
                minutes=bucket.minutes,
                calls=int(calls),
                places=bucket.places,
                free=free,
                opens=later,
                draw=told,
            )
        )
    return Week(route=route, direction=direction, observed_at=now, slots=slots)


def filed_at(session: Session, crossing_id: UUID) -> Filed:
    """A crossing as it is filed; raises NotFiled."""
    return rows.filed_of(session, crossing_id)


def resource_of(known: Filed | Booking) -> Resource:
    """Whose a crossing or its slot is, and where."""
    return Resource(parties=frozenset(known.parties), route=known.route, crossing=known.crossing_id)


def slot_at(session: Session, crossing_id: UUID, now: datetime) -> BookingView:
    """A crossing's last slot as its parties see it; raises NoSlot."""
    return view_of(session, booking_at(session, crossing_id), now)


def booking_at(session: Session, crossing_id: UUID) -> Booking:
    """A crossing's last slot; raises NoSlot."""
    booking = rows.last_booking(session, crossing_id)
    if booking is None:
        raise NoSlot(crossing=crossing_id)
    return booking


def view_of(session: Session, booking: Booking, now: datetime) -> BookingView:
    """A booking as its parties see it."""
    cost, ground = price_of(session, booking, now), ground_for(session, booking, now)
    asked = BookingView.model_fields.keys() - {"release", "once_confirmed", "move", "there"}
    told = {name: getattr(booking, name) for name in asked}
    priced = cost and Priced.of(cost)
    return BookingView(
        **told,
        release=priced,
        once_confirmed=Priced.of(price_once_confirmed(session, booking, now)) if booking.is_reserved else None,
        move=priced if booking.may_move(now) else None,
        there=RuleTold.of(ground) if ground else None,
    )


def draws_of(session: Session, route: str, day: date | None, now: datetime) -> list[dict[str, Any]]:
    """The draws of a route (of one Hà Nội day: those that open on it), the next to open first told."""
    wanted = select(draws).where(draws.c.route == route, draws.c.opens > now - SHOWN_FOR)
    if day is not None:
        if abs(day - now.astimezone(HANOI).date()) > SHOWN_FOR:
            return []
        begins = datetime.combine(day, time(), HANOI)
        wanted = wanted.where(draws.c.opens >= begins, draws.c.opens < begins + timedelta(days=1))
    found = session.execute(wanted.order_by(draws.c.opens.desc(), draws.c.queue).limit(MOST)).mappings()
    return [announced(row) | _outcome(row) for row in found]


def _outcome(row: RowMapping) -> dict[str, Any]:
    """What came of a draw, in numbers; its record says the rest."""
    if row["record"] is None:
        return {"drawn": False}
    told = json.loads(bytes(row["record"]))
    counts = {"asked": len(told["entries"]), "won": len(told["won"])}
    return {"drawn": True, "drawn_at": row["drawn_at"], "seed": told["seed"], "places": told["places"]} | counts


def draw_record(session: Session, route: str, direction: Direction, starts: datetime) -> bytes:
    """All that is public of a draw: what was announced, and once it was made, all that draws it again."""
    key = queue_key(route, direction)
    row = session.execute(select(draws).where(draws.c.queue == key, draws.c.starts == starts)).mappings().first()
    if row is None:
        raise NoDraw(route=route)
    return bytes(row["record"]) if row["record"] else canonical(announced(row))
