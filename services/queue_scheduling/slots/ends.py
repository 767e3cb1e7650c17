"""How bookings end: the places that become free, and what is told of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from services.queue_scheduling.domain.ticket import UNSEEN, Stage, Ticket
from services.queue_scheduling.holding.rules import Cost
from services.queue_scheduling.slots import rows
from services.queue_scheduling.slots.booking import Booking, BookingStage, Ending
from services.queue_scheduling.slots.buckets import Bucket
from services.queue_scheduling.slots.telling import tell_of_end


def let_go(ticket: Ticket, session: Session, now: datetime) -> None:
    """The truck no longer waits, by whatever way: its slot is used, or free for others."""
    found = rows.live_booking(session, ticket.crossing_id)
    if found:
        bucket, booking = found
        if ticket.stage in (Stage.ARRIVED, Stage.SERVED) and booking.stage is BookingStage.CONFIRMED:
            use(session, booking)
        else:
            end(session, bucket, booking, _ending_of(ticket), now)
    if ticket.stage not in UNSEEN:
        rows.forget(session, ticket.crossing_id)


def _ending_of(ticket: Ticket) -> Ending:
    if ticket.stage is Stage.WITHDRAWN:
        return Ending.GIVEN_UP
    return Ending.CHANGED if ticket.stage in UNSEEN else Ending.OVER


def end(
    session: Session, bucket: Bucket, booking: Booking, cause: Ending, now: datetime, cost: Cost | None = None
) -> None:
    """End a booking, free its places, and tell of it if it was a slot; `cost` is owed for that."""
    was = booking.stage
    if booking.offered is not None:
        free_offer(session, booking)
    if was in (BookingStage.RESERVED, BookingStage.CONFIRMED) and now < bucket.ends:
        bucket.give_back(booking.ticket_class)
    booking.end(cause, *(cost or ()))
    if was is BookingStage.CONFIRMED:
        tell_of_end(session, booking, cause.value, now)


def use(session: Session, booking: Booking) -> None:
    """The slot has served its truck; another place that was held for it is free again."""
    if booking.offered is not None:
        free_offer(session, booking)
    booking.use()


def free_offer(session: Session, booking: Booking) -> None:
    """The earlier place that was held is free again."""
    offered = booking.decline()
    rows.the_bucket(session, booking.queue, offered).give_back(booking.ticket_class)
