"""What the registration desk refuses, all at once and where it stands."""

from __future__ import annotations

from uuid import UUID

import pytest

from bordergate.ids import new_id
from tests.builders.registration import papers
from tests.integration.vehicle_registration.conftest import API, Border, a_body

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
