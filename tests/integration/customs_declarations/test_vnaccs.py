"""What is declared in VNACCS is not typed again."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bordergate.auth import Role
from bordergate.ids import new_id
from tests.builders.customs import EXPORT, IMPORT
from tests.integration.customs_declarations.conftest import API, Office

DURIAN = {
    "CMD": "0810.60.00",
    "CMN": "Sầu riêng tươi",
    "QN1": "17.5",
    "QT1": "TNE",
    "BPR": "1250000000",
    "BPC": "VND",
    "OR": "VN",
}
TILES = {"CMD": "69072100", "QN1": 700, "QT1": "KGM"}


def sends(office: Office, role: Role = Role.TRADER, **changed: Any) -> httpx.Response:  # noqa: ANN401 - any field
    body = {"ECN": EXPORT, "ECB": "B11", "GW": "18.2", "GWT": "TNE", "lines": [DURIAN, TILES]} | changed
    told = {name: value for name, value in body.items() if value is not None}
    return office.desk(role).post(f"{API}/declarations/vnaccs", json=told)


def test_a_declaration_is_filed_as_vnaccs_has_it(office: Office) -> None:
    filed = sends(office)
    assert filed.status_code == 201, filed.text
    told = filed.json()
    first, second = told["lines"]
    assert (told["number"], told["direction"], told["type_code"]) == (EXPORT, "EXPORT", "B11")
    assert (first["hs_code"], first["description"], first["quantity"], first["unit"]) == (
        "08106000",
        "Sầu riêng tươi",
        "17.5",
        "TNE",
    )
    assert (first["value"], first["currency"], first["origin"]) == ("1250000000", "VND", "VN")
    assert first["weight_kg"] + second["weight_kg"] == 18_200
    assert office.fails(office.submits(EXPORT)) == ["R021", "R021", "R022"]


def test_an_import_is_told_by_its_own_names(office: Office) -> None:
    told = sends(office, ECN=None, ECB=None, ICN=IMPORT, ICB="A11").json()
    assert (told["number"], told["direction"]) == (IMPORT, "IMPORT")


def test_every_fault_is_told_under_the_name_that_vnaccs_has(office: Office) -> None:
    wrong = DURIAN | {"CMD": "00112233", "QT1": "KILO", "OR": "XX", "BPC": None}
    answer = sends(office, ECB="A11", lines=[{name: value for name, value in wrong.items() if value}, TILES])
    assert (answer.status_code, answer.json()["code"]) == (400, "customs_declarations.rules_broken")
    assert [(one["code"], one["field"]) for one in answer.json()["problems"]] == [
        ("R001", "$.ECB"),
        ("R020", "$.lines[0].CMD"),
        ("customs_declarations.unit", "$.lines[0].QT1"),
        ("customs_declarations.country", "$.lines[0].OR"),
        ("customs_declarations.incomplete", "$.lines[0].BPC"),
    ]


@pytest.mark.parametrize("numbers", [{"ICN": IMPORT}, {"ECN": None}])
def test_a_declaration_has_one_number(office: Office, numbers: dict[str, Any]) -> None:
    assert sends(office, **numbers).json()["code"] == "customs_declarations.one_number"


@pytest.mark.parametrize("wrong", [{"GW": 0}, {"GWT": "LBR"}, {"lines": []}, {"XYZ": 1}, {"GW": "1e400"}])
def test_what_is_no_such_declaration_is_malformed(office: Office, wrong: dict[str, Any]) -> None:
    assert sends(office, **wrong).status_code == 422


def test_a_number_that_is_filed_already_is_not_filed_again(office: Office) -> None:
    sends(office)
    assert sends(office).json()["code"] == "customs_declarations.already_filed"


def test_only_declarants_file(office: Office) -> None:
    assert sends(office, Role.CUSTOMS).status_code == 403
    agent = office.desk(Role.AGENT, new_id())
    body = {"ECN": EXPORT, "ECB": "B11", "GW": 1, "lines": [TILES], "trader": str(office.trader)}
    assert agent.post(f"{API}/declarations/vnaccs", json=body).json()["trader"] == str(office.trader)
