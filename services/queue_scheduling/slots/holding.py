"""A slot is confirmed, released, moved, or exchanged for earlier room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from bordergate.clock import Clock
from bordergate.errors import Wrong
from services.queue_scheduling import repository
from services.queue_scheduling.commands.desk import Desk, leave, open_desk, start_round
from services.queue_scheduling.commands.joining import join
from services.queue_scheduling.commands.leaving import must_be_accepted
from services.queue_scheduling.commands.telling import tell_of_leaving
from services.queue_scheduling.domain.ticket import Stage, Ticket
from services.queue_scheduling.holding.rules import NOTHING, Cost
from services.queue_scheduling.ledger.leaf import Leaving
from services.queue_scheduling.slots import rows
from services.queue_scheduling.slots.booking import Booking, BookingStage, Ending
from services.queue_scheduling.slots.buckets import Bucket
from services.queue_scheduling.slots.calendar import calendar_of, terms_at
from services.queue_scheduling.slots.commands import refuse, wanted_bucket, wish_of
from services.queue_scheduling.slots.ends import end, free_offer
from services.queue_scheduling.slots.expecting import expect
from services.queue_scheduling.slots.looking import About, look
from services.queue_scheduling.slots.price import price_of
from services.queue_scheduling.slots.refusals import CannotBook, NothingOffered, OfferOver
from services.queue_scheduling.slots.rules import CROSSING, QUEUED, told
from services.queue_scheduling.slots.seats import change_seat
from services.queue_scheduling.slots.telling import MOVED, tell_of_end, tell_of_slot
from services.queue_scheduling.tables import queues

LOGGED = select(queues.c.logged).with_for_update(read=True)


def confirm_slot(crossing_id: UUID, session: Session, clock: Clock) -> Booking:
    """Make a reservation the crossing's slot; one who waits by number gives the number up for it."""
    desk = desk_of_holder(session, crossing_id, clock)
    bucket, booking = rows.booking_or_none(session, crossing_id)
    grant(session, (bucket, booking), booking.confirm, desk, clock.now())
    return booking


def grant(
    session: Session,
    held: tuple[Bucket, Booking],
    gives: Callable[[Sequence[str], datetime], None],
    desk: Desk | None,
    now: datetime,
) -> None:
    """The slot is the crossing's, by `gives`; `desk` is its queue's, when it stands there already."""
    bucket, booking = held
    ticket = _ticket_at(desk, booking.crossing_id, session)
    if booking.stage is BookingStage.RESERVED:
        _may_confirm(ticket)
    if ticket is not None:  # in the log both are one, also of a truck that joined while its slot was reserved
        ticket.nonce = booking.nonce = ticket.nonce or booking.nonce
    asking = rows.filed_or_none(session, booking.crossing_id)
    expect(session, booking, bucket.starts, now)
    gives(ticket.things if ticket else asking.things if asking else booking.things, now)
    tell_of_slot(session, booking, bucket, now)
    here = ticket is not None and ticket.queue == (booking.route, booking.direction)
    if ticket is not None and desk is not None and here and ticket.stage is Stage.WAITING:
        change_seat(ticket, desk, booking.starts)


def _may_confirm(ticket: Ticket | None) -> None:
    """Whoever goes first by a written order, or was called meanwhile, needs no slot; raises CannotBook."""
    if ticket is not None and ticket.emergency:
        raise CannotBook([Wrong(CROSSING, "slots.called_ahead")])
    if ticket is not None and ticket.stage not in QUEUED:
        raise CannotBook([Wrong(CROSSING, "slots.already_called")])


def _ticket_at(desk: Desk | None, crossing_id: UUID, session: Session) -> Ticket | None:
    """The ticket as it is once its queue is locked."""
    ticket = session.get(Ticket, crossing_id, populate_existing=True)
    if ticket is not None and desk is None:
        # It joined between the look and the lock; the queue is locked before any bucket, so all is done again.
        raise StaleDataError(f"{crossing_id} joined meanwhile")
    return ticket


def desk_of_holder(session: Session, crossing_id: UUID, clock: Clock) -> Desk | None:
    """The locked queue of a crossing that has a ticket, or whose log has not begun; None when neither is so.

    Then nobody decides at the queue until this is committed, who joins just now least of all; holders do not wait for
    one another.
    """
    desk = desk_of_ticket(session, crossing_id, clock)
    if desk is None:
        booking = rows.last_booking(session, crossing_id)
        if booking is None or session.scalar(LOGGED.where(queues.c.key == booking.queue)):
            return None
        desk = open_desk(session, booking.route, booking.direction, clock)
    return desk


def desk_of_ticket(session: Session, crossing_id: UUID, clock: Clock) -> Desk | None:
    """The locked queue in which a crossing stands; None when it has no ticket."""
    standing = repository.queue_of_ticket(session, crossing_id)
    return None if standing is None else open_desk(session, *standing, clock)


def release_slot(crossing_id: UUID, session: Session, clock: Clock, accepts: Decimal = NOTHING) -> Booking:
    """Give a slot, a reservation or a part in a draw up; a holder who waits joins the live queue; raises CostsMore."""
    desk = desk_of_holder(session, crossing_id, clock)
    bucket, booking = rows.booking_or_none(session, crossing_id)
    cost = price_of(session, booking, clock.now())
    if cost is not None:
        must_be_accepted(cost, accepts)
    end(session, bucket, booking, Ending.GIVEN_UP, clock.now(), cost)
    join_live(crossing_id, session, desk)
    return booking


def join_live(crossing_id: UUID, session: Session, desk: Desk | None) -> None:
    """One who waits for a slot that is no more leaves its place, and joins by number."""
    ticket = _ticket_at(desk, crossing_id, session)
    if ticket is None or desk is None or ticket.stage is not Stage.WAITING or ticket.slot is None:
        return
    tell_of_leaving(desk, ticket, Leaving.CHANGED)
    leave(ticket, desk)
    join(ticket, desk)
    start_round(session, *ticket.queue, desk.now)


def move_slot(
    crossing_id: UUID, starts: datetime, session: Session, clock: Clock, accepts: Decimal = NOTHING
) -> Booking:
    """Have another bucket instead, once, if it has room and is not about to be drawn; raises CannotBook and more.

    That costs what giving the old one up costs: a place that is given back late is of no use to anybody either way.
    """
    asking = rows.filed_of(session, crossing_id)
    desk = desk_of_ticket(session, crossing_id, clock) or open_desk(session, asking.route, asking.direction, clock)
    calendar = calendar_of(session, asking.route, asking.direction, clock.now())
    rows.lock_carrier(session, calendar.queue, starts, asking.carrier)
    bucket, booking = rows.booking_or_none(session, crossing_id)
    wanted = wanted_bucket(session, calendar, starts)
    known, _, opening = look(session, asking, starts, clock.now())
    free = About(None, known.nonce, known.of_carrier, booked=False, last=None)
    wish = wish_of(asking, wanted, calendar, free, opening)
    booking.reschedule(opening.now)
    refuse(session, replace(wish, opening=False, drawing=opening.is_open or opening.is_closing), calendar)
    cost = price_of(session, booking, opening.now)
    if cost is not None:
        must_be_accepted(cost, accepts)
    if booking.offered is not None:
        free_offer(session, booking)
    wanted.take(booking.ticket_class)
    _move(session, (bucket, wanted), booking, desk, opening.now, cost)
    return booking


def accept_offer(crossing_id: UUID, session: Session, clock: Clock) -> Booking:
    """Take the earlier room, whose place is held already; raises NothingOffered and OfferOver."""
    desk = desk_of_holder(session, crossing_id, clock)
    bucket, booking = rows.booking_or_none(session, crossing_id)
    now = clock.now()
    if booking.offered is None or booking.offered_until is None:
        raise NothingOffered(crossing=crossing_id)
    until = min(booking.offered_until, booking.offered - terms_at(session, now).there_by)
    if until <= now:
        raise OfferOver(slot=told([booking.offered]), until=told([until]))
    _move(session, (bucket, rows.the_bucket(session, booking.queue, booking.offered)), booking, desk, now)
    return booking


def _move(
    session: Session,
    between: tuple[Bucket, Bucket],
    booking: Booking,
    desk: Desk | None,
    now: datetime,
    cost: Cost | None = None,
) -> None:
    before, after = between
    before.give_back(booking.ticket_class)
    tell_of_end(session, booking, MOVED, now)
    expect(session, booking, after.starts, now)
    booking.move_to(after, *(cost or ()))
    tell_of_slot(session, booking, after, now)
    ticket = session.get(Ticket, booking.crossing_id, populate_existing=True)
    if ticket is not None and desk is not None and ticket.slot == before.starts and ticket.stage is Stage.WAITING:
        ticket.slot = after.starts
        ticket.version += 1
        start_round(session, *ticket.queue, desk.now)


def decline_offer(crossing_id: UUID, session: Session, clock: Clock) -> Booking:
    """Keep the slot; the earlier room is free for others."""
    desk_of_holder(session, crossing_id, clock)
    _, booking = rows.booking_or_none(session, crossing_id)
    free_offer(session, booking)
    return booking
