"""The fleet's pages: how each paper stands, what ends soon, and the forms that correct it."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from bordergate.auth import Caller, Role
from bordergate.ids import new_id
from events.words import PaperKind
from tests.builders.callers import a_caller
from tests.builders.fleet import TODAY, Fleet, a_fleet
from tests.gates import StillGate


def a_carrier() -> Caller:
    return a_caller(Role.CARRIER, organisation=new_id())


def looks(gate: StillGate, caller: Caller, path: str, language: str = "en") -> httpx.Response:
    return gate.as_(caller).get(path, headers={"Accept-Language": language})


@pytest.fixture
def carrier() -> Caller:
    return a_carrier()


@pytest.fixture
def fleet(portal: StillGate, carrier: Caller) -> Fleet:
    assert carrier.organisation
    return a_fleet(portal, carrier.organisation)


def states_on(page: str) -> list[str]:
    """The words that say how papers stand, in the order in which the page first says them."""
    words = ("Valid", "Ends soon", "Over", "Missing", "Replaced", "Not valid yet")
    return sorted((word for word in words if f"<span>{word}</span>" in page), key=lambda word: page.index(f">{word}<"))


def test_a_vehicles_page_says_of_each_paper_how_it_stands(portal: StillGate, carrier: Caller, fleet: Fleet) -> None:
    page = looks(portal, carrier, f"/desk/vehicles/{fleet.vehicle_id}").text
    assert states_on(page) == ["Ends soon", "Over", "Missing"]
    assert f"/desk/vehicles/{fleet.vehicle_id}/paper?kind=INSPECTION" in page


def test_a_paper_holds_through_its_last_day_and_a_renewed_one_reminds_nobody(
    portal: StillGate, carrier: Caller
) -> None:
    assert carrier.organisation
    fleet = Fleet(portal, carrier.organisation)
    fleet.registers()
    fleet.is_reminded(fleet.has(PaperKind.TRANSPORT_PERMIT, TODAY), 1)
    path = f"/desk/vehicles/{fleet.vehicle_id}"
    assert states_on(looks(portal, carrier, path).text) == ["Ends soon", "Missing"]
    later = fleet.has(PaperKind.TRANSPORT_PERMIT, TODAY + timedelta(days=300))
    assert states_on(looks(portal, carrier, path).text) == ["Valid", "Missing"]
    assert "No paper ends soon" in looks(portal, carrier, "/desk/fleet").text
    fleet.ends(later)
    assert states_on(looks(portal, carrier, path).text) == ["Ends soon", "Missing"]


def test_papers_that_end_soon_or_are_over_are_listed_with_their_next_step(
    portal: StillGate, carrier: Caller, fleet: Fleet
) -> None:
    page = looks(portal, carrier, "/desk/fleet").text
    assert page.index("Insurance") < page.index("Transport permit") < page.index("Driving licence")
    assert f"/desk/vehicles/{fleet.vehicle_id}/paper?kind=TRANSPORT_PERMIT" in page
    assert f"/desk/drivers/{fleet.driver_id}/paper?kind=LICENCE" in page
    assert "Papers that end soon or are over: 3" in looks(portal, carrier, "/desk").text


def test_a_form_of_a_paper_is_filled_in_with_what_the_pages_know(
    portal: StillGate, carrier: Caller, fleet: Fleet
) -> None:
    permit, licence = fleet.papers[PaperKind.TRANSPORT_PERMIT], fleet.papers[PaperKind.LICENCE]
    page = looks(portal, carrier, f"/desk/vehicles/{fleet.vehicle_id}/papers/{permit}").text
    assert 'value="GP-0001"' in page
    assert '<input type="hidden" name="version" value="2">' in page
    sealed = looks(portal, carrier, f"/desk/drivers/{fleet.driver_id}/papers/{licence}").text
    assert f'value="{TODAY + timedelta(days=20)}"' in sealed
    assert 'name="paper_number" type="text" value=""' in sealed


def test_a_paper_with_a_scan_leads_to_it_and_stays_reminded_of(
    portal: StillGate, carrier: Caller, fleet: Fleet
) -> None:
    permit = fleet.papers[PaperKind.TRANSPORT_PERMIT]
    path = f"/desk/vehicles/{fleet.vehicle_id}/papers/{permit}"
    owner = f"/api/vehicle-registration/vehicles/{fleet.vehicle_id}/papers/{permit}/scan"
    assert f'<a class="next-step" href="{owner}">' not in looks(portal, carrier, path).text
    fleet.is_scanned(permit)
    page = looks(portal, carrier, path).text
    assert f'<a class="next-step" href="{owner}">' in page
    assert states_on(page) == ["Ends soon"]


def test_a_strangers_fleet_has_no_pages(portal: StillGate, fleet: Fleet) -> None:
    stranger = a_carrier()
    permit = fleet.papers[PaperKind.TRANSPORT_PERMIT]
    for path in ("", "/correct", "/paper", f"/papers/{permit}"):
        assert looks(portal, stranger, f"/desk/vehicles/{fleet.vehicle_id}{path}").status_code == 404
    assert "12C12345" not in looks(portal, stranger, "/desk/fleet").text
    assert states_on(looks(portal, stranger, f"/desk/drivers/{fleet.driver_id}").text) == ["Missing"]


def test_vehicles_are_found_by_the_beginning_of_their_plate(portal: StillGate, carrier: Caller, fleet: Fleet) -> None:
    listed = f'class="fleet-row" href="/desk/vehicles/{fleet.vehicle_id}"'
    assert listed in looks(portal, carrier, "/desk/fleet?text=12c-123").text
    assert listed not in looks(portal, carrier, "/desk/fleet?text=29H").text


def test_a_paper_that_is_gone_says_so(portal: StillGate, carrier: Caller, fleet: Fleet) -> None:
    gone = looks(portal, carrier, f"/desk/vehicles/{fleet.vehicle_id}/papers/{new_id()}")
    assert gone.status_code == 404
    assert "There is no such paper" in gone.text
