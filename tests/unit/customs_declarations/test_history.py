from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bordergate.history import Change, How
from services.customs_declarations.domain.goods import Line
from services.customs_declarations.domain.history import differences
from tests.builders.customs import DURIAN, LETTUCE, TILES, some_papers

LINES = st.lists(st.sampled_from([DURIAN, LETTUCE, TILES, replace(DURIAN, weight_kg=1)]), min_size=1, max_size=8)


def changed(before: Sequence[Line], after: Sequence[Line]) -> list[Change]:
    return list(differences(some_papers(lines=before), some_papers(lines=after)))


def test_an_amendment_tells_what_it_changed_by_line_and_field() -> None:
    heavier = replace(DURIAN, weight_kg=19_000, quantity=Decimal("18.5"), unit="TNE")
    assert changed([TILES, DURIAN], [TILES, heavier]) == [
        Change(How.CHANGED, 2, "weight_kg", "18000", "19000"),
        Change(How.CHANGED, 2, "quantity", None, "18.5"),
        Change(How.CHANGED, 2, "unit", None, "TNE"),
    ]


def test_a_line_put_first_does_not_change_those_below() -> None:
    assert changed([DURIAN, TILES], [LETTUCE, DURIAN, TILES]) == [
        Change(How.ADDED, 1, "hs_code", None, LETTUCE.hs_code)
    ]


def test_a_dropped_line_is_told_by_its_number_before() -> None:
    assert changed([DURIAN, LETTUCE, TILES], [DURIAN, TILES]) == [
        Change(How.REMOVED, 2, "hs_code", LETTUCE.hs_code, None)
    ]


def test_another_code_on_a_line_is_a_change_of_that_line() -> None:
    assert changed([DURIAN, LETTUCE], [DURIAN, replace(LETTUCE, hs_code="07051900")]) == [
        Change(How.CHANGED, 2, "hs_code", "07051100", "07051900")
    ]


def test_type_and_destination_are_changes_of_the_whole() -> None:
    before, after = some_papers(), some_papers(type_code="B12", destination="KH")
    assert differences(before, after) == (
        Change(How.CHANGED, None, "type_code", "B11", "B12"),
        Change(How.CHANGED, None, "destination", None, "KH"),
    )


def test_the_same_quantity_written_otherwise_is_no_change() -> None:
    one, other = (replace(DURIAN, quantity=Decimal(text), unit="KGM") for text in ("12.50", "12.5"))
    assert changed([one], [other]) == []


@given(LINES, LINES)
def test_nothing_changed_is_told_exactly_when_nothing_changed(before: list[Line], after: list[Line]) -> None:
    assert (changed(before, after) == []) == (before == after)
    added, removed = (sum(one.how is how for one in changed(before, after)) for how in (How.ADDED, How.REMOVED))
    assert added - removed == len(after) - len(before)
