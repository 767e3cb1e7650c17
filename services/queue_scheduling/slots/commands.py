"""A slot is reserved, or its draw is entered: the wish, and all that stands against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from bordergate.clock import Clock
from bordergate.ids import new_id
from bordergate.timers import start_timer
from events.words import TicketClass
from services.queue_scheduling.slots import rows
from services.queue_scheduling.slots.booking import Booking
from services.queue_scheduling.slots.buckets import BOOKABLE, Bucket
from services.queue_scheduling.slots.calendar import Calendar, calendar_of
from services.queue_scheduling.slots.deadlines import BucketEnds, ReservationEnds
from services.queue_scheduling.slots.filed import Filed
from services.queue_scheduling.slots.looking import About, look
from services.queue_scheduling.slots.openings import Opening
from services.queue_scheduling.slots.refusals import CannotBook
from services.queue_scheduling.slots.rules import Wish, reasons_against

NEAREST = 3


def reserve_slot(asking: Filed, starts: datetime, session: Session, clock: Clock) -> Booking:
    """Hold a place of a bucket for some minutes, or enter its draw while it opens; raises CannotBook.

    All is looked at before the bucket is locked, in few readings, and its place taken last: so those who want the same
    hour hardly wait for one another, and who is refused waits for nobody.
    """
    rows.lock_both(session, asking, starts)
    calendar = calendar_of(session, asking.route, asking.direction, clock.now())
    known, bucket, opening = look(session, asking, starts, calendar.now)
    if bucket is None or _has_to_be_locked(bucket, calendar):
        bucket = wanted_bucket(session, calendar, starts)
        known, _, opening = look(session, asking, starts, clock.now())
    wish = wish_of(asking, bucket, calendar, known, opening)
    refuse(session, wish, calendar)
    booking = _booking(asking, bucket, known, opening.now)
    session.add(booking)
    if opening.is_open:
        booking.enter(opening.closes or opening.now)
        return booking
    booking.reserve(min(opening.now + calendar.terms.hold, bucket.starts - calendar.terms.there_by))
    ends = ReservationEnds(crossing_id=booking.crossing_id, booking_id=booking.id)
    start_timer(session, ends, due=booking.until or opening.now)
    session.flush()
    if not rows.take_place(session, bucket, booking.ticket_class, calendar.terms, opening.now):
        _refuse_late(session, wish, calendar)
    return booking


def _has_to_be_locked(bucket: Bucket, calendar: Calendar) -> bool:
    """Whether the bucket as it was last committed is not enough: it is to be measured, or may be drawn just now."""
    return bucket.is_stale(calendar.now) or calendar.may_be_opening(bucket.starts)


def _refuse_late(session: Session, wish: Wish, calendar: Calendar) -> None:
    """Others took the last place meanwhile; if one is free again, all is done once more."""
    starts = wish.bucket.starts
    left = session.get(Bucket, (wish.bucket.queue, starts), populate_existing=True)
    refuse(session, replace(wish, bucket=left or wish.bucket), calendar)
    raise StaleDataError(f"a place of {starts} came and went")


def wanted_bucket(session: Session, calendar: Calendar, starts: datetime) -> Bucket:
    """The bucket that is wanted, locked; one that cannot be booked by anybody is not made."""
    if not calendar.can_be_booked(starts):
        return Bucket(calendar.queue, starts, minutes=60, places=1)
    bucket = rows.bucket_of(session, calendar, starts)
    if not sum(bucket.sold.values()):
        over = BucketEnds(route=calendar.route, direction=calendar.direction, starts=starts)
        start_timer(session, over, due=bucket.ends)
    return bucket


def wish_of(asking: Filed, bucket: Bucket, calendar: Calendar, known: About, opening: Opening) -> Wish:
    """The wish, and all that decides on it; one whom a written order lets go first is called ahead of all."""
    ahead = known.queued_as is TicketClass.P0
    return Wish(
        bucket=bucket,
        calls=calendar.calls(bucket.starts, bucket.minutes),
        ticket_class=known.queued_as if ahead else asking.ticket_class,
        stage=known.stage,
        of_carrier=known.of_carrier,
        booked=known.booked,
        last=known.last,
        now=opening.now,
        terms=calendar.terms,
        opening=opening.is_open,
        drawing=opening.is_closing,
    )


def refuse(session: Session, wish: Wish, calendar: Calendar) -> None:
    """Go on only if nothing stands against the wish; what another time would mend names the nearest with room."""
    problems = reasons_against(wish)
    if any("nearest" in wrong.details for wrong in problems):
        problems = reasons_against(replace(wish, nearest=nearest(session, wish, calendar)))
    if problems:
        raise CannotBook(problems)


def nearest(session: Session, wish: Wish, calendar: Calendar) -> Sequence[datetime]:
    """The buckets with room for this class that lie nearest to the wanted one."""
    ticket_class = wish.ticket_class
    if ticket_class not in BOOKABLE:
        return []
    known = rows.room_known(session, calendar.queue, calendar.now)
    until = calendar.now + calendar.terms.horizon_of(ticket_class)
    free = [
        starts
        for starts in calendar.starts()
        if starts <= until and calendar.shown(starts, known.get(starts)).room(ticket_class, calendar.terms, wish.now)
    ]
    return sorted(sorted(free, key=lambda starts: abs(starts - wish.bucket.starts))[:NEAREST])


def _booking(asking: Filed, bucket: Bucket, known: About, now: datetime) -> Booking:
    if asking.ticket_class is None:
        raise AssertionError("a wish of no class was granted")
    return Booking(
        id=new_id(),
        crossing_id=asking.crossing_id,
        route=asking.route,
        direction=asking.direction,
        queue=bucket.queue,
        starts=bucket.starts,
        minutes=bucket.minutes,
        ticket_class=asking.ticket_class,
        carrier=asking.carrier,
        parties=asking.parties,
        vehicle_id=asking.vehicle_id,
        things=asking.things,
        reserved_at=now,
        nonce=known.nonce or rows.a_nonce(),
    )
