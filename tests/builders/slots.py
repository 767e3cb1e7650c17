"""Slots as tests know them: the shipped numbers, a bucket, a booking, entries of a draw."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from bordergate.ids import new_id
from events.words import Direction, TicketClass
from services.queue_scheduling.slots.booking import Booking
from services.queue_scheduling.slots.buckets import Bucket
from services.queue_scheduling.slots.draw import Entry
from services.queue_scheduling.slots.rules import Wish
from services.queue_scheduling.slots.terms import SlotTerms
from tests.builders.queue import TEN

TERMS = SlotTerms(
    bucket=timedelta(hours=1),
    horizon=timedelta(days=7),
    horizon_empty=timedelta(hours=48),
    hold=timedelta(minutes=5),
    share_least=Decimal("0.2"),
    share_most=Decimal("0.6"),
    growth=Decimal("1.25"),
    least={TicketClass.P4: Decimal("0.35"), TicketClass.P5: Decimal("0.05")},
    flows_down=timedelta(hours=1),
    carrier_share=Decimal("0.1"),
    carrier_least=2,
    apart=timedelta(minutes=10),
    absent_most=Decimal("0.2"),
    samples=50,
    offer=timedelta(minutes=20),
    window=timedelta(minutes=10),
    there_from=timedelta(hours=3),
    there_by=timedelta(minutes=10),
    there_grace=timedelta(minutes=5),
)
"""The shipped rows."""
NOON = TEN + timedelta(hours=2)


def a_bucket(places: int = 20, **sold: int) -> Bucket:
    """The bucket of noon."""
    return Bucket("hn-1119/EXPORT", NOON, 60, places, measured_at=TEN, **sold)


def a_wish(**changes: Any) -> Wish:  # noqa: ANN401 - any field
    """A standard truck wants noon at ten, and may have it."""
    usual = Wish(
        bucket=a_bucket(),
        calls=26.0,
        ticket_class=TicketClass.P4,
        stage=None,
        of_carrier=0,
        booked=False,
        last=None,
        now=TEN,
        terms=TERMS,
    )
    return replace(usual, **changes)


def a_booking(**changes: Any) -> Booking:  # noqa: ANN401 - any field
    """A standard truck's booking of noon, not yet asked for."""
    usual: dict[str, Any] = {
        "id": new_id(),
        "crossing_id": new_id(),
        "route": "hn-1119",
        "direction": Direction.EXPORT,
        "queue": "hn-1119/EXPORT",
        "starts": NOON,
        "minutes": 60,
        "ticket_class": TicketClass.P4,
        "carrier": new_id(),
        "parties": [],
        "vehicle_id": UUID(int=1),
        "things": ["PLATE 12C12345", f"VEHICLE {UUID(int=1)}"],
        "reserved_at": TEN,
    }
    return Booking(**(usual | changes))


def entries(count: int, *, classes: Sequence[TicketClass] = (TicketClass.P4,), carriers: int = 1000) -> list[Entry]:
    """So many entries of a draw, their classes and carriers in turn."""
    return [
        Entry(
            hashlib.sha256(f"entry {number}".encode()).hexdigest(),
            classes[number % len(classes)],
            f"{number % carriers:016x}",
        )
        for number in range(count)
    ]
