"""Other hours are offered to holders: earlier room, or another hour when theirs has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.timers import start_timer
from services.queue_scheduling.domain.hours import midnight
from services.queue_scheduling.slots import rows
from services.queue_scheduling.slots.booking import Booking, BookingStage
from services.queue_scheduling.slots.buckets import Bucket, carrier_cap
from services.queue_scheduling.slots.calendar import Calendar
from services.queue_scheduling.slots.deadlines import OfferEnds

DAY = timedelta(days=1)
Until = Callable[[Booking, Bucket], datetime]


def offer_earlier(session: Session, calendar: Calendar, starts: datetime) -> None:
    """Offer what is left of a bucket to holders of later ones of its day who wait already.

    They may take it as long as their trucks can still be there in time.
    """
    wanting = rows.who_could_come_earlier(session, calendar.queue, (starts, midnight(starts) + DAY))
    until = min(calendar.now + calendar.terms.offer, starts - calendar.terms.there_by)
    if wanting:
        offer(session, calendar, starts, wanting, lambda *_: until)


def offer(
    session: Session, calendar: Calendar, starts: datetime, wanting: Mapping[UUID, UUID], until: Until
) -> set[UUID]:
    """Hold places of a bucket for holders of others, as long as it has room; returns for which of the bookings.

    `wanting` are these bookings in their order, each with its carrier: carriers are locked as for a reservation, and
    before the bucket, so that none gets more than its part by both.
    """
    rows.lock_carriers(session, calendar.queue, starts, wanting.values())
    bucket = rows.bucket_of(session, calendar, starts)
    most, held = carrier_cap(bucket.places, calendar.terms), rows.held_by_carriers(session, bucket)
    offered = set()
    for booking_id, carrier in wanting.items():
        if bucket.places <= sum(bucket.sold.values()):
            break
        booking = rows.booking_by_id(session, booking_id) if held[carrier] < most else None
        if booking is not None and _may_have(booking, bucket, calendar):
            held[carrier] += 1
            _hold_for(session, booking, bucket, until(booking, bucket))
            offered.add(booking_id)
    return offered


def _may_have(booking: Booking, bucket: Bucket, calendar: Calendar) -> bool:
    holds = booking.stage is BookingStage.CONFIRMED and booking.offered is None
    return holds and bool(bucket.room(booking.ticket_class, calendar.terms, calendar.now))


def _hold_for(session: Session, booking: Booking, bucket: Bucket, until: datetime) -> None:
    bucket.take(booking.ticket_class)
    booking.offer(bucket, until)
    start_timer(session, OfferEnds(crossing_id=booking.crossing_id, offered=bucket.starts), due=until)
