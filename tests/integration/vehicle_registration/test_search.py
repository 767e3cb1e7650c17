"""An officer finds a crossing by a part of anything that stands on the truck or its papers."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import create_engine

from bordergate.auth import Role
from bordergate.ids import new_id
from tests.builders.callers import a_caller
from tests.gates import Asking
from tests.integration.vehicle_registration.conftest import API, Border, Firm
from tests.integration.vehicle_registration.test_by_hand import files, registers_driver

VIN = "LZZ5ELNDXJW000001"
LADEN = {
    "declared_empty": False,
    "declarations": ["308000000001"],
    "containers": ["CSQU3054383"],
    "trailer": "12R-001.21",
}


def found(reader: Asking, text: str, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any parameter
    answer = reader.get(f"{API}/search", params={"text": text, **more})
    assert answer.status_code == 200, answer.text
    told: list[dict[str, Any]] = answer.json()["items"]
    return told


def a_crossing(firm: Firm, plate: str = "12C-123.45", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    firm.registers(plate, vin=changes.pop("vin", None))
    filed = files(firm, plate=plate, **changes)
    assert filed.status_code == 201, filed.text
    told: dict[str, Any] = filed.json()
    return told


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("23.45", "plate"),
        ("12c 123", "plate"),
        ("R00121", "trailer"),
        ("3054", "containers"),
        ("csqu 305438-3", "containers"),
        ("80000000", "declarations"),
        ("elndx", "vin"),
    ],
)
def test_a_part_of_any_number_finds_the_crossing_however_it_is_typed(border: Border, text: str, field: str) -> None:
    crossing = a_crossing(border.firm(), vin=VIN, **LADEN)
    a_crossing(border.firm(), "12C-999.99")
    (one,) = found(border.officer(Role.BORDER_GUARD), text)
    assert one["id"] == crossing["id"]
    assert field in {match["field"] for match in one["matched"]}


def test_a_reference_is_found_whole_in_part_and_without_its_hyphens(border: Border) -> None:
    crossing = a_crossing(border.firm())
    officer = border.officer(Role.CUSTOMS)
    reference = crossing["reference"]
    for text in (reference, reference.replace("-", ""), reference[11:16].lower()):
        assert [one["reference"] for one in found(officer, text)] == [reference]


def test_the_newest_comes_first_and_a_page_goes_on_where_it_stopped(border: Border) -> None:
    firm = border.firm()
    crossings = [a_crossing(firm, f"12C-000.0{number}")["id"] for number in range(1, 6)]
    officer = border.officer(Role.CUSTOMS)
    first = officer.get(f"{API}/search", params={"text": "12C000", "limit": 3}).json()
    rest = officer.get(f"{API}/search", params={"text": "12C000", "limit": 3, "cursor": first["next"]}).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == crossings[::-1]


def test_a_chinese_plate_is_found_with_and_without_its_province(border: Border) -> None:
    firm = border.firm()
    firm.registers("桂F12345", country="CN")
    files(firm, plate="桂F12345")
    for text in ("桂F12345", "F·123", "f12345"):
        assert len(found(border.officer(Role.CUSTOMS), text)) == 1


def test_nobody_is_found_by_a_driver_s_name_or_licence(border: Border) -> None:
    firm = border.firm()
    registers_driver(firm, "Nguyễn Văn A", "B2000177")
    a_crossing(firm, driver="Nguyễn Văn A")
    for text in ("Nguyễn", "NGUYEN", "B2000177"):
        assert found(border.officer(Role.BORDER_GUARD), text) == []


def test_a_draft_is_found_by_no_officer(border: Border) -> None:
    firm = border.firm()
    firm.crossing(firm.registers("12C-123.45"), submit=False)
    assert found(border.officer(Role.CUSTOMS), "12C123") == []


def test_an_officer_posted_to_a_route_finds_there_only(border: Border) -> None:
    a_crossing(border.firm())
    elsewhere = a_caller(Role.BORDER_GUARD, organisation=new_id(), routes=frozenset({"tt-1088"}))
    assert found(border.gate.as_(elsewhere), "12C123") == []
    here = a_caller(Role.BORDER_GUARD, organisation=new_id(), routes=frozenset({"hn-1119"}))
    assert len(found(border.gate.as_(here), "12C123")) == 1


@pytest.mark.parametrize(("text", "status"), [("12", 400), ("1-2", 400), ("", 422), ("1" * 41, 422), ("%%%", 200)])
def test_too_short_a_part_is_refused_and_signs_of_a_pattern_are_only_signs(
    border: Border, text: str, status: int
) -> None:
    a_crossing(border.firm())
    answer = border.officer(Role.CUSTOMS).get(f"{API}/search", params={"text": text})
    assert answer.status_code == status, answer.text
    assert status != 200 or answer.json()["items"] == []


def test_only_officers_search(border: Border) -> None:
    for role in (Role.TRADER, Role.CARRIER, Role.AGENT):
        firm = border.firm(role)
        assert firm.asking.get(f"{API}/search", params={"text": "12C123"}).status_code == 403


def test_a_part_is_looked_up_in_an_index(owner_url: str) -> None:
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        for how in ("seqscan", "indexscan"):
            connection.exec_driver_sql(f"SET LOCAL enable_{how} = off")
        sql = "EXPLAIN SELECT id FROM vehicle_registration.crossings WHERE sought LIKE %s AND stage <> 'DRAFT'"
        plan = "\n".join(row[0] for row in connection.exec_driver_sql(sql, ("%305438%",)))
    engine.dispose()
    assert "ix_crossings_sought" in plan


def test_only_the_desk_itself_looks_past_the_walls(owner_url: str) -> None:
    engine = create_engine(owner_url)
    roles = ("bordergate_vehicle_registration", "bordergate_portal", "bordergate_identity")
    with engine.connect() as connection:
        sql = "SELECT has_function_privilege(%s, 'vehicle_registration.crossings_bearing(text, text[], uuid, int)', %s)"
        allowed = [role for role in roles if connection.exec_driver_sql(sql, (role, "EXECUTE")).scalar()]
    engine.dispose()
    assert allowed == ["bordergate_vehicle_registration"]
