from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from events.words import Direction
from services.customs_declarations.domain.goods import Line, goods_of
from services.customs_declarations.domain.lists import TYPES_LAW, Types
from services.customs_declarations.domain.rules import Filed, broken_by
from tests.builders.customs import (
    DURIAN,
    EXPORT,
    IMPORT,
    LETTUCE,
    LISTS,
    NUMBERS,
    PETROL,
    PHONES,
    PIGS,
    TILES,
    TYPES,
    a_declaration,
    a_load,
    some_papers,
)


def test_the_shortest_shelf_life_of_a_load_counts() -> None:
    goods = goods_of([DURIAN, LETTUCE, TILES], NUMBERS)
    assert goods.shelf_life_hours == 30
    assert goods.hs_chapters == ("07", "08", "69")
    assert goods.weight_kg == 46_000


def test_the_longest_beginning_of_an_hs_code_decides() -> None:
    assert goods_of([Line("07133190", 1)], NUMBERS).shelf_life_hours is None


@pytest.mark.parametrize(("line", "mark"), [(PIGS, "live_animals"), (PETROL, "dangerous"), (PHONES, "time_critical")])
def test_goods_are_marked_for_their_class(line: Line, mark: str) -> None:
    goods = goods_of([TILES, line], NUMBERS)
    marks = {name for name in ("live_animals", "dangerous", "time_critical") if getattr(goods, name)}
    assert marks == {mark}


def test_plain_goods_have_no_mark() -> None:
    goods = goods_of([TILES], NUMBERS)
    assert (goods.live_animals, goods.dangerous, goods.time_critical, goods.shelf_life_hours) == (
        False,
        False,
        False,
        None,
    )


def failures(**parts: object) -> list[tuple[str, str]]:
    filed = Filed(some_papers(**parts), LISTS)  # type: ignore[arg-type]  # any field
    return [(failure.code, failure.field) for failure in broken_by(filed)]


def test_a_sound_declaration_breaks_no_rule() -> None:
    assert failures() == []


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"type_code": "A11"}, [("R001", "$.type_code")]),
        ({"type_code": "X99"}, [("R001", "$.type_code")]),
        ({"type_code": "E56"}, [("R005", "$.type_code")]),
        ({"number": IMPORT}, [("R003", "$.number")]),
        ({"number": "30800000000"}, [("R003", "$.number")]),
        ({"lines": (DURIAN, Line("00112233", 1))}, [("R020", "$.lines[1].hs_code")]),
        (
            {"lines": (PETROL, Line("27101211", 1, "9999"))},
            [("customs_declarations.un_number", "$.lines[1].un_number")],
        ),
    ],
)
def test_each_fault_has_its_rule_and_place(parts: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert failures(**parts) == expected


@pytest.mark.parametrize(
    ("parts", "broken"),
    [
        ({"quantity": Decimal(12), "unit": "KGM"}, []),
        ({"quantity": Decimal(12), "unit": "KILO"}, [("customs_declarations.unit", "unit")]),
        ({"quantity": Decimal(12)}, [("customs_declarations.incomplete", "unit")]),
        ({"unit": "KGM"}, [("customs_declarations.incomplete", "quantity")]),
        ({"value": Decimal(0), "currency": "VND"}, []),
        ({"value": Decimal(1), "currency": "XYZ"}, [("customs_declarations.currency", "currency")]),
        ({"value": Decimal(1)}, [("customs_declarations.incomplete", "currency")]),
        ({"packages": 900, "package_kind": "CT"}, []),
        ({"packages": 900, "package_kind": "QQ"}, [("customs_declarations.package_kind", "package_kind")]),
        ({"package_kind": "CT"}, [("customs_declarations.incomplete", "packages")]),
        ({"origin": "VN"}, []),
        ({"origin": "XX"}, [("customs_declarations.country", "origin")]),
        ({"net_kg": 18_000}, []),
        ({"net_kg": 18_001}, [("customs_declarations.net_weight", "net_kg")]),
        ({"coldest_c": Decimal(2), "warmest_c": Decimal(2)}, []),
        ({"coldest_c": Decimal(2), "warmest_c": Decimal("1.9")}, [("customs_declarations.temperature", "warmest_c")]),
        ({"coldest_c": Decimal(2)}, []),
    ],
)
def test_what_a_line_says_fits_together_and_is_in_its_lists(
    parts: dict[str, Any], broken: list[tuple[str, str]]
) -> None:
    told = failures(lines=(replace(DURIAN, **parts),))
    assert told == [(code, f"$.lines[0].{field}") for code, field in broken]


def test_exports_end_in_a_country() -> None:
    assert failures(destination="CN") == []
    assert failures(destination="XX") == [("customs_declarations.country", "$.destination")]


def test_an_hs_code_has_eight_digits_and_its_first_six_are_in_the_list_of_the_time() -> None:
    for code, known in (
        ("08106000", True),
        ("08106099", True),
        ("0810600", False),
        ("081060000", False),
        ("0810600０", False),
        ("08106100", False),
    ):
        assert failures(lines=(replace(DURIAN, hs_code=code),)) == ([] if known else [("R020", "$.lines[0].hs_code")])
    before = Filed(some_papers(), replace(LISTS, hs_codes=frozenset()))
    assert [failure.code for failure in broken_by(before)] == ["R020"]


def test_all_faults_are_said_at_once() -> None:
    told = failures(number=IMPORT, type_code="A11", direction=Direction.EXPORT, lines=(Line("1", 1, "0000"),))
    assert [code for code, _ in told] == ["R003", "R001", "R020", "customs_declarations.un_number"]


def test_a_type_is_judged_by_what_was_law_at_the_time() -> None:
    before = replace(LISTS, types=Types(in_force={"E56": (Direction.EXPORT, "an older decision")}))
    assert broken_by(Filed(some_papers(type_code="E56"), before)) == ()
    told = [(one.code, one.source) for one in broken_by(Filed(some_papers(type_code="B11"), before))]
    assert told == [("R001", TYPES_LAW)]


def test_a_type_that_is_abolished_names_the_law_that_did_it() -> None:
    (told,) = broken_by(Filed(some_papers(type_code="E56"), LISTS))
    assert (told.code, told.source) == ("R005", "Decision 1357/QĐ-TCHQ of 2021, which abolished it")


def test_a_declared_type_that_is_abolished_meanwhile_stops_its_truck() -> None:
    declaration, load = a_declaration(some_papers(lines=(TILES,))), a_load(EXPORT)
    for types, failures in ((TYPES, []), (Types(abolished={"B11": "a new decision"}), ["R005"])):
        load.assess({EXPORT: declaration}, [load], replace(NUMBERS, types=types))
        assert load.stated is not None
        assert [one.code for one in load.stated.failures] == failures
