"""Facts at the gate, the queue's words, and whole ways through it; the truck is called at eight."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from bordergate.event import Envelope, Event
from bordergate.ids import new_id
from events.gate_operations import Authority, FactKind
from events.words import Direction
from services.gate_operations.domain import Fact, Passage, QueueWord
from tests.builders.statements import EIGHT, Stream, a_filing, ready

WAYS: dict[Direction, tuple[tuple[FactKind, Authority], ...]] = {
    Direction.EXPORT: (
        (FactKind.ARRIVAL_CONFIRMED, Authority.BORDER_GUARD),
        (FactKind.ARRIVAL_CONFIRMED, Authority.CUSTOMS),
        (FactKind.ENTERED_YARD, Authority.YARD),
        (FactKind.GOODS_RELEASED, Authority.CUSTOMS),
        (FactKind.CROSSED_BORDER, Authority.BORDER_GUARD),
    ),
    Direction.IMPORT: (
        (FactKind.ARRIVAL_CONFIRMED, Authority.CUSTOMS),
        (FactKind.ARRIVAL_CONFIRMED, Authority.BORDER_GUARD),
        (FactKind.CROSSED_BORDER, Authority.BORDER_GUARD),
        (FactKind.ENTERED_YARD, Authority.YARD),
        (FactKind.GOODS_RELEASED, Authority.CUSTOMS),
        (FactKind.LEFT_YARD, Authority.YARD),
        (FactKind.LEFT_COUNTRY, Authority.BORDER_GUARD),
    ),
}
"""Who states what of a truck that goes the whole way."""


def minutes(after: float) -> datetime:
    """So many minutes after the call."""
    return EIGHT + timedelta(minutes=after)


def a_fact(
    kind: FactKind,
    authority: Authority,
    after: float = 10,
    *,
    crossing_id: UUID,
    corrects: UUID | None = None,
    reason: str | None = None,
) -> Fact:
    """What an authority saw so many minutes after the call."""
    return Fact(new_id(), crossing_id, kind, authority, minutes(after), corrects, reason)


def the_way(direction: Direction, crossing_id: UUID) -> list[Fact]:
    """All facts of a truck that goes the whole way, ten minutes apart."""
    return [
        a_fact(kind, authority, 10 * (step + 1), crossing_id=crossing_id)
        for step, (kind, authority) in enumerate(WAYS[direction])
    ]


def called(after: float = 0, sequence: int = 2) -> QueueWord:
    """The queue calls the truck."""
    return QueueWord(sequence, calls=True, at=minutes(after))


def missed(after: float, sequence: int = 3) -> QueueWord:
    """Nobody came while the call was valid."""
    return QueueWord(sequence, calls=False, at=minutes(after))


def a_passage(direction: Direction | None = Direction.EXPORT, *, on_call: bool = True) -> Passage:
    """A truck that may come to the gate."""
    crossing_id = new_id()
    passage = Passage(crossing_id, [crossing_id])
    if direction:
        passage.expect_truck(direction=direction, route="hn-1119", reference="LSG-260504-7K3QX-A", plate="12C12345")
    if on_call:
        passage.hear(called())
    return passage


def published(passage: Passage) -> list[Envelope[Event]]:
    """What registration and the gate have stated of the passage."""
    stream = Stream()
    if passage.direction:
        stream.state(ready(passage.crossing_id, a_filing(passage.direction)))
    for recorded in passage.release():
        stream.state(recorded.event, occurred=recorded.occurred)
    return stream.envelopes
