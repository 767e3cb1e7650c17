"""Events of no service, for tests of how news travels."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from bordergate.broker import Record
from bordergate.event import Actor, ActorKind, Envelope, Event
from bordergate.ids import new_id

TOPIC = "bordergate.crossings"
A_MORNING = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)


class Renamed(Event):
    """A thing has another label."""

    name: ClassVar = "portal.renamed.v1"
    topic: ClassVar = TOPIC
    thing: UUID
    label: str

    @property
    def key(self) -> str:
        return str(self.thing)


class Painted(Event):
    """A thing has another colour."""

    name: ClassVar = "portal.painted.v1"
    topic: ClassVar = TOPIC
    thing: UUID
    colour: str

    @property
    def key(self) -> str:
        return str(self.thing)


def enveloped(event: Event, sequence: int = 1, **parts: object) -> Envelope[Event]:
    """The event on its way."""
    told = {"id": new_id(), "source": "portal", "time": A_MORNING, "actor": Actor(kind=ActorKind.SYSTEM, id="test")}
    return Envelope(sequence=sequence, data=event, **(told | parts))


def as_record(envelope: Envelope[Event]) -> Record:
    """The event as the broker carries it."""
    return Record(envelope.data.topic, envelope.data.key, envelope.headers(), envelope.body())


def a_stream(thing: UUID, labels: Iterator[str] | list[str]) -> list[Record]:
    """A thing renamed again and again."""
    numbers = itertools.count(1)
    return [as_record(enveloped(Renamed(thing=thing, label=label), next(numbers))) for label in labels]
