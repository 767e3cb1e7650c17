"""Openings: when a bucket can first be booked, and its draw (docs/lottery.md)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bordergate.ledger import canonical
from bordergate.timers import start_timer
from services.queue_scheduling.domain.hours import MINUTE
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.ledger.log import enter
from services.queue_scheduling.slots.booking import Booking
from services.queue_scheduling.slots.buckets import Bucket, carrier_cap, kept_for
from services.queue_scheduling.slots.calendar import Calendar
from services.queue_scheduling.slots.deadlines import DrawDue
from services.queue_scheduling.slots.draw import SEED, Entry, Rules, drawn, group_of, seed_hash
from services.queue_scheduling.slots.terms import SlotTerms

AHEAD = timedelta(hours=25)
"""For so long before a bucket opens the hash of its seed is public."""
PREPARE = """
INSERT INTO queue_scheduling.draws (queue, starts, route, direction, minutes, opens, closes, seed, secret)
VALUES (%(queue)s, %(starts)s, %(route)s, %(direction)s, %(minutes)s, %(opens)s, %(closes)s, %(seed)s, %(secret)s)
ON CONFLICT DO NOTHING
"""
DRAW = "SELECT * FROM queue_scheduling.draws WHERE queue = %s AND starts = %s FOR UPDATE"
PUBLISH = "UPDATE queue_scheduling.draws SET drawn_at = %s, record = %s WHERE queue = %s AND starts = %s"


@dataclass(frozen=True)
class Opening:
    """How a bucket's opening stands: `closes` None when it has none, or has not begun."""

    now: datetime
    closes: datetime | None = None
    drawn: bool = False

    @property
    def is_open(self) -> bool:
        """Whether those who want the bucket are being collected."""
        return self.closes is not None and not self.drawn and self.now < self.closes

    @property
    def is_closing(self) -> bool:
        """Whether the window is over and the lots are not yet drawn."""
        return self.closes is not None and not self.drawn and self.now >= self.closes


def prepare(session: Session, calendar: Calendar, starts: datetime) -> None:
    """Draw the seed of a bucket that opens soon; its hash is public from now on."""
    opens, closes = calendar.terms.opening(starts)
    new: dict[str, Any] = {
        "queue": calendar.queue,
        "starts": starts,
        "route": calendar.route,
        "direction": calendar.direction.value,
        "minutes": calendar.terms_on(starts).bucket // MINUTE,
        "opens": opens,
        "closes": closes,
        "seed": secrets.token_bytes(SEED),
        "secret": secrets.token_bytes(SEED),
    }
    made = session.connection().exec_driver_sql(PREPARE, new)
    if made.rowcount:
        told = {"slot": starts, "minutes": new["minutes"], "digest": seed_hash(new["seed"])}
        leaf = Leaf(kind=Kind.ANNOUNCED, direction=calendar.direction, at=calendar.now, **told)
        enter(session, calendar.route, leaf)
        due = DrawDue(route=calendar.route, direction=calendar.direction, starts=starts)
        start_timer(session, due, due=closes)


def draw(session: Session, calendar: Calendar, bucket: Bucket, entered: Sequence[Booking]) -> Sequence[Booking]:
    """Draw the lots of a bucket whose window is over, and publish all that is needed to draw them again.

    Returns the winners in the order of their lots; none when it was drawn before.
    """
    row = session.connection().exec_driver_sql(DRAW, (bucket.queue, bucket.starts)).mappings().first()
    if row is None or row["drawn_at"] is not None:
        return []
    terms = calendar.terms
    rules = rules_of(bucket, terms)
    seed, secret = bytes(row["seed"]), bytes(row["secret"])
    known = {booking.commitment: booking for booking in entered}
    entries = [Entry(name, one.ticket_class, group_of(secret, one.carrier.bytes)) for name, one in known.items()]
    winners = drawn(entries, rules, seed)
    record = canonical(announced(row) | shares_told(terms) | revealed(seed, rules, entries, winners))
    digest = hashlib.sha256(record).hexdigest()
    session.connection().exec_driver_sql(PUBLISH, (calendar.now, record, bucket.queue, bucket.starts))
    leaf = Leaf(kind=Kind.DRAWN, direction=calendar.direction, at=calendar.now, slot=bucket.starts, digest=digest)
    enter(session, calendar.route, leaf)
    return [known[winner.commitment] for winner in winners]


def rules_of(bucket: Bucket, terms: SlotTerms) -> Rules:
    """What a draw deals out: the places of a bucket that nobody holds yet."""
    left = max(0, bucket.places - sum(bucket.sold.values()))
    return Rules(left, kept_for(left, terms.least), carrier_cap(left, terms))


def announced(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    """What is public of a draw before it: of which bucket, when, and the hash of its seed."""
    return {
        "route": row["route"],
        "direction": row["direction"],
        "slot": instant(row["starts"]),
        "minutes": row["minutes"],
        "opens": instant(row["opens"]),
        "closes": instant(row["closes"]),
        "seed_hash": seed_hash(bytes(row["seed"])),
    }


def shares_told(terms: SlotTerms) -> dict[str, Any]:
    """The shares that a draw's rules follow from."""
    return {
        "least": {ticket_class.value: f"{share:f}" for ticket_class, share in terms.least.items()},
        "carrier_share": f"{terms.carrier_share:f}",
        "carrier_least": terms.carrier_least,
    }


def revealed(seed: bytes, rules: Rules, entries: Sequence[Entry], winners: Sequence[Entry]) -> dict[str, Any]:
    """What is public after it."""
    return {
        "seed": seed.hex(),
        "places": rules.places,
        "kept": {ticket_class.value: count for ticket_class, count in rules.kept.items()},
        "carrier_cap": rules.carrier_cap,
        "entries": [entry.written() for entry in sorted(entries, key=lambda entry: entry.commitment)],
        "won": [winner.commitment for winner in winners],
    }


def instant(at: datetime) -> str:
    """A time as it is published: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
