"""The gate alone: what other services state comes from the tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from bordergate.auth import Role
from bordergate.event import Envelope, Event
from bordergate.ids import new_id
from bordergate.service import Service
from events.crossing import AT_THE_GATE
from events.gate_operations import (
    Authority,
    AuthorityLagging,
    FactKind,
    FactStated,
    MissTakenBack,
    PlateRead,
    StageTakenBack,
    TargetMissed,
)
from events.queue_scheduling import CallMissed, TruckCalled
from events.streams import CROSSINGS
from events.words import Direction
from services.gate_operations.service import service
from tests.builders.callers import a_caller
from tests.builders.gate import WAYS
from tests.builders.news import as_record, enveloped
from tests.builders.statements import a_filing, ready
from tests.gates import Asking, StillGate

API = "/api/gate-operations"
STATED = {
    event.type(): event
    for event in (*AT_THE_GATE, FactStated, PlateRead, StageTakenBack, AuthorityLagging, TargetMissed, MissTakenBack)
}


@pytest.fixture(scope="session")
def services() -> list[Service]:
    """Only the gate."""
    return [service]


@dataclass
class Booth:
    """The gate, its officers, and the world around it."""

    gate: StillGate
    sequence: int = 0

    def officer(self, *roles: Role, organisation: UUID | None = None, **limits: Any) -> Asking:  # noqa: ANN401 - a caller's parts
        return self.gate.as_(a_caller(*roles, organisation=organisation or new_id(), **limits))

    def hears(self, *events: Event, times: int = 1) -> None:
        """Other services state events, each so many times."""
        for event in events:
            self.sequence += 1
            told = enveloped(event, self.sequence, source=event.name.partition(".")[0], time=self.gate.clock.now())
            self.gate.publish(*[as_record(told)] * times)
        self.gate.settle()

    def expects(self, direction: Direction = Direction.EXPORT, crossing_id: UUID | None = None, **filed: Any) -> UUID:  # noqa: ANN401 - any field
        """A ready crossing that waits to be called."""
        crossing_id = crossing_id or new_id()
        self.hears(ready(crossing_id, a_filing(direction, **filed)))
        return crossing_id

    def calls(self, crossing_id: UUID, direction: Direction = Direction.EXPORT) -> UUID:
        self.hears(
            TruckCalled(
                crossing_id=crossing_id,
                route="hn-1119",
                direction=direction,
                number=1,
                valid_until=self.gate.clock.now() + timedelta(hours=1),
            )
        )
        return crossing_id

    def misses(self, crossing_id: UUID) -> None:
        self.hears(CallMissed(crossing_id=crossing_id, valid_until=self.gate.clock.now()))

    def states(
        self,
        crossing_id: UUID,
        kind: FactKind,
        seen_by: Authority,
        by: Asking | None = None,
        **parts: Any,  # noqa: ANN401 - any field
    ) -> httpx.Response:
        by = by or self.officer(Role(seen_by.value))
        return by.post(f"{API}/crossings/{crossing_id}/facts", json=self.fact(kind, **parts))

    def fact(self, kind: FactKind, **parts: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
        told = {"fact_id": str(new_id()), "kind": kind, "at": self.gate.clock.now().isoformat()}
        return told | {name: str(value) for name, value in parts.items()}

    def goes_the_whole_way(self, crossing_id: UUID, direction: Direction) -> None:
        for kind, authority in WAYS[direction]:
            self.gate.clock.forward(minutes=1)
            answer = self.states(crossing_id, kind, authority)
            assert answer.status_code == 201, answer.text

    def sees(self, crossing_id: UUID) -> dict[str, Any]:
        answer = self.officer(Role.AUDITOR).get(f"{API}/crossings/{crossing_id}")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def stated(self, crossing_id: UUID) -> list[Envelope[Event]]:
        """What the gate has stated of a crossing, in order."""
        self.gate.settle()
        listener = self.gate.broker.subscribe("listener", CROSSINGS)
        heard = []
        while records := listener.poll(0, 1000):
            heard += records
        listener.close()
        own = [record for record in heard if record.headers["ce_source"] == "/services/gate_operations"]
        return [
            Envelope.read(record.headers, STATED[record.headers["ce_type"]].model_validate_json(record.body))
            for record in own
            if record.key == str(crossing_id)
        ]


@pytest.fixture
def booth(still_gate: StillGate) -> Booth:
    """The gate at eight in the morning."""
    return Booth(still_gate)
