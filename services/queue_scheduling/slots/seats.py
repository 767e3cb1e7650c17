"""Holders in their queue: seated apart from the numbers, called in their hour, and sent to the live queue after it.

Everything here is asked by whoever has the queue's row locked.
"""

from __future__ import annotations

from datetime import datetime

from services.queue_scheduling.commands.desk import Desk, await_arrival, leave
from services.queue_scheduling.commands.telling import tell_of_call, tell_of_joining, tell_of_leaving
from services.queue_scheduling.dispatch import promise
from services.queue_scheduling.dispatch.approach import note_call
from services.queue_scheduling.dispatch.book import LINES, Line, Place
from services.queue_scheduling.domain.hours import Hours, calls_left, hour_of
from services.queue_scheduling.domain.ticket import Ticket
from services.queue_scheduling.ledger.leaf import Leaving
from services.queue_scheduling.slots import rows
from services.queue_scheduling.slots.booking import Booking, BookingStage, Ending
from services.queue_scheduling.slots.ends import end, use
from services.queue_scheduling.slots.turn import turn_of

CALLED_AHEAD = Line.EXTRAORDINARY


def take_booked_place(ticket: Ticket, desk: Desk) -> bool:
    """A truck with a slot waits for it and holds no number; whether it has one that still serves it."""
    found = rows.live_booking(desk.session, ticket.crossing_id)
    if found is None:
        return False
    bucket, booking = found
    ticket.nonce = ticket.nonce or booking.nonce
    ending = _no_use(ticket, booking, desk)
    if ending is not None:
        end(desk.session, bucket, booking, ending, desk.now)
        return False
    if booking.stage is not BookingStage.CONFIRMED:
        return False
    seat(ticket, desk, booking.starts)
    return True


def needs_no_slot(ticket: Ticket, desk: Desk) -> None:
    """Whoever is called ahead of all leaves the slot that he may still have, or want, to others."""
    found = rows.live_booking(desk.session, ticket.crossing_id)
    if found is not None:
        end(desk.session, *found, Ending.NOT_NEEDED, desk.now)


def _no_use(ticket: Ticket, booking: Booking, desk: Desk) -> Ending | None:
    if booking.ends <= desk.now:
        late = Ending.OURS if booking.struck else Ending.LATE
        return late if booking.stage is BookingStage.CONFIRMED else Ending.OVER
    if LINES[ticket.ticket_class] is CALLED_AHEAD:
        return Ending.NOT_NEEDED
    vehicle = ticket.vehicle
    if vehicle != booking.vehicle_id:
        rows.lock_free_vehicle(desk.session, vehicle)
        if rows.vehicle_is_booked(desk.session, vehicle, but=booking):
            return Ending.CHANGED
    keeps = booking.take_over(desk.book.queue.key, ticket.things, vehicle)
    return None if keeps else Ending.CHANGED


def seat(ticket: Ticket, desk: Desk, starts: datetime) -> None:
    """Wait for the slot, apart from the numbers."""
    place = Place(ticket.crossing_id, ticket.ticket_class, Line.BOOKED, callable=ticket.ready, joined_at=desk.now)
    promised = promise.join(desk.book, place, desk.terms.graces)
    ticket.join(promised, desk.now, slot=starts)
    tell_of_joining(desk, ticket, promised)


def change_seat(ticket: Ticket, desk: Desk, starts: datetime) -> None:
    """One who waits by number takes his slot instead, and gives the number up."""
    tell_of_leaving(desk, ticket, Leaving.BOOKED)
    leave(ticket, desk)
    seat(ticket, desk, starts)


def call_from_slots(desk: Desk, hours: Hours, *, dangerous_may: bool) -> tuple[bool, Ticket | None]:
    """Whether slots decide on the next call, and whom it then calls: the holder whose hour it is, or nobody yet.

    Nobody, when all that is left of the hour is for holders to come. Whoever is called ahead of all goes before them.
    """
    holders = rows.holders_of_hour(desk.session, desk.book.queue.key, hour_of(desk.now))
    left = calls_left(desk.book.queue, hours, desk.now)
    turn = turn_of(holders, desk.book, desk.now, left, dangerous_may=dangerous_may)
    return turn.decided, _call_holder(turn.holder, desk, hours) if turn.holder else None


def _call_holder(place: Place, desk: Desk, hours: Hours) -> Ticket:
    """Slot time, then join."""
    ticket = desk.session.get_one(Ticket, place.crossing_id)
    found = rows.live_booking(desk.session, place.crossing_id)
    if found:
        use(desk.session, found[1])
    promise.leave(desk.book, place)
    desk.book.queue.count(hour_of(desk.now), place.ticket_class)
    ticket.call(None, desk.now, desk.call_valid)
    tell_of_call(desk, ticket, hours)
    note_call(desk.session, ticket.crossing_id, desk.now, desk.book.queue.key)
    await_arrival(ticket, desk)
    return ticket


def come_late(ticket: Ticket, desk: Desk) -> None:
    """The call of a slot was missed by the truck's own doing: that counts against the slots' holders."""
    booking = rows.last_booking(desk.session, ticket.crossing_id)
    if ticket.slot is not None and booking is not None and booking.stage is BookingStage.USED:
        booking.end(Ending.LATE)
