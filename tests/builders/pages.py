"""A gate whose pages hear stories that a test tells, while the other services stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bordergate.broker import Record
from bordergate.event import Envelope, Event
from bordergate.ids import new_id
from events.queue_scheduling import RoutePublished, RouteStatusChanged
from events.vehicle_registration import CrossingSubmitted
from services.vehicle_registration.domain.crossing import Stage
from services.vehicle_registration.tables import crossings, registrations
from tests.builders.stories import SYSTEM, Story
from tests.gates import StillGate


def hear(gate: StillGate, *stories: Story) -> None:
    """Let the portal hear the stories, as its consumer does; where there is a registration desk, it has their files."""
    let_hear(gate, "portal.crossings", [record for story in stories for record in story.records()])
    if "vehicle_registration" in gate.gate.transactions:
        gate.do("vehicle_registration", partial(_kept_at_desk, stories))


def _kept_at_desk(stories: Sequence[Story], session: Session) -> None:
    """The rows of the filings that the stories tell of."""
    told = [envelope.data for story in stories for envelope in story.told]
    filed = [event for event in told if isinstance(event, CrossingSubmitted)]
    for event in filed:
        filing = event.filing
        parties = [*filing.parties]
        who = {"trader": filing.trader, "carrier": filing.carrier, "filed_by": filing.trader}
        registration = who | {"id": filing.registration_id, "filed_at": filing.window_from, "parties": parties}
        crossing = {
            "id": event.crossing_id,
            "registration_id": filing.registration_id,
            "reference": filing.reference,
            "filing": filing,
            "tractor": False,
            "parties": [*parties, event.crossing_id],
            "stage": Stage.QUEUED,
            "submitted_at": filing.window_from,
            "version": 1,
        }
        session.execute(insert(registrations).values(registration).on_conflict_do_nothing())
        session.execute(insert(crossings).values(crossing).on_conflict_do_nothing())


def hear_of_route(gate: StillGate, *events: RoutePublished | RouteStatusChanged) -> None:
    """Let the portal hear of a route."""
    let_hear(gate, "portal.routes", [_record(gate, event) for event in events])


def let_hear(gate: StillGate, name: str, records: list[Record]) -> None:
    """Let one consumer hear records, and nobody else."""
    next(consumer for consumer in gate.gate.consumers() if consumer.name == name).handle(records)


def _record(gate: StillGate, event: Event) -> Record:
    told = Envelope(new_id(), "queue_scheduling", 1, gate.clock.now(), SYSTEM, event)
    return Record(event.topic, event.key, told.headers(), told.body())
