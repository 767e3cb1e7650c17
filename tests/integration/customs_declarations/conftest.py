"""Customs alone: what other services state comes from the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bordergate.auth import Role
from bordergate.broker import Record
from bordergate.event import Actor, ActorKind, Event
from bordergate.ids import new_id
from bordergate.installation import mark_demonstration
from bordergate.service import Service
from events.customs_declarations import DeclarationsAssessed
from events.streams import CROSSINGS
from events.vehicle_registration import CrossingAmended, CrossingSubmitted
from events.words import Direction
from services.customs_declarations.reactions import follow_crossings
from services.customs_declarations.service import service
from services.simulated_vnaccs.command import answering
from services.simulated_vnaccs.world import Pace, SimulatedVnaccs
from tests.builders.callers import a_caller
from tests.builders.customs import EXPORT
from tests.builders.inquiries import Line
from tests.builders.news import as_record, enveloped
from tests.builders.statements import a_filing
from tests.gates import Asking, StillGate

API = "/api/customs-declarations"
PAPERS = {"planting_area": "VN-LSOR-0001", "packing_house": "VN-LSPH-001", "phytosanitary": "VN-26-0012345"}
"""What durian lacks when it is declared without."""


@pytest.fixture(scope="session")
def services() -> list[Service]:
    """Only customs."""
    return [service]


def a_body(number: str = EXPORT, **parts: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """A declaration of durian as it is sent."""
    lines = [{"hs_code": "0810.60.00", "weight_kg": 18_000} | PAPERS]
    return {"number": number, "type_code": "B11", "direction": "EXPORT", "lines": lines} | parts


def enacts(office: Office, table: str, **row: Any) -> None:  # noqa: ANN401 - any column
    """A row is law from a day on, or was until one."""
    names = ", ".join(row)
    marks = ", ".join("%s" for _ in row)
    sql = f"INSERT INTO customs_declarations.{table} ({names}) VALUES ({marks})"
    office.gate.do(
        "customs_declarations",
        lambda session: session.connection().exec_driver_sql(sql, tuple(row.values())).rowcount,
    )


def law(**row: Any) -> dict[str, Any]:  # noqa: ANN401 - any column
    return {"valid_from": "2025-01-01", "source": "a decree", "illustrative": False} | row


@dataclass
class Office:
    """Customs' office, and the world around it."""

    gate: StillGate
    trader: UUID
    sequence: int = 0

    def desk(self, role: Role = Role.TRADER, organisation: UUID | None = None) -> Asking:
        own = {Role.TRADER, Role.AGENT, Role.CARRIER}
        return self.gate.as_(a_caller(role, organisation=organisation or (self.trader if role in own else new_id())))

    def files(self, number: str = EXPORT, by: Asking | None = None, **parts: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
        answer = (by or self.desk()).post(f"{API}/declarations", json=a_body(number, **parts))
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        self.gate.settle()
        return told

    def does(self, declaration: dict[str, Any], act: str, role: Role = Role.CUSTOMS, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
        answer = self.desk(role).post(f"{API}/declarations/{declaration['id']}/{act}", json=body or None)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        self.gate.settle()
        return told

    def hears(self, *events: Event, times: int = 1, by: UUID | None = None) -> None:
        """Other services state events, each so many times and a minute after the one before, caused by a firm."""
        for event in events:
            self.sequence += 1
            now = self.gate.clock.forward(minutes=1)
            actor = Actor(kind=ActorKind.PERSON, id=str(new_id()), organisation=by or self.trader)
            source = event.name.partition(".")[0]
            told = enveloped(event, self.sequence, source=source, time=now, actor=actor)
            self.gate.publish(*[as_record(told)] * times)
        self.gate.settle()

    def submits(
        self,
        *numbers: str,
        crossing_id: UUID | None = None,
        times: int = 1,
        by: UUID | None = None,
        **filed: Any,  # noqa: ANN401 - any field
    ) -> UUID:
        """A crossing is filed that names these declarations, by the trader unless said otherwise."""
        crossing_id = crossing_id or new_id()
        parties = filed.pop("parties", (self.trader,))
        filing = a_filing(Direction.EXPORT, declarations=numbers, parties=parties, **filed)
        self.hears(CrossingSubmitted(crossing_id=crossing_id, filing=filing), times=times, by=by)
        return crossing_id

    def submitting(self, crossing_id: UUID, *numbers: str, **filed: Any) -> Callable[[Session], None]:  # noqa: ANN401 - any field
        """All that is done in one transaction when it is heard that the trader filed such a crossing."""
        filing = a_filing(Direction.EXPORT, declarations=numbers, parties=(self.trader,), **filed)
        actor = Actor(kind=ActorKind.PERSON, id=str(new_id()), organisation=self.trader)
        event = CrossingSubmitted(crossing_id=crossing_id, filing=filing)
        told = enveloped(event, time=self.gate.clock.now(), actor=actor)
        return lambda session: follow_crossings([told], session, self.gate.clock)

    def amends(self, crossing_id: UUID, *numbers: str, by: UUID | None = None, **filed: Any) -> None:  # noqa: ANN401 - any field
        filing = a_filing(Direction.EXPORT, declarations=numbers, parties=(self.trader,), **filed)
        self.hears(CrossingAmended(crossing_id=crossing_id, filing=filing, changed=("declarations",)), by=by)

    def heard(self) -> list[Record]:
        """Everything on the crossings' stream, in order."""
        self.gate.settle()
        listener = self.gate.broker.subscribe("listener", CROSSINGS)
        heard: list[Record] = []
        while records := listener.poll(0, 1000):
            heard += records
        listener.close()
        return heard

    def assessed(self, crossing_id: UUID) -> list[DeclarationsAssessed]:
        """What customs has said of a crossing's declarations, in order."""
        return [
            DeclarationsAssessed.model_validate_json(record.body)
            for record in self.heard()
            if record.key == str(crossing_id) and record.headers["ce_type"] == DeclarationsAssessed.type()
        ]

    def fails(self, crossing_id: UUID) -> list[str]:
        """The codes of what is wrong with a crossing's declarations now."""
        return [failure.code for failure in self.assessed(crossing_id)[-1].failures]


@pytest.fixture
def office(still_gate: StillGate) -> Office:
    """The office at eight in the morning."""
    return Office(still_gate, new_id())


@pytest.fixture
def demonstration(owner_url: str) -> None:
    """Everything in the database is invented."""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        mark_demonstration(connection)
    engine.dispose()


@pytest.fixture
def line() -> Iterator[Line]:
    """Simulated VNACCS, asked over HTTP."""
    vnaccs = SimulatedVnaccs(pace=Pace(slow=2, known=1e6, channel=0, clear=0))
    with answering(vnaccs) as address:
        yield Line(vnaccs, address)
