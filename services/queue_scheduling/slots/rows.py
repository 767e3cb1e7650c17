"""Buckets, bookings and filed crossings by identity or lock.

Locks are taken in one order: the queue's row, a vehicle, carriers in a bucket, that bucket, its bookings. Only who has
the queue's row locks a second bucket, in whatever order: so nobody waits in a circle.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from bordergate.ledger import NONCE
from events.vehicle_registration import CrossingReady, Filing
from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import Place, queue_key
from services.queue_scheduling.dispatch.rows import OWN, place_of_row
from services.queue_scheduling.domain.hours import MINUTE
from services.queue_scheduling.domain.ticket import Stage, Ticket, things_of
from services.queue_scheduling.slots.booking import HOLDS_A_PLACE, LIVE, Booking, BookingStage
from services.queue_scheduling.slots.buckets import Bucket
from services.queue_scheduling.slots.calendar import Calendar, calendar_of
from services.queue_scheduling.slots.filed import Filed
from services.queue_scheduling.slots.refusals import NoSlot, NotFiled
from services.queue_scheduling.slots.tables import bookings, slot_buckets
from services.queue_scheduling.slots.terms import SlotTerms
from services.queue_scheduling.tables import tickets

NOTE = """
INSERT INTO queue_scheduling.filed AS known
    (crossing_id, route, direction, carrier, parties, vehicle_id, things, empty, ticket_class)
VALUES (%(crossing_id)s, %(route)s, %(direction)s, %(carrier)s, %(parties)s, %(vehicle_id)s, %(things)s, %(empty)s,
    %(ticket_class)s)
ON CONFLICT (crossing_id) DO UPDATE SET route = excluded.route, direction = excluded.direction,
    carrier = excluded.carrier, parties = excluded.parties, vehicle_id = excluded.vehicle_id, things = excluded.things,
    empty = excluded.empty, ticket_class = CASE WHEN excluded.ticket_class IS NOT NULL THEN excluded.ticket_class
        WHEN known.empty THEN NULL ELSE known.ticket_class END
"""
"""A class that is not told stays, unless it was that of an empty truck which no longer is."""
FILED = """
SELECT crossing_id, route, direction, carrier, parties, vehicle_id, things, ticket_class
FROM queue_scheduling.filed WHERE crossing_id = %s
"""
CLASSIFY = "UPDATE queue_scheduling.filed SET ticket_class = %s WHERE crossing_id = %s AND NOT empty"
FORGET = "DELETE FROM queue_scheduling.filed WHERE crossing_id = %s"
NEW_BUCKET = """
INSERT INTO queue_scheduling.slot_buckets (queue, starts, minutes, places, p2, p3, p4, p5, measured_at)
VALUES (%(queue)s, %(starts)s, %(minutes)s, %(places)s, 0, 0, 0, 0, %(measured_at)s) ON CONFLICT DO NOTHING
"""
MEASURE_ANEW = """
UPDATE queue_scheduling.slot_buckets SET measured_at = NULL WHERE queue = ANY(%(queues)s) AND starts > %(now)s
"""
ONE_VEHICLE = "SELECT pg_advisory_xact_lock(hashtext('queue_scheduling.slots'), hashtext(%s))"
FREE_VEHICLE = ONE_VEHICLE.replace("pg_advisory", "pg_try_advisory")
ONE_CARRIER = "SELECT pg_advisory_xact_lock(hashtext('queue_scheduling.carriers'), hashtext(%s))"
BOTH = f"{ONE_VEHICLE}, {ONE_CARRIER.removeprefix('SELECT ')}"
EACH_CARRIER = ONE_CARRIER.replace("%s", "carrier") + " FROM unnest(%s::text[]) AS carrier"
HOLDERS = f"""
SELECT {", ".join("p." + name for name in OWN.split(", "))}, b.starts, b.minutes FROM queue_scheduling.places AS p
JOIN queue_scheduling.bookings AS b ON b.crossing_id = p.crossing_id AND b.stage = 'CONFIRMED'
WHERE p.queue = %(queue)s AND p.line = 'BOOKED' AND p.callable AND b.starts >= %(hour)s
    AND b.starts < %(hour)s + interval '1 hour' ORDER BY b.starts, p.turn
"""
"""Those of an hour who can come: slot time, then join."""
WAIT_TO_COME = """
SELECT b.id, b.carrier FROM queue_scheduling.bookings AS b
JOIN queue_scheduling.tickets AS t ON t.crossing_id = b.crossing_id AND t.stage = 'WAITING' AND t.ready
WHERE b.queue = %(queue)s AND b.starts > %(after)s AND b.starts < %(until)s AND b.stage = 'CONFIRMED'
    AND b.offered IS NULL AND t.slot = b.starts ORDER BY b.starts, b.confirmed_at, b.id
"""
HELD = """
SELECT count(*) FROM queue_scheduling.bookings WHERE queue = %s AND stage IN ('RESERVED', 'CONFIRMED')
    AND starts + minutes * interval '1 minute' > %s AND starts < %s
"""
IS_LIVE: ColumnElement[bool] = bookings.c.stage.in_(LIVE)


def filing_of(crossing: CrossingReady | Filing, crossing_id: UUID, ticket_class: TicketClass | None) -> dict[str, Any]:
    """A crossing's row as it is filed now."""
    empty = crossing.empty if isinstance(crossing, CrossingReady) else crossing.declared_empty
    return {
        "crossing_id": crossing_id,
        "route": crossing.route,
        "direction": crossing.direction.value,
        "carrier": crossing.carrier,
        "parties": sorted({*crossing.parties, crossing_id}),
        "vehicle_id": crossing.vehicle_id,
        "things": things_of(crossing),
        "empty": empty,
        "ticket_class": ticket_class.value if ticket_class else None,
    }


def note_filed(session: Session, known: Iterable[Mapping[str, Any]]) -> None:
    """Remember crossings as they are filed now."""
    rows = list({row["crossing_id"]: dict(row) for row in known}.values())
    if rows:
        session.connection().exec_driver_sql(NOTE, rows)


def classify(session: Session, crossing_id: UUID, ticket_class: TicketClass) -> None:
    """Customs has seen the goods."""
    session.connection().exec_driver_sql(CLASSIFY, (ticket_class.value, crossing_id))


def forget(session: Session, crossing_id: UUID) -> None:
    """The crossing is over."""
    session.connection().exec_driver_sql(FORGET, (crossing_id,))


def filed_of(session: Session, crossing_id: UUID) -> Filed:
    """A filed crossing; raises NotFiled."""
    found = filed_or_none(session, crossing_id)
    if found is None:
        raise NotFiled(crossing=crossing_id)
    return found


def filed_or_none(session: Session, crossing_id: UUID) -> Filed | None:
    """The same; None when it is not filed, or over."""
    row = session.connection().exec_driver_sql(FILED, (crossing_id,)).mappings().first()
    if row is None:
        return None
    ticket_class = TicketClass(row["ticket_class"]) if row["ticket_class"] else None
    return Filed(**{**row, "direction": Direction(row["direction"]), "ticket_class": ticket_class})


def lock_vehicle(session: Session, vehicle_id: UUID) -> None:
    """One booking of a vehicle at a time."""
    session.connection().exec_driver_sql(ONE_VEHICLE, (str(vehicle_id),))


def lock_free_vehicle(session: Session, vehicle_id: UUID) -> None:
    """The same by one who has locked a bucket, and so must not wait; raises StaleDataError while others book it."""
    if not session.connection().exec_driver_sql(FREE_VEHICLE, (str(vehicle_id),)).scalar():
        raise StaleDataError(f"{vehicle_id} is just being booked")


def bucket_of(session: Session, calendar: Calendar, starts: datetime) -> Bucket:
    """A bucket, locked; made and measured when it is time."""
    bucket = known_bucket(session, calendar.queue, starts)
    if bucket is None:
        new = calendar.new_bucket(starts)
        columns = {name: getattr(new, name) for name in ("queue", "starts", "minutes", "places", "measured_at")}
        session.connection().exec_driver_sql(NEW_BUCKET, columns)
        bucket = known_bucket(session, calendar.queue, starts)
    if bucket is None:
        raise AssertionError(f"the bucket of {starts} was not made")
    if bucket.is_stale(calendar.now):  # by what the route does now: that may have changed while the lock was waited for
        calendar_of(session, calendar.route, calendar.direction, calendar.now).measure(bucket)
    return bucket


def measure_anew(session: Session, routes: Collection[str], now: datetime) -> None:
    """Let the coming buckets of routes be measured again before anybody books in them; whoever has a place keeps it.

    The queues of these routes are locked.
    """
    keys = [queue_key(route, direction) for route in routes for direction in Direction]
    session.connection().exec_driver_sql(MEASURE_ANEW, {"queues": keys, "now": now})


def lock_carrier(session: Session, queue: str, starts: datetime, carrier: UUID) -> None:
    """One booking of a carrier at a time in a bucket: its places are counted."""
    session.connection().exec_driver_sql(ONE_CARRIER, (_carriers(queue, starts, carrier),))


def lock_both(session: Session, asking: Filed, starts: datetime) -> None:
    """One booking of the vehicle at a time, then one of its carrier in a bucket."""
    of_carrier = _carriers(asking.queue, starts, asking.carrier)
    session.connection().exec_driver_sql(BOTH, (str(asking.vehicle_id), of_carrier))


def lock_carriers(session: Session, queue: str, starts: datetime, carriers: Collection[UUID]) -> None:
    """The same of several carriers, before the bucket is locked: whoever holds their queue, and nobody else, may."""
    known = sorted({_carriers(queue, starts, carrier) for carrier in carriers})
    session.connection().exec_driver_sql(EACH_CARRIER, (known,))


def _carriers(queue: str, starts: datetime, carrier: UUID) -> str:
    return f"{queue} {starts.timestamp()} {carrier}"


def take_place(session: Session, bucket: Bucket, ticket_class: TicketClass, terms: SlotTerms, now: datetime) -> bool:
    """Take a place if there still is one, as `Bucket.room` has it; the bucket is locked from here on.

    None is taken by what was measured before its route changed.
    """
    least = {} if now >= bucket.starts - terms.flows_down else terms.least
    kept = " ".join(f"- GREATEST(0, {places} - {one.value})" for one, places in _kept(least) if one is not ticket_class)
    own = ticket_class.value.lower()
    taken = session.connection().exec_driver_sql(
        f"UPDATE queue_scheduling.slot_buckets SET {own} = {own} + 1 WHERE queue = %(queue)s AND starts = %(starts)s"
        f" AND measured_at IS NOT NULL AND places - p2 - p3 - p4 - p5 {kept} > 0",
        {one.value: share for one, share in least.items()} | {"queue": bucket.queue, "starts": bucket.starts},
    )
    return bool(taken.rowcount)


def _kept(least: Iterable[TicketClass]) -> Iterator[tuple[TicketClass, str]]:
    """`buckets.kept_for` as the database works it out."""
    left = "places"
    for one in least:
        kept = f"LEAST({left}, round(%({one.value})s * places)::int)"
        yield one, kept
        left += f" - {kept}"


def known_bucket(session: Session, queue: str, starts: datetime) -> Bucket | None:
    """A bucket that somebody has booked in, locked."""
    session.flush()
    return session.get(Bucket, (queue, starts), with_for_update=True, populate_existing=True)


def the_bucket(session: Session, queue: str, starts: datetime) -> Bucket:
    """The bucket of a booking, locked."""
    bucket = known_bucket(session, queue, starts)
    if bucket is None:
        raise AssertionError(f"somebody booked a bucket that is none: {queue} {starts}")
    return bucket


def live_booking(session: Session, crossing_id: UUID) -> tuple[Bucket, Booking] | None:
    """A crossing's booking with its bucket, both locked; None when it has none."""
    while True:
        seen = session.execute(
            select(bookings.c.queue, bookings.c.starts, bookings.c.offered).where(
                bookings.c.crossing_id == crossing_id, IS_LIVE
            )
        ).first()
        if seen is None:
            return None
        if seen.offered:
            the_bucket(session, seen.queue, seen.offered)
        bucket = known_bucket(session, seen.queue, seen.starts)
        booking = _locked(session, crossing_id)
        if booking is None:
            return None
        # else it moved to another bucket, or was offered one, while these were waited for
        if (booking.starts, booking.offered) == (seen.starts, seen.offered):
            return bucket or _without_row(booking), booking


def _without_row(booking: Booking) -> Bucket:
    """The bucket of an entry in a draw, in which nobody has a place yet."""
    return Bucket(booking.queue, booking.starts, booking.minutes)


def vehicle_is_booked(session: Session, vehicle_id: UUID, *, but: Booking) -> bool:
    """Whether a vehicle is booked already, by another crossing."""
    others = select(bookings.c.id).where(bookings.c.vehicle_id == vehicle_id, IS_LIVE, bookings.c.id != but.id)
    return session.execute(others).first() is not None


def _locked(session: Session, crossing_id: UUID) -> Booking | None:
    wanted = select(Booking).where(bookings.c.crossing_id == crossing_id, IS_LIVE).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).first()


def booking_or_none(session: Session, crossing_id: UUID) -> tuple[Bucket, Booking]:
    """The same; raises NoSlot."""
    found = live_booking(session, crossing_id)
    if found is None:
        raise NoSlot(crossing=crossing_id)
    return found


def last_booking(session: Session, crossing_id: UUID) -> Booking | None:
    """A crossing's last booking, whatever became of it."""
    wanted = select(Booking).where(bookings.c.crossing_id == crossing_id).order_by(bookings.c.reserved_at.desc())
    return session.scalars(wanted.limit(1)).first()


def bookings_in(session: Session, bucket: Bucket, stages: Collection[BookingStage]) -> Sequence[Booking]:
    """The bookings of a bucket that is locked, in the order in which they were made."""
    here = (bookings.c.queue == bucket.queue, bookings.c.starts == bucket.starts, bookings.c.stage.in_(stages))
    wanted = select(Booking).where(*here).order_by(bookings.c.reserved_at, bookings.c.id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def waiting_in(session: Session, bucket: Bucket) -> list[tuple[Booking, Ticket]]:
    """The holders of a bucket that is locked who wait for it, each with his ticket, as `bookings_in` has them."""
    here = (bookings.c.queue == bucket.queue, bookings.c.starts == bucket.starts)
    waits = (tickets.c.crossing_id == bookings.c.crossing_id) & (tickets.c.slot == bookings.c.starts)
    wanted = (
        select(Booking, Ticket)
        .join(Ticket, waits)
        .where(*here, bookings.c.stage == BookingStage.CONFIRMED, tickets.c.stage == Stage.WAITING)
        .order_by(bookings.c.reserved_at, bookings.c.id)
        .with_for_update(of=bookings)
    )
    return [(one, ticket) for one, ticket in session.execute(wanted.execution_options(populate_existing=True))]


def booking_by_id(session: Session, booking_id: UUID) -> Booking | None:
    """A booking, locked unless somebody else has it."""
    session.flush()
    free = {"skip_locked": True}
    return session.get(Booking, booking_id, with_for_update=free, populate_existing=True)


def holders_of_hour(session: Session, queue: str, hour: datetime) -> list[tuple[Place, datetime, datetime]]:
    """The holders of an hour who can come, each with his slot's begin and end, in the order of their calls."""
    found = session.connection().exec_driver_sql(HOLDERS, {"queue": queue, "hour": hour}).mappings()
    told = [dict(row) for row in found]
    slots = [(row.pop("starts"), row.pop("minutes")) for row in told]
    return [
        (place_of_row(row), starts, starts + minutes * MINUTE)
        for row, (starts, minutes) in zip(told, slots, strict=True)
    ]


def who_could_come_earlier(session: Session, queue: str, span: tuple[datetime, datetime]) -> dict[UUID, UUID]:
    """Bookings of later buckets whose trucks are ready, each with its carrier: those who wait longest first."""
    after, until = span
    asked = {"queue": queue, "after": after, "until": until}
    return {row.id: row.carrier for row in session.connection().exec_driver_sql(WAIT_TO_COME, asked)}


def held_by_carriers(session: Session, bucket: Bucket) -> Counter[UUID]:
    """How many places of a bucket each carrier holds, earlier room that is offered to it counted in."""
    here = (bookings.c.starts == bucket.starts) & bookings.c.stage.in_(HOLDS_A_PLACE)
    wanted = select(bookings.c.carrier).where(
        bookings.c.queue == bucket.queue, here | (bookings.c.offered == bucket.starts)
    )
    return Counter(session.scalars(wanted))


def slots_held(session: Session, queue: str, span: tuple[datetime, datetime]) -> int:
    """How many slots of a queue are reserved or confirmed that fall between two instants."""
    return int(session.connection().exec_driver_sql(HELD, (queue, *span)).scalar_one())


def room_known(session: Session, queue: str, now: datetime) -> dict[datetime, Bucket]:
    """The buckets of a queue that somebody has booked in and that have not begun, as they were last committed."""
    wanted = select(Bucket).where(slot_buckets.c.queue == queue, slot_buckets.c.starts > now)
    return {bucket.starts: bucket for bucket in session.scalars(wanted)}


def a_nonce() -> bytes:
    """What opens a commitment."""
    return secrets.token_bytes(NONCE)
