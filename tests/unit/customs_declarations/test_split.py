"""A declaration divided among crossings: never more is carried than is declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from bordergate.ids import new_id
from events.words import Direction, Share
from services.customs_declarations.domain.declaration import Declaration
from services.customs_declarations.domain.goods import Line
from services.customs_declarations.domain.load import Load
from services.customs_declarations.domain.split import Amounts, Claim, allotted, left_of
from tests.builders.customs import (
    DURIAN,
    EXPORT,
    NUMBERS,
    TILES,
    TRADER,
    a_declaration,
    a_load,
    asked,
    later,
    some_papers,
)

QUANTITIES = st.decimals(min_value=0, max_value=20, places=2)
AMOUNTS = st.dictionaries(st.integers(1, 4), QUANTITIES, max_size=4)
ASKED = st.none() | st.dictionaries(st.integers(1, 5), QUANTITIES.filter(bool), min_size=1, max_size=4)


def part(line: int, quantity: float | str, number: str = EXPORT) -> Share:
    return Share(declaration=number, line=line, quantity=Decimal(str(quantity)))


def carrying(*shares: Share, minutes: float = 0, by: UUID = TRADER, numbers: Sequence[str] = (EXPORT,)) -> Load:
    load = Load(new_id(), Direction.EXPORT)
    load.name(numbers, [], Direction.EXPORT, empty=False, at=later(minutes), by=by, shares=shares)
    return load


def asks(load: Load, *shares: Share, minutes: float) -> None:
    load.name([EXPORT], [], Direction.EXPORT, empty=False, at=later(minutes), by=TRADER, shares=shares)


def assess(declaration: Declaration, *loads: Load) -> list[list[tuple[str, str]]]:
    """What is wrong with each load, once all have been assessed beside one another."""
    for load in loads:
        if load.active:
            load.assess({declaration.number: declaration}, loads, NUMBERS)
    return [[(one.code, one.field) for one in load.stated.failures] if load.stated else [] for load in loads]


def tonnes(*quantities: int) -> Declaration:
    """A declaration of so many tonnes of durian a line."""
    lines = [replace(DURIAN, weight_kg=1000 * many, quantity=Decimal(many), unit="TNE") for many in quantities]
    return a_declaration(some_papers(lines=lines))


NOT_ENOUGH = [("R002", "$.shares[0].quantity")]
ALL_GONE = [("R002", "$.declarations[0]")]


@given(AMOUNTS, st.lists(ASKED, max_size=12))
def test_never_more_is_allotted_than_there_is(there_is: Amounts, asks: list[Amounts | None]) -> None:
    claims = [Claim(new_id(), one) for one in asks]
    carries = allotted(there_is, [], claims)
    for line in range(1, 6):
        assert sum(one.get(line, Decimal()) for one in carries.values()) <= there_is.get(line, 0)
    left = left_of(there_is, carries.values())
    assert all(amount >= 0 for amount in left.values())
    for claim in claims:
        if claim.asks is not None and claim.crossing_id not in carries:
            assert any(amount > left.get(line, 0) for line, amount in claim.asks.items())


@given(AMOUNTS, st.lists(ASKED, min_size=1, max_size=8), st.data())
def test_what_is_gone_across_is_not_allotted_again(
    there_is: Amounts, asks: list[Amounts | None], data: st.DataObject
) -> None:
    claims = [Claim(new_id(), one) for one in asks]
    carries = allotted(there_is, [], claims)
    over = data.draw(st.sets(st.sampled_from(sorted(carries)))) if carries else set()
    gone = [carries[crossing] for crossing in over]
    again = allotted(there_is, gone, [claim for claim in claims if claim.crossing_id not in over])
    total: Mapping[int, Decimal] = left_of(there_is, [*gone, *again.values()])
    for line, amount in there_is.items():
        taken = sum((one.get(line, Decimal()) for one in (*gone, *again.values())), Decimal())
        assert taken <= amount
        assert total[line] == amount - taken


def test_a_declaration_is_carried_by_several_crossings_that_name_their_parts() -> None:
    declaration = tonnes(18)
    loads = [carrying(part(1, many), minutes=place) for place, many in enumerate((10, 5, 3))]
    assert assess(declaration, *loads) == [[], [], []]
    assert [load.stated.goods.weight_kg for load in loads if load.stated] == [10_000, 5_000, 3_000]


def test_who_asks_for_more_than_is_left_carries_nothing_and_is_told_where() -> None:
    declaration = tonnes(18)
    first, second, third = (carrying(part(1, many), minutes=at) for at, many in enumerate((10, "8.000001", 8)))
    assert assess(declaration, first, second, third) == [[], NOT_ENOUGH, []]


def test_the_whole_of_a_line_is_the_boundary() -> None:
    declaration = tonnes(18)
    assert assess(declaration, carrying(part(1, 18))) == [[]]
    assert assess(declaration, carrying(part(1, "18.000001"))) == [NOT_ENOUGH]
    assert assess(declaration, carrying(part(2, 1))) == [NOT_ENOUGH]


def test_a_line_without_a_quantity_is_divided_by_weight() -> None:
    declaration = a_declaration()
    assert assess(declaration, carrying(part(1, 17_999)), carrying(part(1, 1), minutes=1)) == [[], []]
    assert assess(declaration, carrying(part(1, 18_001))) == [NOT_ENOUGH]


def test_who_names_no_part_carries_all_that_is_left_and_nobody_anything_after_him() -> None:
    declaration = tonnes(18)
    some, rest, late, later_still = (
        carrying(part(1, 10)),
        carrying(minutes=1),
        carrying(part(1, 1), minutes=2),
        carrying(minutes=3),
    )
    assert assess(declaration, some, rest, late, later_still) == [[], [], NOT_ENOUGH, ALL_GONE]
    assert rest.stated
    assert rest.stated.goods.weight_kg == 8_000


def test_what_a_cancelled_crossing_held_is_given_back() -> None:
    declaration = tonnes(18)
    first, second = carrying(part(1, 10)), carrying(part(1, 10), minutes=1)
    assert assess(declaration, first, second) == [[], NOT_ENOUGH]
    first.end()
    assert assess(declaration, first, second)[1] == []


def test_what_a_crossing_carried_across_is_never_given_back() -> None:
    declaration = tonnes(18)
    first, second = carrying(part(1, 10)), carrying(part(1, 10), minutes=1)
    assess(declaration, first, second)
    first.end(carried=True)
    assert assess(declaration, first, second)[1] == NOT_ENOUGH
    asks(second, part(1, 8), minutes=2)
    assert assess(declaration, first, second)[1] == []
    first.resume()
    assert assess(declaration, first, second) == [[], []]


def test_the_rest_that_went_across_is_gone_too() -> None:
    declaration = tonnes(18)
    some, rest, late = carrying(part(1, 10)), carrying(minutes=1), carrying(part(1, 1), minutes=2)
    assess(declaration, some, rest, late)
    rest.end(carried=True)
    assert assess(declaration, some, rest, late)[2] == NOT_ENOUGH


def test_a_declaration_carried_whole_is_used_up_and_one_that_did_not_go_is_free_again() -> None:
    for carried, left in ((True, ALL_GONE), (False, [])):
        declaration = tonnes(18)
        whole, other = carrying(), carrying(minutes=1)
        assert assess(declaration, whole, other) == [[], ALL_GONE]
        whole.end(carried=carried)
        assert assess(declaration, whole, other)[1] == left
        whole.resume()
        assert assess(declaration, whole, other) == [[], ALL_GONE]


def test_what_went_across_counts_for_its_own_declaration_not_for_a_later_one_of_the_same_number() -> None:
    false, true = tonnes(18), tonnes(18)
    gone, other = carrying(), carrying(minutes=1)
    assess(false, gone, other)
    gone.end(carried=True)
    assert assess(true, gone, other)[1] == []


def test_an_amendment_that_asks_for_less_gives_the_rest_back() -> None:
    declaration = tonnes(18)
    first, second = carrying(part(1, 10)), carrying(part(1, 10), minutes=1)
    assess(declaration, first, second)
    asks(first, part(1, 8), minutes=2)
    assert assess(declaration, first, second) == [[], []]


def test_an_amendment_that_asks_for_more_stands_behind_those_who_asked_meanwhile() -> None:
    declaration = tonnes(18)
    first, second = carrying(part(1, 8)), carrying(part(1, 8), minutes=1)
    asks(first, part(1, 12), minutes=2)
    assert assess(declaration, first, second) == [NOT_ENOUGH, []]
    asks(first, minutes=3)
    assert assess(declaration, first, second) == [[], []]


def test_only_the_lines_on_the_truck_are_asked_for_their_papers() -> None:
    numbers = replace(NUMBERS, asked=(asked("R022", "08"),))
    declaration = a_declaration(some_papers(lines=(DURIAN, TILES)))
    for line, lacks in ((1, ["R022"]), (2, [])):
        load = carrying(part(line, 1))
        load.assess({EXPORT: declaration}, [load], numbers)
        assert load.stated
        assert [one.code for one in load.stated.failures] == lacks
        assert load.stated.goods.hs_chapters == (("08",) if line == 1 else ("69",))


def test_a_part_weighs_its_share_rounded_up() -> None:
    assert Line("08106000", 10, quantity=Decimal(3)).part(Decimal(1)).weight_kg == 4


def test_a_stranger_s_part_takes_nothing_from_the_owner() -> None:
    declaration = tonnes(18)
    stranger, own = carrying(part(1, 18), by=new_id()), carrying(part(1, 18), minutes=5)
    assert assess(declaration, stranger, own) == [[("R004", "$.declarations[0]")], []]


def test_what_was_filed_is_said_with_the_answer() -> None:
    load = carrying(part(1, 5))
    assess(tonnes(18), load)
    assert load.stated
    assert load.stated.shares == (part(1, "5.0"),)
    assert a_load(EXPORT).shares == ()
