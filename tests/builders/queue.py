"""Crossings and goods as the queue hears of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from bordergate.event import Actor, ActorKind, Envelope
from bordergate.ids import new_id
from events.streams import CrossingEvent
from events.vehicle_registration import CrossingReady
from events.words import Direction, Goods

TEN = datetime(2025, 7, 1, 3, 0, tzinfo=UTC)
"""Ten in the morning at Hà Nội, on a Tuesday."""

MACHINES = Goods(hs_chapters=("84",))
DURIAN = Goods(hs_chapters=("08",), shelf_life_hours=54.0)
LYCHEE = Goods(hs_chapters=("08",), shelf_life_hours=30.0)
FUEL = Goods(hs_chapters=("27",), dangerous=True)
RELIEF = Goods(hs_chapters=("30",), humanitarian=True)
PHONES = Goods(hs_chapters=("85",), time_critical=True)


def a_ready_crossing(crossing_id: UUID | None = None, **changes: Any) -> CrossingReady:  # noqa: ANN401 - any field
    """A crossing with nothing missing; everything of it is its own."""
    crossing_id = crossing_id or new_id()
    tail = f"{crossing_id.int % 100_000:05d}"
    trader, carrier = new_id(), new_id()
    usual: dict[str, Any] = {
        "crossing_id": crossing_id,
        "reference": f"LSG-250701-{tail}-0",
        "route": "hn-1119",
        "direction": Direction.EXPORT,
        "window_from": TEN,
        "window_to": TEN + timedelta(hours=12),
        "carrier": carrier,
        "parties": (trader, carrier),
        "vehicle_id": uuid5(crossing_id, "vehicle"),
        "plate": f"12C{tail}-{crossing_id.hex[-8:]}",
        "driver_id": uuid5(crossing_id, "driver"),
        "goods": MACHINES,
    }
    return CrossingReady(**(usual | changes))


def heard(event: CrossingEvent, at: datetime = TEN, **changes: Any) -> Envelope[Any]:  # noqa: ANN401 - any field
    """An event as it comes off the stream."""
    actor = Actor(kind=ActorKind.SYSTEM, id="test")
    usual: dict[str, Any] = {
        "id": new_id(),
        "source": "vehicle_registration",
        "sequence": 1,
        "time": at,
        "actor": actor,
    }
    return Envelope(**(usual | changes), data=event)
