"""Before a paper ends its carrier is reminded; renewed and withdrawn papers remind nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders.registration import MORNING
from tests.integration.vehicle_registration.conftest import API, Border, Firm
from tests.integration.vehicle_registration.test_papers import a_driver_of, a_licence, hands_in, told_of

KEPT, SOON = "vehicle_paper_kept", "vehicle_paper_ends_soon"


def comes(border: Border, days: int) -> None:
    """So many days after the first morning, with all that is due then."""
    border.gate.clock.set(MORNING + timedelta(days=days))
    border.gate.settle()


def listed(firm: Firm) -> list[tuple[str, int | None]]:
    items = firm.asking.get(f"{API}/papers/ending").json()["items"]
    return [(one["kind"], one["ends_within"]) for one in items]


def reminded(border: Border, truck: dict[str, Any]) -> int:
    return told_of(border, truck).count(SOON)


def test_a_carrier_is_reminded_a_month_a_week_and_a_day_before(border: Border) -> None:
    firm = border.firm()
    truck = firm.registers()
    hands_in(firm, "vehicles", truck, valid_to="2026-06-13")  # forty days after the first morning
    assert (reminded(border, truck), listed(firm)) == (0, [])
    for day, times, within in ((10, 0, None), (11, 1, 30), (33, 1, 30), (34, 2, 7), (39, 2, 7), (40, 3, 1)):
        comes(border, day)
        assert reminded(border, truck) == times, day
        assert listed(firm) == ([("TRANSPORT_PERMIT", within)] if within else []), day


def test_a_paper_that_ends_soon_when_it_is_handed_in_is_reminded_of_at_once(border: Border) -> None:
    firm = border.firm()
    driver = a_driver_of(firm)
    a_licence(firm, driver, valid_to="2026-05-09")
    assert told_of(border, driver) == ["driver_paper_kept", "driver_paper_ends_soon"]
    assert listed(firm) == [("LICENCE", 7)]


def test_a_renewed_paper_reminds_nobody_until_its_successor_is_taken_away(border: Border) -> None:
    firm = border.firm()
    truck = firm.registers()
    hands_in(firm, "vehicles", truck, valid_to="2026-06-13")
    new = hands_in(firm, "vehicles", truck, valid_to="2027-06-13")
    comes(border, 12)
    assert (reminded(border, truck), listed(firm)) == (0, [])
    firm.asking.post(f"{API}/vehicles/{truck['id']}/papers/{new['id']}/end", json={})
    assert (reminded(border, truck), listed(firm)) == (1, [("TRANSPORT_PERMIT", 30)])


def test_a_corrected_paper_is_reminded_of_by_its_new_end(border: Border) -> None:
    firm = border.firm()
    truck = firm.registers()
    paper = hands_in(firm, "vehicles", truck, valid_to="2026-05-20")
    assert listed(firm) == [("TRANSPORT_PERMIT", 30)]
    path = f"{API}/vehicles/{truck['id']}/papers/{paper['id']}"
    firm.asking.post(f"{path}/correct", json={"valid_to": "2026-12-31"})
    assert listed(firm) == []
    comes(border, 30)
    assert reminded(border, truck) == 1


@pytest.mark.parametrize("day", [60, 90])
def test_a_withdrawn_paper_reminds_nobody_and_one_that_is_over_stays_listed(border: Border, day: int) -> None:
    firm = border.firm()
    truck = firm.registers()
    gone = hands_in(firm, "vehicles", truck, kind="INSURANCE", valid_to="2026-06-13")
    hands_in(firm, "vehicles", truck, kind="INSPECTION", valid_to="2026-06-13")
    firm.asking.post(f"{API}/vehicles/{truck['id']}/papers/{gone['id']}/end", json={})
    comes(border, day)
    assert [kind for kind, _ in listed(firm)] == ["INSPECTION"]
    assert listed(border.firm()) == []
