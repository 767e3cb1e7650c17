"""A gate whose pages hear stories that a test tells, while the other services stay as they are."""

from __future__ import annotations

from bordergate.broker import Record
from bordergate.event import Envelope, Event
from bordergate.ids import new_id
from events.queue_scheduling import RoutePublished, RouteStatusChanged
from tests.builders.stories import SYSTEM, Story
from tests.gates import StillGate


def hear(gate: StillGate, *stories: Story) -> None:
    """Let the portal hear the stories, as its consumer does."""
    let_hear(gate, "portal.crossings", [record for story in stories for record in story.records()])


def hear_of_route(gate: StillGate, *events: RoutePublished | RouteStatusChanged) -> None:
    """Let the portal hear of a route."""
    let_hear(gate, "portal.routes", [_record(gate, event) for event in events])


def let_hear(gate: StillGate, name: str, records: list[Record]) -> None:
    """Let one consumer hear records, and nobody else."""
    next(consumer for consumer in gate.gate.consumers() if consumer.name == name).handle(records)


def _record(gate: StillGate, event: Event) -> Record:
    told = Envelope(new_id(), "queue_scheduling", 1, gate.clock.now(), SYSTEM, event)
    return Record(event.topic, event.key, told.headers(), told.body())
