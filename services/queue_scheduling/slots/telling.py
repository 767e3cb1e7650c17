"""What the public ledger is told of slots: a leaf for each that is confirmed, moved, or ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from events.queue_scheduling import Hindrance
from services.queue_scheduling.domain.ticket import Ticket
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.ledger.log import enter
from services.queue_scheduling.slots.booking import Booking
from services.queue_scheduling.slots.buckets import Bucket

MOVED, ABSENT = "MOVED", "ABSENT"


def tell_of_slot(session: Session, booking: Booking, bucket: Bucket, now: datetime) -> None:
    """A slot was confirmed, and how many its bucket has."""
    leaf = Leaf(
        kind=Kind.BOOKED,
        direction=booking.direction,
        at=now,
        ticket_class=booking.ticket_class,
        commitment=booking.commitment,
        slot=bucket.starts,
        minutes=bucket.minutes,
        places=bucket.places,
    )
    booking.entry = enter(session, booking.route, leaf)


def tell_of_end(session: Session, booking: Booking, cause: str, now: datetime) -> None:
    """A slot was confirmed once and is so no longer."""
    leaf = Leaf(
        kind=Kind.UNBOOKED,
        direction=booking.direction,
        at=now,
        ticket_class=booking.ticket_class,
        commitment=booking.commitment,
        slot=booking.starts,
        cause=cause,
    )
    enter(session, booking.route, leaf)


def tell_of_lapse(session: Session, ticket: Ticket, booking: Booking, cause: str, now: datetime) -> None:
    """A slot's hour ended and its holder was not called in it, and whose doing that was; or he was not there for it."""
    leaf = Leaf(
        kind=Kind.LAPSED,
        direction=booking.direction,
        at=now,
        ticket_class=ticket.ticket_class,
        commitment=ticket.commitment,
        slot=booking.starts,
        cause=cause,
    )
    enter(session, booking.route, leaf)


def tell_of_excuse(session: Session, booking: Booking, cause: Hindrance, now: datetime) -> None:
    """A holder could not be there for his slot, as officers say."""
    leaf = Leaf(
        kind=Kind.EXCUSED,
        direction=booking.direction,
        at=now,
        ticket_class=booking.ticket_class,
        commitment=booking.commitment,
        slot=booking.starts,
        cause=cause.value,
    )
    enter(session, booking.route, leaf)
