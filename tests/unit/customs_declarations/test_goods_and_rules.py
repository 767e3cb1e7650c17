from __future__ import annotations

import pytest

from events.words import Direction
from services.customs_declarations.domain.goods import Line, goods_of
from services.customs_declarations.domain.rules import Filed, broken_by
from tests.builders.customs import DURIAN, IMPORT, LETTUCE, NUMBERS, PETROL, PHONES, PIGS, TILES, some_papers


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
    filed = Filed(some_papers(**parts), frozenset({"1203"}))  # type: ignore[arg-type]  # any field
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


def test_all_faults_are_said_at_once() -> None:
    told = failures(number=IMPORT, type_code="A11", direction=Direction.EXPORT, lines=(Line("1", 1, "0000"),))
    assert [code for code, _ in told] == ["R003", "R001", "R020", "customs_declarations.un_number"]
