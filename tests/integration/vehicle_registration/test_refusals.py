"""What the registration desk refuses, all at once and where it stands."""

from __future__ import annotations

from uuid import UUID

import httpx
import pytest

from bordergate.ids import new_id
from tests.builders.registration import papers
from tests.integration.vehicle_registration.conftest import API, Border, a_body

A_SHARE = {"declaration": "308000000000", "line": 1, "quantity": "1"}
TRUCK = papers().model_dump(mode="json")


@pytest.mark.parametrize(
    "window",
    [
        {"window_from": "0001-01-01T00:00:00+14:00"},
        {"window_to": "9999-12-31T23:59:59-12:00"},
        {"window_from": "1999-12-31T23:59:59Z"},
    ],
)
def test_a_window_of_another_century_is_neither_filed_nor_amended_and_lists_go_on(
    border: Border, window: dict[str, str]
) -> None:
    firm = border.firm()
    truck = firm.registers()
    filed = firm.files(a_body(truck) | window)
    assert filed.status_code == 422
    assert filed.json()["problems"][0]["code"] == "time.not_this_century"
    assert firm.amends(firm.crossing(truck), **window).status_code == 422
    assert len(firm.asking.get(f"{API}/crossings").json()["items"]) == 1


def test_a_window_wholly_in_the_past_is_refused_when_it_is_filed_amended_or_submitted(border: Border) -> None:
    firm = border.firm()
    draft = firm.crossing(firm.registers(), submit=False)
    over = {"window_from": "2026-05-03T01:00:00Z", "window_to": "2026-05-04T01:00:00Z"}
    for refused, field in (
        (firm.files(a_body(firm.registers("12C-543.21")) | over), "$.crossings[0].window_to"),
        (firm.amends(draft, **over), "$.window_to"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (400, "vehicle_registration.window_over")
        assert refused.json()["field"] == field
    border.gate.wait(hours=13)
    late = firm.asking.post(f"{API}/crossings/{draft['id']}/submit")
    assert (late.status_code, late.json()["code"]) == (400, "vehicle_registration.window_over")
    assert firm.amends(draft, trailer="12R01234").status_code == 200


def test_a_cursor_of_another_list_is_refused(border: Border) -> None:
    firm = border.firm()
    for plate in ("12C-123.45", "12C-543.21"):
        firm.crossing(firm.registers(plate))
    of_trucks = firm.asking.get(f"{API}/vehicles?limit=1").json()["next"]
    of_crossings = firm.asking.get(f"{API}/crossings?limit=1").json()["next"]
    for there, cursor in (("crossings", of_trucks), ("registrations", of_trucks), ("drivers", of_trucks)):
        answer = firm.asking.get(f"{API}/{there}?cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (400, "page.bad_cursor")
    assert firm.asking.get(f"{API}/vehicles?cursor={of_crossings}").status_code == 200


def test_every_fault_of_every_listed_truck_is_told_and_none_is_taken(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-000.01")
    listed = [
        TRUCK | {"plate": "12C-000.02"},
        TRUCK | {"plate": "12C1", "tare_kg": 9_000, "gross_kg": 8_000},
        TRUCK | {"plate": "13C12345"},
    ]
    answer = firm.asking.post(f"{API}/vehicles/batch", json={"vehicles": listed})
    assert (answer.status_code, answer.json()["code"]) == (400, "vehicle_registration.wrong_papers")
    assert [place["field"] for place in answer.json()["problems"]] == [
        "$.vehicles[1].plate",
        "$.vehicles[1].gross_kg",
        "$.vehicles[2].plate",
    ]
    known = firm.asking.post(f"{API}/vehicles/batch", json={"vehicles": [listed[0], TRUCK | {"plate": "12C00001"}]})
    assert (known.status_code, known.json()["code"]) == (409, "vehicle_registration.plate_known")
    assert known.json()["field"] == "$.vehicles[1].plate"
    twice = firm.asking.post(
        f"{API}/vehicles/batch", json={"vehicles": [listed[0], listed[0], TRUCK | {"plate": "12C00001"}]}
    )
    assert (twice.status_code, twice.json()["code"]) == (409, "vehicle_registration.plates_known")
    assert [place["field"] for place in twice.json()["problems"]] == ["$.vehicles[1].plate", "$.vehicles[2].plate"]
    assert len(firm.asking.get(f"{API}/vehicles").json()["items"]) == 1


MALFORMED_TRUCK = {"plate": "29H-123.4567", "vin": "IOQ", "vehicle_type": "VT4", "axles": 99} | {
    "tare_kg": 9_000,
    "gross_kg": 8_000,
}


def test_a_malformed_field_of_a_truck_or_a_driver_hides_nothing_of_what_is_wrong_with_the_others(
    border: Border,
) -> None:
    firm = border.firm()
    truck = told_wrong(firm.asking.post(f"{API}/vehicles", json=MALFORMED_TRUCK))
    assert truck == {"$.plate", "$.vin", "$.country", "$.axles", "$.gross_kg"}
    corrected = firm.asking.post(f"{API}/vehicles/{firm.registers()['id']}/correct", json=MALFORMED_TRUCK)
    assert told_wrong(corrected) == truck - {"$.country"}
    listed = {"vehicles": [MALFORMED_TRUCK, TRUCK | {"plate": "12C1"}, TRUCK | {"plate": "12C-000.02"}]}
    told = told_wrong(firm.asking.post(f"{API}/vehicles/batch", json=listed))
    assert told == {field.replace("$", "$.vehicles[0]") for field in truck} | {"$.vehicles[1].plate"}
    driver = firm.asking.post(f"{API}/drivers", json={"full_name": "A", "citizen_id": "00109", "phone": "0912"})
    assert told_wrong(driver) == {"$.citizen_id", "$.phone"}
    assert "00109" not in driver.text


def told_wrong(answer: httpx.Response) -> set[str]:
    assert (answer.status_code, answer.json()["code"]) == (422, "payload.malformed")
    return {place["field"] for place in answer.json()["problems"]}


def test_every_fault_of_every_plan_is_told_with_its_place_and_none_is_filed(border: Border) -> None:
    firm, stranger = border.firm(), border.firm()
    own, other = firm.registers(), stranger.registers("12C-543.21")
    backwards = {"window_to": "2026-05-04T01:00:00Z", "shares": [A_SHARE]}
    too_long = {"window_to": "2026-05-05T01:00:01Z"}
    plans = [
        a_body(own),
        a_body(own) | backwards,
        a_body(other, empty_for=new_id(), driver_id=new_id()),
        a_body(own) | too_long,
    ]
    answer = firm.files(*plans)
    assert (answer.status_code, answer.json()["code"]) == (400, "vehicle_registration.wrong_plans")
    assert [(wrong["field"], wrong["code"].partition(".")[2]) for wrong in answer.json()["problems"]] == [
        ("$.crossings[1].window_to", "window_backwards"),
        ("$.crossings[1].shares[0].declaration", "share_of_nothing"),
        ("$.crossings[1].window_to", "window_over"),
        ("$.crossings[2].empty_for", "nothing_to_receive"),
        ("$.crossings[2].vehicle_id", "vehicle_not_available"),
        ("$.crossings[2].driver_id", "driver_not_available"),
        ("$.crossings[3].window_to", "window_too_long"),
    ]
    assert "24" in answer.json()["problems"][-1]["messages"]["vi"]
    assert firm.asking.get(f"{API}/crossings").json()["items"] == []


def test_no_door_takes_a_window_longer_than_the_law_lets_it_be(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers())
    amended = firm.amends(crossing, window_to="2026-05-05T01:00:01Z")
    assert (amended.status_code, amended.json()["code"]) == (400, "vehicle_registration.window_too_long")
    by_hand = {"route": "hn-1119", "direction": "EXPORT", "day": "2026-05-05", "starts": "08:00", "ends": "12:00"}
    by_hand |= {"plate": "12C-123.45", "declared_empty": True}
    before = firm.asking.post(f"{API}/crossings", json=by_hand).json()
    sql = "UPDATE vehicle_registration.numbers SET value = 3 WHERE name = 'longest_window_hours'"
    border.gate.do("vehicle_registration", lambda session: session.connection().exec_driver_sql(sql).rowcount)
    kept = firm.asking.post(f"{API}/crossings/{before['id']}/amend", json=by_hand | {"two_way": True})
    assert kept.status_code == 200, kept.text
    told = firm.asking.post(f"{API}/crossings", json=by_hand)
    assert [(wrong["field"], wrong["code"].partition(".")[2]) for wrong in told.json()["problems"]] == [
        ("$.ends", "window_too_long")
    ]


def test_a_truck_comes_to_receive_only_from_a_crossing_its_filer_is_a_party_of(border: Border) -> None:
    firm, stranger = border.firm(), border.firm()
    entering = firm.crossing(firm.registers("12C-123.45"))
    receiving = firm.crossing(firm.registers("12C-543.21"), empty_for=UUID(entering["id"]))
    assert receiving["filing"]["empty_for"] == entering["id"]
    truck = stranger.registers("12C-000.01")
    for named in (UUID(entering["id"]), new_id()):
        refused = stranger.files(a_body(truck, empty_for=named))
        assert (refused.status_code, refused.json()["code"]) == (400, "vehicle_registration.nothing_to_receive")
        assert refused.json()["field"] == "$.crossings[0].empty_for"
    itself = firm.amends(receiving, empty_for=receiving["id"])
    assert (itself.status_code, itself.json()["code"]) == (400, "vehicle_registration.nothing_to_receive")


def test_a_reason_that_names_somebody_is_refused_before_it_is_kept(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers())
    refused = firm.asking.post(f"{API}/crossings/{crossing['id']}/cancel", json={"reason": "lái xe 0912 345 678 ốm"})
    (wrong,) = refused.json()["problems"]
    assert (refused.status_code, wrong["field"], wrong["code"]) == (422, "$.reason", "reason.names_somebody")
    assert "0912" not in refused.text
    assert firm.sees(crossing)["stage"] == "READY"
