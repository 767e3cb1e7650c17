from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.words import Direction
from services.customs_declarations.domain.vnaccs import Item, divided, named_by_vnaccs, papers_of
from tests.builders.customs import EXPORT

PARTS = st.lists(st.decimals(min_value="0.000001", max_value=10**9, places=6), min_size=1, max_size=30)


def item(quantity: str | None = None, unit: str | None = None, hs_code: str = "08106000") -> Item:
    return Item(hs_code, None, Decimal(quantity) if quantity else None, unit, None, None, None)


def weights(gross_kg: int, *items: Item) -> list[int]:
    return [line.weight_kg for line in papers_of(EXPORT, "B11", Direction.EXPORT, gross_kg, items).lines]


@given(PARTS, st.integers(0, 10**7))
def test_a_whole_weight_is_divided_without_loss_and_no_line_weighs_nothing(parts: list[Decimal], more: int) -> None:
    gross = len(parts) + more
    found = divided(gross, parts)
    assert (sum(found), min(found) >= 1) == (gross, True)


def test_lines_weigh_what_their_own_weight_says_of_the_whole() -> None:
    assert weights(18_200, item("17.5", "TNE"), item("500", "KGM")) == [17_694, 506]


def test_lines_without_weight_share_it_by_quantity_and_else_alike() -> None:
    assert weights(100, item("3", "PCE"), item("1", "PCE")) == [75, 25]
    assert weights(3, item(), item()) == [2, 1]


def test_units_that_vnaccs_writes_otherwise_are_read() -> None:
    lines = papers_of(EXPORT, "B11", Direction.EXPORT, 9, [item("1", "PCE"), item("1", "NPR"), item("1", "KGM")]).lines
    assert [line.unit for line in lines] == ["H87", "PR", "KGM"]


@pytest.mark.parametrize(
    ("ours", "direction", "theirs"),
    [
        ("$.number", Direction.EXPORT, "$.ECN"),
        ("$.number", Direction.IMPORT, "$.ICN"),
        ("$.type_code", Direction.IMPORT, "$.ICB"),
        ("$.lines[3].hs_code", Direction.EXPORT, "$.lines[3].CMD"),
        ("$.lines[0].unit", Direction.EXPORT, "$.lines[0].QT1"),
        ("$.lines[0].other", Direction.EXPORT, "$.lines[0].other"),
    ],
)
def test_a_fault_is_told_under_the_name_that_vnaccs_has(ours: str, direction: Direction, theirs: str) -> None:
    assert named_by_vnaccs(ours, direction) == theirs
