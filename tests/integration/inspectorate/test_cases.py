"""The inspectorate on the real database: what others state leaves traces, a pattern opens a case, people decide it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from bordergate.auth import Role
from bordergate.event import Event
from bordergate.ids import new_id
from bordergate.service import Service
from events.identity import DeviceEnrolled
from events.queue_scheduling import AbsenceExcused, CallOverridden, EmergencyDeclared, EmergencyPaper, Hindrance
from events.words import Direction, TicketClass
from services.inspectorate.service import service
from tests.builders.callers import a_caller
from tests.builders.news import as_record, enveloped
from tests.builders.queue import a_ready_crossing
from tests.gates import Asking, StillGate

API = "/api/inspectorate"


@pytest.fixture(scope="session")
def services() -> list[Service]:
    return [service]


@dataclass
class Office:
    """The inspectorate, and the world around it."""

    gate: StillGate
    sequence: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def hears(self, *events: Event) -> None:
        for event in events:
            source = event.name.partition(".")[0]
            envelope = enveloped(event, next(self.sequence), source=source, time=self.gate.clock.now())
            self.gate.publish(as_record(envelope))
        self.gate.settle()

    def enrols(self, carriers: int, hardware: str = "T-1") -> None:
        for _ in range(carriers):
            about = {"vehicle_id": new_id(), "device_id": new_id(), "carrier": new_id()}
            self.hears(DeviceEnrolled(hardware_id=hardware, **about))

    def auditor(self, *roles: Role) -> Asking:
        return self.gate.as_(a_caller(*(roles or (Role.AUDITOR,)), organisation=new_id()))

    def cases(self, path: str = "") -> list[Any]:
        answer = self.auditor().get(f"{API}/cases{path}")
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.json()["items"]
        return found

    def an_hour_later(self) -> None:
        self.gate.wait(minutes=61)

    def decides(self, case: Any, way: str) -> Any:  # noqa: ANN401 - any JSON
        headers = {"If-Match": f'"{case["version"]}"'}
        return self.auditor().post(
            f"{API}/cases/{case['id']}/{way}", json={"reason": "hired by the trip"}, headers=headers
        )


@pytest.fixture
def office(still_gate: StillGate) -> Office:
    return Office(still_gate)


def sent_ahead(office: Office, officers: tuple[UUID, UUID], carrier: UUID) -> None:
    """A truck goes before all others by a written order."""
    crossing = a_ready_crossing(carrier=carrier)
    told = {"route": crossing.route, "direction": Direction.EXPORT, "paper": EmergencyPaper.RELIEF_ORDER}
    office.hears(crossing, EmergencyDeclared(crossing_id=crossing.crossing_id, officers=officers, **told))


def overridden(office: Office, officers: tuple[UUID, UUID], carrier: UUID) -> None:
    """A truck is called out of turn."""
    crossing = a_ready_crossing(carrier=carrier)
    told = {
        "route": crossing.route,
        "direction": Direction.EXPORT,
        "ticket_class": TicketClass.P4,
        "reason": "medicine",
    }
    office.hears(crossing, CallOverridden(crossing_id=crossing.crossing_id, officers=officers, **told))


def excused(office: Office, officers: tuple[UUID, ...], carrier: UUID, cause: Hindrance) -> None:
    """A truck could not be there for its slot."""
    crossing = a_ready_crossing(carrier=carrier)
    told = {
        "route": crossing.route,
        "direction": Direction.EXPORT,
        "ticket_class": TicketClass.P4,
        "slot": office.gate.clock.now(),
        "cause": cause,
    }
    office.hears(crossing, AbsenceExcused(crossing_id=crossing.crossing_id, officers=officers, **told))


def test_a_pattern_opens_one_case_and_what_is_seen_later_is_added_to_it(office: Office) -> None:
    office.enrols(2)
    office.an_hour_later()
    assert office.cases() == []
    office.enrols(1)
    office.an_hour_later()
    office.enrols(1)
    office.an_hour_later()
    (case,) = office.cases()
    assert (case["detector"], case["subject"], case["state"], len(case["seen"])) == ("DEVICE_OF_MANY", "T-1", "OPEN", 4)


def test_a_decided_case_is_not_brought_up_again_without_news_of_its_own(office: Office) -> None:
    office.enrols(3)
    office.an_hour_later()
    (case,) = office.cases()
    assert office.decides(case, "dismiss").json()["state"] == "DISMISSED"
    assert office.decides(case, "confirm").status_code in {409, 412}
    office.an_hour_later()
    office.enrols(2)
    office.an_hour_later()
    assert office.cases() == []
    (decided,) = office.cases("/decided")
    assert decided["reason"] == "hired by the trip"
    office.enrols(1)
    office.an_hour_later()
    (again,) = office.cases()
    assert len(again["seen"]) == 3


def test_an_officer_who_favours_one_carrier_is_a_case_and_names_nobody(office: Office) -> None:
    officer, friend = new_id(), new_id()
    for way in (overridden, sent_ahead) * 3:
        way(office, (officer, new_id()), friend)
    office.an_hour_later()
    (case,) = office.cases()
    assert (case["detector"], case["subject"]) == ("OVERRIDES_FOR_ONE", str(officer))
    assert {one["other"] for one in case["seen"]} == {str(friend)}


def test_an_officer_who_excuses_one_carrier_is_a_case_though_no_second_officer_was_asked(office: Office) -> None:
    officer, friend = new_id(), new_id()
    for officers in ((officer,), (officer, new_id())):
        for cause in Hindrance:
            excused(office, officers, friend, cause)
            excused(office, officers, friend, cause)
        office.gate.wait(hours=24)
    (case,) = office.cases()
    assert (case["detector"], case["subject"]) == ("EXCUSES_FOR_ONE", str(officer))
    assert [one["other"] for one in case["seen"]] == [str(friend)] * 6


def test_nobody_but_the_inspectorate_sees_a_case(office: Office) -> None:
    for role in (Role.GATE_OPERATOR, Role.ADMIN, Role.ANALYST, Role.TRADER):
        assert office.auditor(role).get(f"{API}/cases").status_code == 403
    missing = office.auditor().post(f"{API}/cases/{new_id()}/dismiss", json={"reason": "none"})
    assert (missing.status_code, missing.json()["code"]) == (404, "inspectorate.no_case")


def test_traces_of_long_ago_are_forgotten(office: Office) -> None:
    office.enrols(3)
    office.gate.clock.forward(hours=24 * 61)
    office.gate.settle()
    assert office.gate.rows("inspectorate", "SELECT * FROM inspectorate.traces") == []
    assert office.cases() == []
