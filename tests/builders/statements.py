"""What each service states of one crossing, in envelopes."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bordergate.event import Actor, ActorKind, Envelope, Event
from bordergate.ids import new_id
from events.vehicle_registration import CrossingReady, Filing
from events.words import Direction, Goods

EIGHT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)  # 08:00 in Hà Nội


def a_filing(direction: Direction = Direction.EXPORT, **parts: object) -> Filing:
    """What a trader files of one crossing."""
    trader, carrier = new_id(), new_id()
    told: dict[str, object] = {
        "reference": "LSG-260504-7K3QX-A",
        "registration_id": new_id(),
        "route": "hn-1119",
        "direction": direction,
        "window_from": EIGHT,
        "window_to": EIGHT + timedelta(hours=4),
        "trader": trader,
        "carrier": carrier,
        "parties": (trader, carrier),
        "vehicle_id": new_id(),
        "plate": "12C12345",
        "declarations": ("308000000000",),
    }
    return Filing.model_validate(told | parts)


def ready(crossing_id: UUID, filing: Filing, goods: Goods | None = None) -> CrossingReady:
    """Registration's word that nothing is missing of what was filed."""
    told = filing.model_dump(include=set(CrossingReady.model_fields))
    return CrossingReady(crossing_id=crossing_id, goods=goods or Goods(), empty=filing.declared_empty, **told)


@dataclass
class Stream:
    """Envelopes of one crossing's stream, each service counting its own, a minute apart."""

    at: datetime = EIGHT
    envelopes: list[Envelope[Event]] = field(default_factory=list)
    counters: dict[str, Iterator[int]] = field(default_factory=lambda: defaultdict(lambda: itertools.count(1)))

    def state(self, event: Event, *, occurred: datetime | None = None) -> Envelope[Event]:
        """The event's owner states it a minute after the one before."""
        source = event.name.partition(".")[0]
        self.at += timedelta(minutes=1)
        envelope = Envelope(
            id=new_id(),
            source=source,
            sequence=next(self.counters[source]),
            time=self.at,
            actor=Actor(kind=ActorKind.SYSTEM, id=source),
            data=event,
            occurred=occurred,
        )
        self.envelopes.append(envelope)
        return envelope
