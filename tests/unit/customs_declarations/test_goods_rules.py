"""R021, R022 and R023: what is asked of goods before their truck comes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from events.words import Direction, Failure, Severity
from services.customs_declarations.domain.goods import Approved, GoodsNumbers, Line, PlaceKind
from services.customs_declarations.domain.rules import Judged, lacking
from tests.builders.customs import (
    DURIAN,
    EXPORT,
    FULL,
    IMPORT,
    LETTUCE,
    NUMBERS,
    TILES,
    TRADER,
    a_declaration,
    a_load,
    asked,
    later,
    some_papers,
)

FRUIT = (
    Approved(PlaceKind.PUC, "VN-LSOR-0001", "081060", "CN"),
    Approved(PlaceKind.PHC, "VN-LSPH-001", "08", "CN"),
)
R021 = replace(NUMBERS, asked=(asked("R021", "081060", partner="CN"),), approved=FRUIT)
R022 = replace(NUMBERS, asked=(asked("R022", "08"),))
R023 = replace(NUMBERS, asked=(asked("R023", "07"), asked("R023", "08")))


def told(numbers: GoodsNumbers, line: Line = FULL, **papers: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - any part
    failures = lacking(Judged(some_papers(lines=(TILES, line), **papers), numbers))
    return [(failure.code, failure.field) for failure in failures]


def test_fruit_from_a_listed_area_and_packing_house_lacks_nothing() -> None:
    assert told(R021) == []
    assert told(R021, destination="CN") == []


@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({"planting_area": None}, ["planting_area"]),
        ({"packing_house": None}, ["packing_house"]),
        ({"planting_area": "VN-LSOR-0009"}, ["planting_area"]),
        ({"planting_area": "VN-LSPH-001"}, ["planting_area"]),
        ({"planting_area": None, "packing_house": None}, ["planting_area", "packing_house"]),
    ],
)
def test_fruit_whose_growers_are_not_listed_says_which_paper(changed: dict[str, Any], lacks: list[str]) -> None:
    assert told(R021, replace(FULL, **changed)) == [("R021", f"$.lines[1].{name}") for name in lacks]


def test_a_place_is_listed_for_its_own_goods_and_country_only() -> None:
    mango = replace(FULL, hs_code="08045010")
    asks_of_all = replace(R021, asked=(asked("R021", "08"),))
    assert told(asks_of_all, mango) == [("R021", "$.lines[1].planting_area")]
    assert told(asks_of_all, destination="KZ") == [
        ("R021", "$.lines[1].planting_area"),
        ("R021", "$.lines[1].packing_house"),
    ]


def test_a_country_that_approves_no_growers_asks_for_none() -> None:
    assert told(R021, DURIAN, destination="KZ") == []
    assert told(R021, DURIAN, direction=Direction.IMPORT) == []


def test_plant_goods_cross_with_their_certificate() -> None:
    assert told(R022) == []
    assert told(R022, DURIAN) == [("R022", "$.lines[1].phytosanitary")]


@pytest.mark.parametrize(("code", "asks"), [("08999999", True), ("07999999", False), ("09000000", False)])
def test_the_chapters_that_need_a_certificate_are_rows(code: str, asks: bool) -> None:  # noqa: FBT001 - a parameter
    assert told(R022, replace(DURIAN, hs_code=code)) == ([("R022", "$.lines[1].phytosanitary")] if asks else [])


def test_what_an_illustrative_row_asks_is_a_warning_and_what_the_law_asks_stops() -> None:
    for rows, severity in (
        ((asked("R022", "08", illustrative=True),), Severity.WARN),
        ((asked("R022", "08", illustrative=True), asked("R022", "0810")), Severity.BLOCK),
    ):
        (failure,) = lacking(Judged(some_papers(), replace(NUMBERS, asked=rows)))
        assert failure.severity is severity


def carries(*lines: Line, two_way: bool = True, numbers: GoodsNumbers = R023) -> list[Failure]:
    load = a_load(EXPORT)
    load.name([EXPORT], [], Direction.EXPORT, empty=False, at=later(0), by=TRADER, two_way=two_way)
    load.assess({EXPORT: a_declaration(some_papers(lines=lines))}, [], numbers)
    assert load.stated
    return list(load.stated.failures)


def test_a_two_way_truck_carries_no_mixed_produce() -> None:
    (failure,) = carries(DURIAN, LETTUCE)
    assert (failure.code, failure.field, failure.severity) == ("R023", "$.two_way", Severity.BLOCK)
    assert failure.value == "070511, 081060"


def test_a_one_way_truck_carries_what_it_likes() -> None:
    assert carries(DURIAN, LETTUCE, two_way=False) == []


def test_produce_of_one_subheading_is_not_mixed_whatever_else_is_on_the_truck() -> None:
    assert carries(DURIAN, replace(DURIAN, hs_code="08106099", quantity=Decimal(1)), TILES) == []


def test_mixed_produce_of_illustrative_rows_is_a_warning() -> None:
    numbers = replace(NUMBERS, asked=(asked("R023", "07", illustrative=True), asked("R023", "08")))
    assert [failure.severity for failure in carries(DURIAN, LETTUCE, numbers=numbers)] == [Severity.WARN]


def test_a_truck_waits_for_what_its_goods_lack_and_says_where() -> None:
    other = a_declaration(some_papers("308000000002", lines=(DURIAN,)))
    load = a_load(EXPORT, "308000000002")
    load.assess({EXPORT: a_declaration(some_papers(lines=(TILES,))), other.number: other}, [], R022)
    assert load.stated
    assert [(one.code, one.field) for one in load.stated.failures] == [
        ("R022", "$.declarations[1].lines[0].phytosanitary")
    ]


def test_goods_of_a_cancelled_declaration_lack_nothing() -> None:
    declaration = a_declaration()
    declaration.cancel("nhầm")
    load = a_load(EXPORT)
    load.assess({EXPORT: declaration}, [], R022)
    assert load.stated
    assert [one.code for one in load.stated.failures] == ["R004"]


def test_imports_are_asked_by_the_country_they_come_from() -> None:
    row = replace(asked("R022", "08", partner="CN"), direction=Direction.IMPORT)
    numbers = replace(NUMBERS, asked=(row,))
    for origin, lacks in (("CN", True), ("KH", False), (None, False)):
        papers = some_papers(IMPORT, "A11", Direction.IMPORT, (replace(DURIAN, origin=origin),))
        assert bool(lacking(Judged(papers, numbers))) is lacks
