"""Hours that close or shrink: whoever has no room in his is told, and offered the next hour that has some (I6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from bordergate.clock import Clock
from events.words import TicketClass
from services.queue_scheduling.commands.desk import open_desk
from services.queue_scheduling.domain.hours import MINUTE
from services.queue_scheduling.slots import rows
from services.queue_scheduling.slots.booking import Booking, BookingStage
from services.queue_scheduling.slots.buckets import Bucket
from services.queue_scheduling.slots.calendar import Calendar, calendar_of
from services.queue_scheduling.slots.deadlines import RoomChanged
from services.queue_scheduling.slots.ends import free_offer
from services.queue_scheduling.slots.expecting import expect
from services.queue_scheduling.slots.offering import offer
from services.queue_scheduling.slots.tables import bookings


@dataclass(frozen=True)
class Holding:
    """A confirmed slot whose hour is not over: what decides on whether it still has room."""

    id: UUID
    starts: datetime
    minutes: int
    ticket_class: TicketClass
    carrier: UUID
    struck: bool


def without_room(holdings: Iterable[Holding], room: Callable[[datetime, int], int]) -> list[Holding]:
    """Those beyond the room of their hours, of `holdings` by slot time and confirmation: last confirmed, first out."""
    beyond: list[Holding] = []
    for (starts, minutes), held in groupby(holdings, lambda one: (one.starts, one.minutes)):
        beyond += [*held][room(starts, minutes) :]
    return beyond


def look_for_room(timer: RoomChanged, session: Session, clock: Clock) -> None:
    """What a route does has changed, or may have: who has no room is told once, and so is who has it again."""
    desk = open_desk(session, timer.route, timer.direction, clock)
    calendar = calendar_of(session, timer.route, timer.direction, desk.now)
    holdings = slots_to_come(session, calendar.queue, desk.now)
    beyond = without_room(holdings, calendar.room_left)
    struck = [one for one in beyond if not one.struck and _strike(session, one)]
    _offer_instead(session, calendar, struck)
    for one in holdings:
        if one.struck and one not in beyond:
            _stand_again(session, one, desk.now)


def slots_to_come(session: Session, queue: str, now: datetime) -> list[Holding]:
    """The confirmed slots of a queue whose hours are not over, by slot time and confirmation."""
    columns = [getattr(bookings.c, one.name) for one in fields(Holding)]
    ends = bookings.c.starts + bookings.c.minutes * literal(MINUTE)
    here = (bookings.c.queue == queue, bookings.c.stage == BookingStage.CONFIRMED, ends > now)
    wanted = select(*columns).where(*here).order_by(bookings.c.starts, bookings.c.confirmed_at, bookings.c.id)
    return [Holding(**row) for row in session.execute(wanted).mappings()]


def _strike(session: Session, one: Holding) -> bool:
    booking = rows.booking_by_id(session, one.id)
    if booking is None or booking.stage is not BookingStage.CONFIRMED:
        return False
    booking.strike()
    return True


def _stand_again(session: Session, one: Holding, now: datetime) -> None:
    """Room again: whoever should be on his way already, and was told that he need not, is not looked for."""
    booking = rows.booking_by_id(session, one.id)
    if booking is None or booking.stage is not BookingStage.CONFIRMED:
        return
    if booking.offered is not None:
        free_offer(session, booking)
    expect(session, booking, booking.starts, now)
    if booking.there_from is not None and booking.there_from <= now:
        booking.ask_to_come(None)
    booking.stand_again()


def _offer_instead(session: Session, calendar: Calendar, struck: Sequence[Holding]) -> None:
    """Each is held a place of the first hour after his that has one, until his own would have begun."""
    terms, now, left = calendar.terms, calendar.now, {one.id: one for one in struck}
    known = rows.room_known(session, calendar.queue, now)

    def until(booking: Booking, bucket: Bucket) -> datetime:
        return min(max(now + terms.offer, booking.starts), bucket.starts - terms.there_by)

    for starts in calendar.starts() if left else ():
        shown = calendar.shown(starts, known.get(starts))
        wanting = {
            one.id: one.carrier
            for one in left.values()
            if one.starts < starts <= now + terms.horizon_of(one.ticket_class)
            and shown.room(one.ticket_class, terms, now)
        }
        if wanting and not calendar.may_be_opening(starts):
            for offered in offer(session, calendar, starts, wanting, until):
                del left[offered]
