"""The registration desk alone: what other services state comes from the tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest

from bordergate.auth import Role
from bordergate.broker import Record
from bordergate.event import Event
from bordergate.ids import new_id
from bordergate.service import Service
from events.customs_declarations import DeclarationsAssessed
from events.queue_scheduling import TruckQueued
from events.streams import CROSSINGS, CrossingEvent
from events.words import Direction, Failure, Goods, Share, TicketClass
from services.vehicle_registration.service import service
from tests.builders.callers import a_caller
from tests.builders.news import as_record, enveloped
from tests.builders.registration import DURIAN, MORNING, an_empty_plan, papers
from tests.gates import Asking, StillGate

API = "/api/vehicle-registration"


@pytest.fixture(scope="session")
def services() -> list[Service]:
    """Only the registration desk."""
    return [service]


@dataclass
class Firm:
    """An organisation at the desk."""

    asking: Asking
    organisation: UUID
    vehicles: list[str] = field(default_factory=list)

    def registers(self, plate: str = "12C-123.45", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
        shared = changes.pop("shared_with", ())
        body = papers(plate=plate, **changes).model_dump(mode="json") | {"shared_with": [str(one) for one in shared]}
        answer = self.asking.post(f"{API}/vehicles", json=body)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def files(self, *plans: dict[str, Any], submit: bool = True, **changes: Any) -> httpx.Response:  # noqa: ANN401 - any field
        body = {"crossings": list(plans), "submit": submit} | changes
        return self.asking.post(f"{API}/registrations", json=body)

    def crossing(self, vehicle: dict[str, Any], *, submit: bool = True, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
        answer = self.files(a_body(vehicle, **changes), submit=submit)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()["crossings"][0]
        return told

    def sees(self, crossing: dict[str, Any]) -> dict[str, Any]:
        answer = self.asking.get(f"{API}/crossings/{crossing['id']}")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def amends(self, crossing: dict[str, Any], version: int | None = None, **changes: Any) -> httpx.Response:  # noqa: ANN401 - any field
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self.asking.request("PATCH", f"{API}/crossings/{crossing['id']}", json=changes, headers=headers)

    def cancels(self, crossing: dict[str, Any]) -> httpx.Response:
        return self.asking.post(f"{API}/crossings/{crossing['id']}/cancel", json={"reason": "other plans"})


def a_body(vehicle: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """A crossing as it is sent, empty unless said otherwise."""
    plan = an_empty_plan(vehicle_id=UUID(vehicle["id"]), **changes)
    return plan.model_dump(mode="json")


def laden(vehicle: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    """A laden crossing as it is sent."""
    return a_body(vehicle, **({"declarations": ("308000000000",), "declared_empty": False} | changes))


def blocking(crossing: dict[str, Any]) -> list[str]:
    """The codes of what keeps a crossing out of the queue."""
    return [failure["code"] for failure in crossing["failures"] if failure["severity"] == "BLOCK"]


@dataclass
class Border:
    """The desk, and the world around it."""

    gate: StillGate
    sequence: int = 0

    def firm(self, *roles: Role) -> Firm:
        organisation = new_id()
        caller = a_caller(*(roles or (Role.CARRIER,)), organisation=organisation)
        return Firm(self.gate.as_(caller), organisation)

    def officer(self, role: Role) -> Asking:
        return self.gate.as_(a_caller(role, organisation=new_id()))

    def states(self, *events: Event, times: int = 1) -> None:
        """Other services state events, each so many times."""
        records = []
        for event in events:
            self.sequence += 1
            source = event.name.partition(".")[0]
            records += [as_record(enveloped(event, self.sequence, source=source))] * times
        self.gate.publish(*records)
        self.gate.settle()

    def assesses(
        self,
        crossing: dict[str, Any],
        *failures: Failure,
        goods: Goods = DURIAN,
        numbers: Sequence[str] | None = None,
        shares: Sequence[Share] = (),
        times: int = 1,
        **asked: Any,  # noqa: ANN401 - what else the answer repeats
    ) -> None:
        told = DeclarationsAssessed(
            crossing_id=UUID(crossing["id"]),
            failures=failures,
            goods=goods,
            numbers=None if numbers is None else tuple(numbers),
            shares=tuple(shares),
            **asked,
        )
        self.states(told, times=times)

    def stated(self, crossing: dict[str, Any]) -> list[str]:
        """What the desk has stated of a crossing, in order."""
        self.gate.settle()
        own = [record for record in self.heard() if record.headers["ce_source"] == "/services/vehicle_registration"]
        return [record.headers["ce_type"].split(".")[2] for record in own if record.key == crossing["id"]]

    def heard(self, topic: str = CROSSINGS) -> list[Record]:
        """Everything on a stream."""
        listener = self.gate.broker.subscribe("listener", topic)
        heard: list[Record] = []
        while records := listener.poll(0, 1000):
            heard += records
        listener.close()
        return heard


def queued(crossing: dict[str, Any], *, again: bool = False) -> CrossingEvent:
    """The crossing's truck took its place."""
    return TruckQueued(
        crossing_id=UUID(crossing["id"]),
        route="hn-1119",
        direction=Direction.EXPORT,
        ticket_class=TicketClass.P5,
        first_come=1,
        promise=1,
        ahead=0,
        again=again,
    )


@pytest.fixture
def border(still_gate: StillGate) -> Border:
    """The desk at nine in the morning."""
    still_gate.clock.set(MORNING)
    return Border(still_gate)
