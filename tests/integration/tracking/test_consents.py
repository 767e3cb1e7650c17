"""A truck whose driver is named is followed only while he lets it be, whichever news comes first."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from bordergate.event import Event
from bordergate.ids import new_id
from events.tracking import AreaKind
from events.vehicle_registration import CrossingAmended, DriverConsented, DriverConsentWithdrawn
from services.tracking.commands import ReplaceAreas, replace_areas
from services.tracking.feed import Feed
from services.tracking.intake.process import roster_of
from tests.builders.news import as_record, enveloped
from tests.builders.registration import a_filing
from tests.builders.tracking import (
    GATE_AT,
    ROAD_AT,
    YARD_AT,
    a_position,
    a_ready_crossing,
    a_report,
    an_area,
    an_enrolled_device,
    records,
)
from tests.gates import StillGate

TRACKER = "861234567890123"


@dataclass
class Driven:
    """A truck with a tracker, whose driver is named."""

    gate: StillGate
    driver: UUID = field(default_factory=new_id)
    vehicle: UUID = field(default_factory=new_id)
    crossing: UUID = field(default_factory=new_id)
    device: UUID = field(default_factory=new_id)
    sequence: int = 0

    def __post_init__(self) -> None:
        enrolled = an_enrolled_device(TRACKER, self.vehicle)
        self.device = enrolled.device_id
        self.hears(enrolled)

    def hears(self, *events: Event) -> None:
        for event in events:
            self.sequence += 1
            source = event.name.partition(".")[0]
            self.gate.publish(as_record(enveloped(event, self.sequence, source=source)))
        self.gate.settle()

    def is_ready(self) -> None:
        self.hears(a_ready_crossing(self.vehicle, self.crossing, driver_id=self.driver))

    def consents(self, purpose: str = "POSITION") -> None:
        self.hears(DriverConsented(driver_id=self.driver, purpose=purpose))

    def withdraws(self) -> None:
        self.hears(DriverConsentWithdrawn(driver_id=self.driver, purpose="POSITION"))

    def may_be_taken(self) -> bool:
        """What the intake judges by."""
        carrying = asyncio.run(roster_of(self.gate.gate).carrying(TRACKER))
        assert carrying is not None
        assert carrying.crossing_id == self.crossing
        return carrying.consented

    def drives(self, feed: Feed, place: tuple[float, float], minute: float) -> None:
        feed.take(records(a_report(self.crossing, a_position(place, minute), self.device)))

    def kept(self) -> tuple[int, int]:
        """How many positions are stored, and how many trucks are somewhere."""
        sql = "SELECT (SELECT count(*) FROM tracking.positions), (SELECT count(*) FROM tracking.latest)"
        ((stored, somewhere),) = self.gate.rows("tracking", sql)
        return stored, somewhere


@pytest.fixture
def driven(still_gate: StillGate) -> Driven:
    return Driven(still_gate)


@pytest.fixture
def feed(still_gate: StillGate) -> Feed:
    plan = [an_area(), an_area("yard", AreaKind.YARD, YARD_AT)]
    still_gate.do("tracking", lambda session: replace_areas(ReplaceAreas(plan), session, still_gate.clock))
    return Feed(still_gate.gate)


@pytest.mark.parametrize("consent_first", [True, False])
def test_a_named_drivers_truck_is_followed_once_he_consents_whichever_news_comes_first(
    driven: Driven,
    feed: Feed,
    consent_first: bool,  # noqa: FBT001 - the parameter is the case
) -> None:
    if consent_first:
        driven.consents()
        driven.is_ready()
    else:
        driven.is_ready()
        assert not driven.may_be_taken()
        driven.drives(feed, GATE_AT, 0)
        assert driven.kept() == (0, 0)
        driven.consents()
    assert driven.may_be_taken()
    driven.drives(feed, GATE_AT, 1)
    assert driven.kept() == (1, 1)


def test_who_takes_it_back_is_nowhere_at_once_and_what_was_kept_is_gone(driven: Driven, feed: Feed) -> None:
    driven.consents()
    driven.is_ready()
    driven.drives(feed, GATE_AT, 1)
    driven.withdraws()
    assert driven.kept() == (0, 0)
    assert not driven.may_be_taken()
    driven.drives(feed, ROAD_AT, 2)
    assert driven.kept() == (0, 0)
    driven.consents()
    driven.drives(feed, YARD_AT, 3)
    assert driven.kept() == (1, 1)


def test_another_tractor_does_not_inherit_where_the_one_before_was(driven: Driven, feed: Feed) -> None:
    driven.consents()
    driven.is_ready()
    driven.drives(feed, GATE_AT, 1)
    driven.vehicle = new_id()
    driven.is_ready()
    assert driven.kept() == (0, 0)
    driven.device = new_id()
    driven.drives(feed, YARD_AT, 0)
    assert driven.kept() == (1, 1)


def test_a_consent_to_be_called_is_none_to_be_followed(driven: Driven) -> None:
    driven.consents("CONTACT")
    driven.is_ready()
    assert not driven.may_be_taken()


def test_another_driver_has_not_consented_because_the_one_before_did(driven: Driven, feed: Feed) -> None:
    driven.consents()
    driven.is_ready()
    driven.drives(feed, GATE_AT, 1)
    filing = a_filing(vehicle_id=driven.vehicle, driver_id=new_id())
    driven.hears(CrossingAmended(crossing_id=driven.crossing, filing=filing, changed=("driver_id",)))
    assert not driven.may_be_taken()
    assert driven.kept() == (0, 0)
