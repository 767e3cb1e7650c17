"""Lines in full: as they are filed, kept, shown and amended, with the lists they are written by."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bordergate.auth import Role
from bordergate.ids import new_id
from tests.integration.customs_declarations.conftest import API, Office, a_body

FULL: dict[str, Any] = {
    "hs_code": "08106000",
    "weight_kg": 18_000,
    "un_number": None,
    "quantity": "17500.5",
    "unit": "KGM",
    "description": "Sầu riêng tươi",
    "origin": "VN",
    "net_kg": 17_501,
    "value": "1250000000.25",
    "currency": "VND",
    "packages": 900,
    "package_kind": "CT",
    "coldest_c": "13.5",
    "warmest_c": "15.0",
    "planting_area": "VN-LSOR-0001",
    "packing_house": "VN-LSPH-001",
    "phytosanitary": "VN-26-0012345",
}


def amends(office: Office, declaration: dict[str, Any], **parts: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    body = {name: value for name, value in a_body(**parts).items() if name not in ("number", "direction")}
    answer = office.desk().request("PUT", f"{API}/declarations/{declaration['id']}", json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def history(office: Office, declaration: dict[str, Any], role: Role = Role.TRADER) -> list[dict[str, Any]]:
    answer = office.desk(role).get(f"{API}/declarations/{declaration['id']}/history")
    assert answer.status_code == 200, answer.text
    told: list[dict[str, Any]] = answer.json()["items"]
    return told


def test_a_line_is_shown_as_it_was_declared(office: Office) -> None:
    declaration = office.files(lines=[FULL], destination="cn")
    (line,) = office.desk().get(f"{API}/declarations/{declaration['id']}").json()["lines"]
    assert (line, declaration["destination"]) == (FULL, "CN")


def test_a_line_that_says_only_what_it_had_to_before_is_still_declared(office: Office) -> None:
    (line,) = office.files(lines=[{"hs_code": "08106000", "weight_kg": 18_000}])["lines"]
    assert {name for name, value in line.items() if value is not None} == {"hs_code", "weight_kg"}


def test_codes_are_read_however_they_are_typed(office: Office) -> None:
    typed = FULL | {"unit": "kgm", "origin": " vn", "currency": "vnd", "package_kind": "ct", "hs_code": "0810.60.00"}
    (line,) = office.files(lines=[typed | {"phytosanitary": " vn-26-0012345 "}])["lines"]
    assert line == FULL


@pytest.mark.parametrize(
    ("field", "value"),
    [("quantity", 0), ("quantity", "NaN"), ("packages", True), ("coldest_c", "13.55"), ("value", -1), ("net_kg", 0)],
)
def test_a_number_that_is_none_of_its_kind_is_malformed(office: Office, field: str, value: object) -> None:
    answer = office.desk().post(f"{API}/declarations", json=a_body(lines=[FULL | {field: value}]))
    assert (answer.status_code, answer.json()["problems"][0]["field"]) == (422, f"$.lines[0].{field}")


def test_the_history_says_who_did_what_when_and_what_changed(office: Office) -> None:
    declaration = office.files(lines=[FULL])
    office.does(declaration, "channel", channel="YELLOW")
    office.does(declaration, "channel", channel="YELLOW")
    amends(office, declaration, lines=[FULL | {"packages": 901}])
    office.does(declaration, "cancel", Role.CUSTOMS, reason="hàng không xuất nữa")
    told = history(office, declaration)
    assert [(one["act"], one["role"]) for one in told] == [
        ("CANCEL", "CUSTOMS"),
        ("AMEND", "TRADER"),
        ("CHANNEL", "CUSTOMS"),
        ("FILE", "TRADER"),
    ]
    change = {"how": "CHANGED", "line": 1, "field": "packages", "before": "900", "after": "901"}
    assert (told[1]["changes"], told[1]["revision"], told[2]["channel"]) == ([change], 2, "YELLOW")
    assert (told[0]["reason"], told[3]["by"]) == ("hàng không xuất nữa", str(office.trader))


def test_who_may_not_see_a_declaration_does_not_see_its_history(office: Office) -> None:
    path = f"{API}/declarations/{office.files()['id']}/history"
    assert office.desk(organisation=new_id()).get(path).status_code == 404
    assert office.desk(Role.CUSTOMS).get(path).status_code == 200


@pytest.mark.usefixtures("demonstration")
def test_what_played_customs_did_is_marked_in_the_history(office: Office) -> None:
    declaration = office.files()
    office.gate.wait(minutes=3)
    office.gate.wait(minutes=60)
    assert [(one["act"], one["simulated"]) for one in history(office, declaration)] == [
        ("CLEAR", True),
        ("CHANNEL", True),
        ("FILE", False),
    ]


@pytest.mark.parametrize(
    ("name", "text", "language", "expected"),
    [
        ("units", "KGM", "vi", {"code": "KGM", "name": "ki-lô-gam"}),
        ("units", "kilogram", "en", {"code": "KGM", "name": "kilogram"}),
        ("package_kinds", "托盘", "zh", {"code": "PX", "name": "托盘"}),
        ("countries", "VN", "zh", {"code": "VN", "name": "越南"}),
        ("currencies", "CNY", "vi", {"code": "CNY", "name": "Nhân dân tệ"}),
        ("hs_codes", "DURIAN", "en", {"code": "081060", "name": "Fruit, edible; durians, fresh"}),
        ("type_codes", "B11", "vi", {"code": "B11", "name": "Xuất kinh doanh"}),
        ("type_codes", "XUẤT KINH DOANH", "vi", {"code": "B11", "name": "Xuất kinh doanh"}),
    ],
)
def test_a_list_is_read_in_the_reader_s_language(
    office: Office, name: str, text: str, language: str, expected: dict[str, str]
) -> None:
    desk = office.desk()
    answer = desk.get(f"{API}/lists/{name}", params={"text": text}, headers={"Accept-Language": language})
    assert answer.json() == {"items": [expected], "more": False, "next": None}


def test_a_long_list_says_that_there_is_more(office: Office) -> None:
    read: list[str] = []
    after, pages = "", 0
    while after is not None:
        told = office.desk().get(f"{API}/lists/hs_codes", params={"after": after, "text": "8"}).json()
        after, pages = told["next"], pages + 1
        assert told["more"] is (after is not None)
        assert 0 < len(told["items"]) <= 300
        read += [one["code"] for one in told["items"]]
    listed = (
        "SELECT code FROM customs_declarations.hs_codes"
        " WHERE left(code, 1) = '8' OR strpos(description, '8') > 0 ORDER BY code"
    )
    assert (read, pages > 1) == ([row.code for row in office.gate.rows("customs_declarations", listed)], True)


@pytest.mark.parametrize("text", ["%", "_", "\\", "'"])
def test_whatever_is_looked_for_in_a_list_is_looked_for_as_it_is(office: Office, text: str) -> None:
    answer = office.desk().get(f"{API}/lists/units", params={"text": text})
    assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize(
    "description",
    [b"S\\u0000u", b"\\ud800", b"a\\u202eb", b"a\\u2066b", b"\xff", b"\xed\xa0\x80", b"", b" ", b"x" * 301],
    ids=["NUL", "lone surrogate", "turned round", "isolated", "no UTF-8", "raw surrogate", "empty", "blank", "long"],
)
def test_a_description_that_nobody_could_read_as_it_is_written_is_malformed(office: Office, description: bytes) -> None:
    body = json.dumps(a_body()).encode().replace(b'"weight_kg"', b'"description": "%s", "weight_kg"' % description)
    answer = office.desk().post(f"{API}/declarations", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "payload.malformed")
