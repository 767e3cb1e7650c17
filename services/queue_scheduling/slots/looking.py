"""All that is looked at of a wish for a slot, in one reading, before its place is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from events.words import TicketClass
from services.queue_scheduling.domain.ticket import Stage
from services.queue_scheduling.slots.buckets import Bucket
from services.queue_scheduling.slots.filed import Filed
from services.queue_scheduling.slots.openings import Opening

ABOUT = """
SELECT t.stage, t.nonce, t.ticket_class AS queued_as,
    b.minutes, b.places, b.p2, b.p3, b.p4, b.p5, b.measured_at, d.closes, d.drawn_at,
    (SELECT count(*) FROM queue_scheduling.bookings WHERE queue = %(queue)s AND carrier = %(carrier)s
        AND starts >= %(starts)s AND starts < %(starts)s + interval '1 day'
        AND (starts = %(starts)s AND stage IN ('RESERVED', 'CONFIRMED', 'USED', 'LOST')
            OR offered = %(starts)s AND crossing_id <> %(crossing)s)) AS of_carrier,
    EXISTS (SELECT FROM queue_scheduling.bookings WHERE crossing_id = %(crossing)s
        AND stage IN ('ENTERED', 'RESERVED', 'CONFIRMED'))
    OR EXISTS (SELECT FROM queue_scheduling.bookings WHERE vehicle_id = %(vehicle)s
        AND stage IN ('ENTERED', 'RESERVED', 'CONFIRMED')) AS booked,
    (SELECT max(reserved_at) FROM queue_scheduling.bookings WHERE vehicle_id = %(vehicle)s
        AND cause IS DISTINCT FROM 'NOT_DRAWN') AS last
FROM (SELECT) AS one LEFT JOIN queue_scheduling.tickets AS t ON t.crossing_id = %(crossing)s
LEFT JOIN queue_scheduling.slot_buckets AS b ON b.queue = %(queue)s AND b.starts = %(starts)s
LEFT JOIN queue_scheduling.draws AS d ON d.queue = %(queue)s AND d.starts = %(starts)s AND d.opens <= %(now)s
"""
"""Of a carrier's places those count that are offered to others of its trucks: earlier room, within the day.

An entry that was not drawn was no reservation: who entered last may book what is left as soon as who entered first.
"""


@dataclass(frozen=True)
class About:
    """What else decides on a wish: the crossing's ticket, its carrier's places, its and its vehicle's bookings."""

    stage: Stage | None
    nonce: bytes | None
    of_carrier: int
    booked: bool
    last: datetime | None
    queued_as: TicketClass | None = None


class Look(NamedTuple):
    """What one reading shows: the bucket as it was last committed (None: nobody has booked in it), and its opening."""

    known: About
    bucket: Bucket | None
    opening: Opening


def look(session: Session, asking: Filed, starts: datetime, now: datetime) -> Look:
    """What decides on a wish, once what must not change meanwhile is locked."""
    asked = {"crossing": asking.crossing_id, "vehicle": asking.vehicle_id, "carrier": asking.carrier}
    where = {"queue": asking.queue, "starts": starts, "now": now}
    row = session.connection().exec_driver_sql(ABOUT, asked | where).one()
    opening = Opening(now) if row.closes is None else Opening(now, row.closes, row.drawn_at is not None)
    return Look(_about(row), _bucket(row, asking.queue, starts), opening)


def _about(row: Any) -> About:  # noqa: ANN401 - a row
    return About(
        stage=Stage(row.stage) if row.stage else None,
        nonce=bytes(row.nonce) if row.nonce else None,
        of_carrier=row.of_carrier,
        booked=row.booked,
        last=row.last,
        queued_as=TicketClass(row.queued_as) if row.queued_as else None,
    )


def _bucket(row: Any, queue: str, starts: datetime) -> Bucket | None:  # noqa: ANN401 - as above
    if row.places is None:
        return None
    return Bucket(queue, starts, row.minutes, row.places, row.p2, row.p3, row.p4, row.p5, row.measured_at)
