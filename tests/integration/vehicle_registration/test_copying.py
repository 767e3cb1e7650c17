"""An earlier crossing filed again: what can be used once more is, what cannot is said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx

from bordergate.auth import Role
from events.gate_operations import CrossingCompleted
from tests.builders.registration import MORNING
from tests.integration.vehicle_registration.conftest import API, Border, Firm
from tests.integration.vehicle_registration.test_by_hand import by_hand, files, registers_driver, wrong_in
from tests.integration.vehicle_registration.test_papers import hands_in

LADEN = {"declared_empty": False, "declarations": ["308000000001"], "containers": ["CSQU3054383"]}
TOMORROW = {
    "window_from": (MORNING + timedelta(days=1)).isoformat(),
    "window_to": (MORNING + timedelta(days=1, hours=8)).isoformat(),
}


def looks_at_copy(firm: Firm, crossing: dict[str, Any]) -> dict[str, Any]:
    answer = firm.asking.get(f"{API}/crossings/{crossing['id']}/copy")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def copies(firm: Firm, crossing: dict[str, Any], **changes: Any) -> httpx.Response:  # noqa: ANN401 - any field
    return firm.asking.post(f"{API}/crossings/{crossing['id']}/copy", json=TOMORROW | changes)


def a_crossing(firm: Firm, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    firm.registers("12C-123.45")
    filed = files(firm, **changes)
    assert filed.status_code == 201, filed.text
    told: dict[str, Any] = filed.json()
    return told


def test_a_crossing_under_way_lends_its_copy_neither_declarations_nor_containers_and_says_so(border: Border) -> None:
    firm = border.firm()
    crossing = a_crossing(firm, trailer="12R-001.21", **LADEN)
    told = looks_at_copy(firm, crossing)
    assert (told["stated"]["containers"], told["stated"]["declarations"]) == ([], [])
    assert told["stated"]["trailer"] == "12R00121"
    left = {one["field"]: one["value"] for one in told["left_out"]}
    assert left == {"$.containers": ["CSQU3054383"], "$.declarations": ["308000000001"]}
    assert "308000000001" in told["left_out"][1]["message"]["zh"]
    assert {"R011"} <= {one["code"] for one in told["failures"]}


def test_of_a_completed_crossing_the_containers_are_used_again(border: Border) -> None:
    firm = border.firm()
    crossing = a_crossing(firm, **LADEN)
    border.states(CrossingCompleted(crossing_id=crossing["id"]))
    told = looks_at_copy(firm, crossing)
    assert told["stated"]["containers"] == ["CSQU3054383"]
    assert [one["field"] for one in told["left_out"]] == ["$.declarations"]
    assert "R011" not in {one["code"] for one in told["failures"]}


def test_a_cancelled_crossing_has_given_its_declarations_back(border: Border) -> None:
    firm = border.firm()
    crossing = a_crossing(firm, **LADEN)
    firm.cancels(crossing)
    told = looks_at_copy(firm, crossing)
    assert told["stated"]["declarations"] == ["308000000001"]
    assert told["left_out"] == []
    copy = copies(firm, crossing, submit=True).json()
    assert (copy["stage"], copy["filing"]["declarations"]) == ("SUBMITTED", ["308000000001"])
    assert copy["reference"] != crossing["reference"]


def test_a_paper_that_has_run_out_is_said_before_the_copy_is_filed(border: Border) -> None:
    firm = border.firm()
    crossing = a_crossing(firm)
    vehicle = {"id": crossing["filing"]["vehicle_id"]}
    hands_in(firm, "vehicles", vehicle, kind="INSURANCE", valid_to="2026-05-04", valid_from="2026-01-01")
    firm.cancels(crossing)
    border.gate.wait(hours=24)
    ended = [one for one in looks_at_copy(firm, crossing)["failures"] if one["severity"] == "BLOCK"]
    assert [(one["code"], one["value"]["valid_to"]) for one in ended] == [("R016", "2026-05-04")]


def test_a_copy_is_a_draft_unless_it_is_submitted_and_what_is_different_is_said_with_it(border: Border) -> None:
    firm = border.firm()
    crossing = a_crossing(firm, trailer="12R-001.21")
    firm.cancels(crossing)
    draft = copies(firm, crossing, trailer="12R-001.22").json()
    assert (draft["stage"], draft["filing"]["trailer"]) == ("DRAFT", "12R00122")
    assert draft["filing"]["revision"] == 1
    assert copies(firm, crossing, window_to=TOMORROW["window_from"]).status_code == 400
    missing = firm.asking.post(f"{API}/crossings/{crossing['id']}/copy", json={"submit": True})
    assert missing.status_code == 422


def test_a_truck_that_is_lent_no_more_is_said_and_refused(border: Border) -> None:
    carrier, trader = border.firm(), border.firm(Role.TRADER)
    truck = carrier.registers("12C-123.45", shared_with=(trader.organisation,))
    crossing = files(trader).json()
    carrier.asking.put(
        f"{API}/vehicles/{truck['id']}",
        json={name: truck[name] for name in ("plate", "country", "vehicle_type", "axles", "tare_kg", "gross_kg")},
    )
    (left, *_) = looks_at_copy(trader, crossing)["left_out"]
    assert left["code"] == "vehicle_registration.vehicle_not_available"
    assert copies(trader, crossing).json()["code"] == "vehicle_registration.vehicle_not_available"


def test_the_driver_of_the_earlier_crossing_stays_unless_another_is_named_or_he_is_gone(border: Border) -> None:
    firm = border.firm()
    driver = registers_driver(firm, "Lái xe A", "B2-0001")
    other = registers_driver(firm, "Lái xe B", "B2-0002")
    crossing = a_crossing(firm, driver="Lái xe A")
    firm.cancels(crossing)
    assert files(firm, copy_of=crossing["id"]).json()["filing"]["driver_id"] == driver
    named = firm.asking.post(f"{API}/crossings", json=by_hand(copy_of=crossing["id"], driver="Lái xe B"))
    assert named.json()["filing"]["driver_id"] == other
    firm.asking.request("DELETE", f"{API}/drivers/{driver}")
    gone = files(firm, copy_of=crossing["id"])
    assert wrong_in(gone) == {("$.driver", "vehicle_registration.driver_not_available")}
    (left,) = looks_at_copy(firm, crossing)["left_out"]
    assert left["field"] == "$.driver_id"


def test_nobody_copies_another_firms_crossing(border: Border) -> None:
    firm, stranger = border.firm(), border.firm()
    crossing = a_crossing(firm)
    stranger.registers("12C-543.21")
    assert stranger.asking.get(f"{API}/crossings/{crossing['id']}/copy").status_code == 404
    assert copies(stranger, crossing).status_code == 404
    assert files(stranger, plate="12C-543.21", copy_of=crossing["id"]).status_code == 404
