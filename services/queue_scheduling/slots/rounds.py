"""What comes with time: reservations and offers that run out, hours that end, earlier room, and draws."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import start_timer
from services.queue_scheduling.commands.desk import Desk, leave, open_desk, start_round
from services.queue_scheduling.commands.joining import join
from services.queue_scheduling.domain.hours import midnight
from services.queue_scheduling.domain.ticket import Cause, Stage, Ticket
from services.queue_scheduling.slots import rows
from services.queue_scheduling.slots.booking import LIVE, Booking, BookingStage, Ending
from services.queue_scheduling.slots.buckets import Bucket
from services.queue_scheduling.slots.calendar import calendar_of
from services.queue_scheduling.slots.deadlines import (
    BucketEnds,
    DrawDue,
    OfferEnds,
    ReservationEnds,
    RoomChanged,
    SlotRound,
)
from services.queue_scheduling.slots.ends import end, free_offer, use
from services.queue_scheduling.slots.expecting import hour_was_shut
from services.queue_scheduling.slots.holding import grant
from services.queue_scheduling.slots.offering import offer_earlier
from services.queue_scheduling.slots.openings import AHEAD, draw, prepare
from services.queue_scheduling.slots.telling import tell_of_lapse
from services.queue_scheduling.slots.turn import lapse_of

DAY = timedelta(days=1)


def end_reservation(timer: ReservationEnds, session: Session, clock: Clock) -> None:
    """Nobody confirmed: the place is free again."""
    found = rows.live_booking(session, timer.crossing_id)
    if found is None or found[1].id != timer.booking_id or found[1].stage is not BookingStage.RESERVED:
        return
    bucket, booking = found
    if booking.until is not None and booking.until <= clock.now():
        end(session, bucket, booking, Ending.NOT_CONFIRMED, clock.now())


def end_offer(timer: OfferEnds, session: Session, clock: Clock) -> None:
    """Nobody took the earlier room."""
    found = rows.live_booking(session, timer.crossing_id)
    if found is None or found[1].offered != timer.offered:
        return
    until = found[1].offered_until
    if until is not None and until <= clock.now():
        free_offer(session, found[1])


def end_bucket(timer: BucketEnds, session: Session, clock: Clock) -> None:
    """The hour is over: who was not called is late, or was delayed by us.

    Nobody is late for a gate that was shut, nor for an hour that had no room for him, as he was told.
    """
    desk = open_desk(session, timer.route, timer.direction, clock)
    bucket = rows.known_bucket(session, desk.book.queue.key, timer.starts)
    if bucket is not None and (left := rows.bookings_in(session, bucket, LIVE)):
        shut = hour_was_shut(session, timer.route, timer.direction, (bucket.starts, bucket.ends))
        for booking in left:
            _lapse(desk, bucket, booking, Ending.OURS if shut or booking.struck else Ending.LATE)
    start_round(session, timer.route, timer.direction, desk.now)


def _lapse(desk: Desk, bucket: Bucket, booking: Booking, because: Ending) -> None:
    ticket = desk.session.get(Ticket, booking.crossing_id, populate_existing=True)
    if booking.stage is not BookingStage.CONFIRMED:
        end(desk.session, bucket, booking, Ending.NOT_CONFIRMED, desk.now)
    elif ticket is None or ticket.stage is Stage.REFUSED:
        end(desk.session, bucket, booking, because, desk.now)
    elif ticket.stage is Stage.WAITING and ticket.slot == booking.starts:
        _send_on(desk, ticket, booking, because)
    else:
        use(desk.session, booking)


def _send_on(desk: Desk, ticket: Ticket, booking: Booking, because: Ending) -> None:
    """His hour is over and he still waits for it: he waits where whose doing that is puts him."""
    ours = because is Ending.OURS or ticket.cause is Cause.OURS
    lapse = lapse_of(can_come=ticket.ready, held_by_us=ours)
    cause = Cause.OURS if lapse.ours else Cause.OWN
    tell_of_lapse(desk.session, ticket, booking, cause.value, desk.now)
    leave(ticket, desk)
    if booking.offered is not None:
        free_offer(desk.session, booking)
    booking.end(Ending.OURS if lapse.ours else Ending.LATE)
    join(ticket, desk, lapse.line)


def slot_round(timer: SlotRound, session: Session, clock: Clock) -> None:
    """Offer the room of the bucket that begins in an hour, and settle the seeds of those that open within a day.

    Whether all holders have room is looked at anew too: a route that stands still until further notice may go on so.
    """
    desk = open_desk(session, timer.route, timer.direction, clock)
    calendar = calendar_of(session, timer.route, timer.direction, desk.now)
    terms = calendar.terms
    soon = desk.now + terms.flows_down
    for starts in calendar.starts_within(max(soon - terms.bucket, calendar.soonest), soon):
        offer_earlier(session, calendar, starts)
    opening = desk.now + terms.horizon
    for starts in calendar.starts_within(opening, opening + AHEAD):
        if calendar.new_bucket(starts).places:
            prepare(session, calendar, starts)
    start_timer(session, RoomChanged(route=timer.route, direction=timer.direction), due=desk.now, or_earlier=True)
    start_timer(session, timer, due=_next_round(desk.now, terms.bucket))


def _next_round(now: datetime, bucket: timedelta) -> datetime:
    return now - (now - midnight(now)) % bucket + bucket


def draw_lots(timer: DrawDue, session: Session, clock: Clock) -> None:
    """The window is over: winners have their slot, the others may book what is left."""
    desk = open_desk(session, timer.route, timer.direction, clock)
    calendar = calendar_of(session, timer.route, timer.direction, desk.now)
    bucket = rows.bucket_of(session, calendar, timer.starts)
    entered = rows.bookings_in(session, bucket, {BookingStage.ENTERED})
    winners = draw(session, calendar, bucket, entered)
    for booking in winners:
        bucket.take(booking.ticket_class)
        grant(session, (bucket, booking), booking.win, desk, desk.now)
    for booking in entered:
        if booking not in winners:
            booking.end(Ending.NOT_DRAWN)
    over = BucketEnds(route=timer.route, direction=timer.direction, starts=timer.starts)
    start_timer(session, over, due=bucket.ends)
