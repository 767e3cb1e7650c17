"""A trailer is registered for its papers, and they count for every crossing that it is hauled on."""

from __future__ import annotations

from typing import Any

import pytest

from bordergate.auth import Role
from tests.builders.registration import a_paper, papers
from tests.integration.vehicle_registration.conftest import API, Border, Firm, blocking
from tests.integration.vehicle_registration.test_by_hand import by_hand, files, wrong_in
from tests.integration.vehicle_registration.test_papers import hands_in

TRAILER = {"vehicle_type": "TRAILER", "axles": 3, "tare_kg": 7_000, "gross_kg": 39_000}


def about_trailer(crossing: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """What is said of its trailer's papers: how hard, which, and until when they held."""
    told = [one for one in crossing["failures"] if one["field"] == "$.trailer"]
    return [(one["severity"], one["value"]["paper"], one["value"]["valid_to"]) for one in told]


def a_trailer(firm: Firm, plate: str = "12R-001.21", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return firm.registers(plate, **(TRAILER | changes))


def test_a_trailer_nobody_registered_lacks_its_papers_and_one_that_has_them_lacks_none(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    crossing = files(firm, trailer="12R-001.21").json()
    assert about_trailer(crossing) == [("WARN", "INSURANCE", None), ("WARN", "INSPECTION", None)]
    trailer = a_trailer(firm)
    for kind in ("INSURANCE", "INSPECTION"):
        hands_in(firm, "vehicles", trailer, kind=kind)
    assert about_trailer(firm.sees(crossing)) == []
    assert {one["value"]["paper"] for one in firm.sees(crossing)["failures"] if one["code"] == "R016"} == {
        "INSURANCE",
        "INSPECTION",
    }


def test_a_trailer_whose_inspection_is_over_stops_the_crossing_until_it_has_a_new_one(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    hands_in(firm, "vehicles", a_trailer(firm), kind="INSPECTION", valid_to="2026-05-04")
    crossing = files(firm, trailer="12r 001 21").json()
    assert crossing["stage"] == "NOT_READY"
    assert blocking(crossing) == ["R016"]
    assert ("BLOCK", "INSPECTION", "2026-05-04") in about_trailer(crossing)
    trailer = firm.asking.get(f"{API}/vehicles", params={"plate": "12R-001.21"}).json()["items"][0]
    hands_in(firm, "vehicles", trailer, kind="INSPECTION", valid_from="2026-05-05", valid_to="2027-05-04")
    assert firm.sees(crossing)["stage"] == "READY"


def test_a_trailer_s_papers_run_out_for_a_truck_that_waits(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    hands_in(firm, "vehicles", a_trailer(firm), kind="INSURANCE", valid_to="2026-05-06")
    crossing = files(firm, trailer="12R-001.21").json()
    assert crossing["stage"] == "READY"
    border.gate.wait(hours=72)
    assert firm.sees(crossing)["stage"] == "NOT_READY"


def test_another_firm_s_trailer_of_the_same_plate_is_another_trailer(border: Border) -> None:
    firm, other = border.firm(), border.firm()
    hands_in(other, "vehicles", a_trailer(other), kind="INSPECTION", valid_to="2026-05-04")
    firm.registers("12C-123.45")
    assert about_trailer(files(firm, trailer="12R-001.21").json())[0][0] == "WARN"


def test_a_chinese_trailer_is_known_by_the_tail_of_its_plate(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    hands_in(firm, "vehicles", a_trailer(firm, "桂F1234挂", country="CN"), kind="INSPECTION", valid_to="2026-05-04")
    assert ("BLOCK", "INSPECTION", "2026-05-04") in about_trailer(files(firm, trailer="F1234挂").json())


def test_whoever_has_it_assessed_the_trailer_s_papers_count(border: Border) -> None:
    carrier, trader = border.firm(), border.firm(Role.TRADER)
    carrier.registers("12C-123.45", shared_with=(trader.organisation,))
    hands_in(carrier, "vehicles", a_trailer(carrier), kind="INSPECTION", valid_to="2026-05-04")
    crossing = files(trader, trailer="12R-001.21").json()
    assert blocking(crossing) == ["R016"]


def test_a_trailer_comes_behind_a_truck_and_is_none(border: Border) -> None:
    firm = border.firm()
    trailer = a_trailer(firm)
    by_plate = files(firm, plate="12R-001.21")
    assert ("$.plate", "vehicle_registration.not_a_truck") in wrong_in(by_plate)
    by_id = firm.files({**by_hand_as_plan(), "vehicle_id": trailer["id"]})
    assert by_id.json()["code"] == "vehicle_registration.not_a_truck"
    operator = border.officer(Role.GATE_OPERATOR)
    walk_up = {"route": "hn-1119", "direction": "EXPORT", "plate": "12C-777.77", "declared_empty": True}
    refused = operator.post(f"{API}/walk-ups", json=walk_up | {"vehicle_type": "TRAILER"})
    assert (refused.status_code, refused.json()["field"]) == (400, "$.vehicle_type")


def by_hand_as_plan() -> dict[str, Any]:
    told = by_hand()
    window = {"window_from": "2026-05-05T01:00:00Z", "window_to": "2026-05-05T05:00:00Z"}
    return {name: told[name] for name in ("route", "direction", "declared_empty")} | window


def test_a_trailer_has_no_transport_permit_and_what_was_no_trailer_is_found_as_none(border: Border) -> None:
    firm = border.firm()
    trailer = a_trailer(firm)
    body = a_paper(kind="TRANSPORT_PERMIT").model_dump(mode="json")
    refused = firm.asking.post(f"{API}/vehicles/{trailer['id']}/papers", json=body)
    assert refused.json()["code"] == "vehicle_registration.not_this_holders_paper"
    hands_in(firm, "vehicles", trailer, kind="INSPECTION", valid_to="2026-05-04")
    firm.asking.post(f"{API}/vehicles/{trailer['id']}/correct", json={"vehicle_type": "VT4"})
    firm.registers("12C-123.45")
    assert about_trailer(files(firm, trailer="12R-001.21").json())[1] == ("WARN", "INSPECTION", None)


@pytest.mark.parametrize(("lack", "stage"), [("BLOCK", "NOT_READY"), ("ALLOWED", "READY")])
def test_the_province_demands_of_trailers_apart(border: Border, lack: str, stage: str) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    border.gate.do(
        "vehicle_registration",
        lambda session: session.connection().exec_driver_sql(
            "INSERT INTO vehicle_registration.demands (what, country, direction, vehicle_type, valid_from, source,"
            " illustrative, lack) SELECT what, 'ANY', 'ANY', 'TRAILER', '2020-01-01', 'a test', true, %s"
            " FROM unnest(ARRAY['INSURANCE', 'INSPECTION']) AS what",
            (lack,),
        ),
    )
    assert files(firm, trailer="12R-001.21").json()["stage"] == stage


def test_plates_of_no_province_are_refused_when_registered_and_named_and_a_row_makes_them_good(border: Border) -> None:
    firm = border.firm()
    body = papers(plate="91C-123.45").model_dump(mode="json")
    refused = firm.asking.post(f"{API}/vehicles", json=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "plate.province_unknown")
    assert refused.json()["field"] == "$.plate"
    firm.registers("12C-123.45")
    assert wrong_in(files(firm, trailer="13R-001.21")) == {("$.trailer", "plate.province_not_issued")}
    border.gate.do(
        "vehicle_registration",
        lambda session: session.connection().exec_driver_sql(
            "INSERT INTO vehicle_registration.plate_provinces VALUES ('91', '2026-05-01', NULL, 'a test', true, 'Mới')"
        ),
    )
    assert firm.asking.post(f"{API}/vehicles", json=body).status_code == 201
    assert files(firm, plate="91C-123.45", trailer="91R-001.21").json()["stage"] == "READY"


def test_a_province_whose_plates_end_stops_who_comes_later(border: Border) -> None:
    firm = border.firm()
    firm.registers("12C-123.45")
    border.gate.do(
        "vehicle_registration",
        lambda session: session.connection().exec_driver_sql(
            "UPDATE vehicle_registration.plate_provinces SET valid_to = '2026-05-05' WHERE code = '12'"
        ),
    )
    assert blocking(files(firm).json()) == ["R010"]


def test_a_trailer_s_corrected_plate_judges_anew_who_named_it_before_and_who_names_it_now(border: Border) -> None:
    firm = border.firm()
    trailer = a_trailer(firm)
    hands_in(firm, "vehicles", trailer, kind="INSPECTION", valid_to="2026-05-04")
    firm.registers("12C-123.45")
    firm.registers("12C-543.21")
    before, after = (
        files(firm, trailer="12R-001.21").json(),
        files(firm, plate="12C-543.21", trailer="12R-002.22").json(),
    )
    assert [about_trailer(one)[1][0] for one in (before, after)] == ["BLOCK", "WARN"]
    firm.asking.post(f"{API}/vehicles/{trailer['id']}/correct", json={"plate": "12R-002.22"})
    assert [about_trailer(firm.sees(one))[1][0] for one in (before, after)] == ["WARN", "BLOCK"]
