"""Who lets a crossing's driver in: its firms, an agent as long as he is let, and nobody for the driver of before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import httpx
import pytest

from bordergate.auth import Role
from bordergate.event import Event
from bordergate.ids import new_id
from events.vehicle_registration import CrossingAmended, CrossingSubmitted, DelegationEnded, DelegationGiven, Filing
from tests.builders.callers import a_caller
from tests.builders.news import as_record, enveloped
from tests.builders.registration import MORNING, a_filing
from tests.gates import StillGate

LINKS = "/api/identity/driver-links"
TODAY = MORNING.date()


@dataclass
class Filed:
    """A crossing that an agent filed for a trader, and what the registration desk goes on to state."""

    gate: StillGate
    trader: UUID = field(default_factory=new_id)
    agent: UUID = field(default_factory=new_id)
    crossing: UUID = field(default_factory=new_id)
    sequence: int = 0

    def filing(self, **changes: object) -> Filing:
        parties = (self.trader, self.agent, self.crossing)
        return a_filing(trader=self.trader, carrier=self.trader, parties=parties, **changes)

    def states(self, *events: Event) -> None:
        for event in events:
            self.sequence += 1
            self.gate.publish(as_record(enveloped(event, self.sequence, source="vehicle_registration")))
        self.gate.settle()

    def lets(self, last_day: date = TODAY, *routes: str, acts: tuple[str, ...] = ("FILE",)) -> UUID:
        leave = new_id()
        told = {"agent": self.agent, "acts": acts, "routes": routes, "last_day": last_day}
        self.states(DelegationGiven(organisation_id=self.trader, delegation_id=leave, **told))
        return leave

    def link(self, organisation: UUID, role: Role) -> httpx.Response:
        maker = self.gate.as_(a_caller(role, organisation=organisation))
        return maker.post(LINKS, json={"crossing_id": str(self.crossing)})

    def opens(self, link: httpx.Response) -> httpx.Response:
        token = {"token": link.json()["link"].partition("token=")[2]}
        return self.gate.client.post(f"{LINKS}/open", json=token)


@pytest.fixture
def filed(still_gate: StillGate) -> Filed:
    still_gate.clock.set(MORNING)
    filed = Filed(still_gate)
    filed.states(CrossingSubmitted(crossing_id=filed.crossing, filing=filed.filing()))
    return filed


def test_an_agent_lets_the_driver_in_only_while_he_may_act_for_the_firm(filed: Filed) -> None:
    never = filed.link(filed.agent, Role.AGENT)
    assert (never.status_code, never.json()["code"]) == (403, "identity.not_let")
    leave = filed.lets()
    assert filed.link(filed.agent, Role.AGENT).status_code == 201
    filed.states(DelegationEnded(organisation_id=filed.trader, delegation_id=leave))
    assert filed.link(filed.agent, Role.AGENT).json()["code"] == "identity.not_let"
    assert filed.link(filed.trader, Role.TRADER).status_code == 201


def test_a_leave_that_is_over_or_for_another_route_lets_no_driver_in(filed: Filed) -> None:
    filed.lets(TODAY, "tt-1088")
    assert filed.link(filed.agent, Role.AGENT).status_code == 403
    filed.lets(TODAY, "hn-1119")
    assert filed.link(filed.agent, Role.AGENT).status_code == 201
    filed.gate.wait(hours=24)
    assert filed.link(filed.agent, Role.AGENT).status_code == 403


def test_a_leave_to_cancel_alone_lets_no_driver_in(filed: Filed) -> None:
    filed.lets(acts=("CANCEL",))
    for role in (Role.AGENT, Role.CARRIER):
        assert filed.link(filed.agent, role).json()["code"] == "identity.not_let"
    filed.lets(acts=("AMEND", "CANCEL"))
    assert filed.link(filed.agent, Role.AGENT).status_code == 201


def test_a_firm_that_was_named_in_good_faith_needs_no_leave_until_it_was_ever_given_one(filed: Filed) -> None:
    assert filed.link(filed.agent, Role.CARRIER).status_code == 201
    leave = filed.lets()
    filed.states(DelegationEnded(organisation_id=filed.trader, delegation_id=leave))
    assert filed.link(filed.agent, Role.CARRIER).status_code == 403


def test_when_another_is_to_drive_the_links_of_the_one_before_open_nothing(filed: Filed) -> None:
    first, second = new_id(), new_id()

    def named(driver: UUID | None, revision: int) -> None:
        filing = filed.filing(driver_id=driver, revision=revision)
        filed.states(CrossingAmended(crossing_id=filed.crossing, filing=filing, changed=("driver_id",)))

    link = filed.link(filed.trader, Role.TRADER)
    named(first, 2)
    assert filed.opens(link).status_code == 201  # who was not named before has become nobody else
    named(second, 3)
    assert filed.opens(link).json()["code"] == "identity.bad_link"
    ((ended,),) = filed.gate.rows("identity", "SELECT ended_at IS NOT NULL FROM identity.sessions")
    assert ended
    again = filed.link(filed.trader, Role.TRADER)
    filed.states(CrossingAmended(crossing_id=filed.crossing, filing=filed.filing(driver_id=second), changed=("route",)))
    assert filed.opens(again).status_code == 201
