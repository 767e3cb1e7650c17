from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import pytest

from bordergate.border import (
    BadValue,
    CitizenId,
    DeclarationNumber,
    VietnamesePlate,
    examine,
    moment_of,
)
from services.vehicle_registration.domain.plates import province_problem
from tests.builders.registration import shipped_plate_codes

Vectors = dict[str, Any]


def good(kind: str, texts: Iterable[str]) -> set[str]:
    return {text for text in texts if examine(kind, text).ok}


def codes(kind: str, texts: Iterable[str]) -> dict[str, list[str]]:
    return {text: [problem.code for problem in examine(kind, text).problems] for text in texts}


def test_every_tax_code_is_judged_as_stated(vectors: Vectors) -> None:
    stated = vectors["tax_code"]
    fine = [*stated["valid"], *stated["valid_personal_12"]]

    assert all(problems == [] for problems in codes("tax-code", fine).values())
    assert good("tax-code", stated["invalid"]) == set()
    assert {text: found[0] for text, found in codes("tax-code", stated["invalid"]).items()} == {
        "0100109107": "tax_code.check_digit",
        "0100233480": "tax_code.check_digit",
        "0101234567": "tax_code.check_digit",
        "4900000000": "tax_code.zero_serial",
        "0314409058-000": "tax_code.branch_zero",
        "0314409059-002": "tax_code.check_digit",
        "490000012": "tax_code.form",
        "12345": "tax_code.form",
    }
    assert good("tax-code", stated["ambiguous"]) == set(stated["ambiguous"])
    assert codes("tax-code", stated["ambiguous"]) == {text: ["tax_code.never_issued"] for text in stated["ambiguous"]}


def test_every_container_is_judged_as_stated(vectors: Vectors) -> None:
    stated = vectors["iso6346"]
    told = codes("container", stated["invalid"])

    assert good("container", [*stated["valid"], *stated["invalid"]]) == set(stated["valid"])
    for text, reason in stated["invalid"].items():
        code = {"check": "check_digit", "category": "category", "length": "form"}[reason.split()[0]]
        assert f"container.{code}" in told[text]


def test_every_vietnamese_plate_is_judged_as_stated(vectors: Vectors) -> None:
    stated = vectors["vn_plate"]

    assert {text: str(VietnamesePlate.parse(text)) for text in stated["valid"]} == stated["valid"]
    assert not any(VietnamesePlate.parse(text).trailer for text in stated["valid"])
    assert all(VietnamesePlate.parse(text).trailer for text in stated["trailer_valid"])
    by_the_law = {"13C-12345": "plate.province_not_issued", "87C12345": "plate.province_unknown"}
    assert good("plate", [*stated["invalid"], *stated["trailer_invalid"]]) == set(by_the_law)
    rows = shipped_plate_codes()
    for text in [*stated["valid"], *stated["trailer_valid"], *by_the_law]:
        assert province_problem(text, rows, date(2026, 5, 4)) == by_the_law.get(text)


def test_every_chinese_plate_is_judged_as_stated(vectors: Vectors) -> None:
    stated = vectors["cn_plate"]

    assert good("plate", [*stated["valid"], *stated["invalid"]]) == set(stated["valid"])
    assert codes("plate", stated["invalid"]) == {
        "桂I12345": ["plate.cn_letters"],
        "桂FO1234": ["plate.cn_letters"],
        "甲F12345": ["plate.cn_province"],
        "F0666": ["plate.cn_length"],
        "粤Z1234港": ["plate.dual_not_enabled"],
    }


def test_every_declaration_number_is_judged_as_stated(vectors: Vectors) -> None:
    stated = vectors["customs_declaration"]

    assert {text: DeclarationNumber.parse(text).direction for text in stated["valid"]} == stated["valid"]
    assert good("declaration-number", stated["invalid"]) == set()


def test_every_type_code_has_the_stated_direction(vectors: Vectors) -> None:
    stated = vectors["type_direction"]
    shipped = files("services.customs_declarations") / "reference" / "type_codes.csv"
    rows = {row["code"]: row for row in csv.DictReader(shipped.read_text(encoding="utf-8").splitlines())}

    for direction in ("IMPORT", "EXPORT"):
        in_force = {code for code, row in rows.items() if row["direction"] == direction and not row["valid_to"]}
        assert in_force == set(stated[direction])
    assert {code for code, row in rows.items() if row["valid_to"]} == set(stated["abolished"])
    assert good("type-code", rows) == set(rows)


def test_every_citizens_number_is_judged_as_stated(vectors: Vectors) -> None:
    stated = vectors["cccd"]
    told = {text: CitizenId.parse(text) for text in stated["valid"]}

    assert {text: [one.province, one.sex, one.birth_year] for text, one in told.items()} == stated["valid"]
    assert good("citizen-id", stated["invalid"]) == set()


def test_the_stated_times_are_one_instant_and_none_without_its_offset(vectors: Vectors) -> None:
    stated = vectors["time"]

    assert {moment_of(text) for text in stated.values()} == {datetime(2026, 5, 3, 6, 15, 21, tzinfo=UTC)}
    for text in stated.values():
        with pytest.raises(BadValue, match=r"time\.naive"):
            moment_of(text[:19])
