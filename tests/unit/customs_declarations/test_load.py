from __future__ import annotations

import itertools
from collections.abc import Sequence

from bordergate.ids import new_id
from events.customs_declarations import DeclarationsAssessed
from events.words import Channel, Direction
from services.customs_declarations.domain.declaration import Declaration
from services.customs_declarations.domain.load import AT_BARRIER, Load
from tests.builders.customs import (
    EXPORT,
    IMPORT,
    NUMBERS,
    PETROL,
    TILES,
    TRADER,
    a_declaration,
    a_load,
    later,
    some_papers,
)


def assess(load: Load, *declarations: Declaration, rivals: Sequence[Load] = ()) -> DeclarationsAssessed:
    load.assess({declaration.number: declaration for declaration in declarations}, rivals, NUMBERS)
    assert load.stated is not None
    return load.stated


def codes(told: DeclarationsAssessed) -> list[tuple[str, str]]:
    return [(failure.code, failure.field) for failure in told.failures]


def test_a_filed_declaration_makes_its_goods_known() -> None:
    told = assess(a_load(EXPORT), a_declaration())
    assert (told.failures, told.goods.shelf_life_hours, told.numbers) == ((), 54, (EXPORT,))


def test_a_declaration_that_is_not_filed_fails() -> None:
    assert codes(assess(a_load(EXPORT))) == [("R004", "$.declarations[0]")]


def test_a_laden_truck_without_a_declaration_fails() -> None:
    assert codes(assess(a_load())) == [("R004", "$.declarations")]


def test_an_empty_truck_needs_none() -> None:
    assert codes(assess(a_load(empty=True))) == []


def test_a_cancelled_declaration_fails_and_counts_no_goods() -> None:
    declaration = a_declaration()
    declaration.cancel("nhầm")
    told = assess(a_load(EXPORT), declaration)
    assert codes(told) == [("R004", "$.declarations[0]")]
    assert told.goods.weight_kg == 0


def test_an_import_s_declaration_does_not_leave_the_country() -> None:
    declaration = a_declaration(some_papers(IMPORT, "A11", Direction.IMPORT))
    assert codes(assess(a_load(IMPORT), declaration)) == [("R001", "$.declarations[0]"), ("R003", "$.declarations[0]")]


def test_a_malformed_number_is_said_to_be_malformed_not_unknown() -> None:
    assert codes(assess(a_load("12"))) == [("R003", "$.declarations[0]")]


def test_who_named_a_declaration_first_keeps_it() -> None:
    declaration = a_declaration()
    first, second = a_load(EXPORT), a_load(EXPORT, at=later(1))
    for one, other in ((first, second), (second, first)):
        assess(one, declaration, rivals=[one, other])
    assert first.stated
    assert second.stated
    assert (codes(first.stated), codes(second.stated)) == ([], [("R002", "$.declarations[0]")])


def test_a_declaration_counts_only_for_whom_its_owner_lets_name_it() -> None:
    carrier = new_id()
    petrol = some_papers(lines=(PETROL,))
    for by, shared_with, counts in ((TRADER, (), True), (carrier, [carrier], True), (carrier, (), False)):
        told = assess(a_load(EXPORT, by=by, parties=[TRADER]), a_declaration(petrol, shared_with=shared_with))
        assert codes(told) == ([] if counts else [("R004", "$.declarations[0]")])
        assert (told.goods.dangerous, len(told.declaration_ids)) == (counts, int(counts))


def test_what_an_operator_at_the_barrier_names_counts_and_gives_way_to_what_an_owner_names() -> None:
    barrier = a_load(EXPORT, by=AT_BARRIER)
    assert codes(assess(barrier, a_declaration())) == []
    assert not barrier.opens(a_declaration())
    behind = assess(a_load(EXPORT, by=AT_BARRIER), a_declaration(), rivals=[a_load(EXPORT, at=later(5))])
    assert codes(behind) == [("R002", "$.declarations[0]")]


def test_a_stranger_is_told_no_more_than_of_a_number_nobody_has_filed() -> None:
    declaration, own = a_declaration(), a_load(EXPORT)
    declaration.choose_channel(Channel.RED)
    for by in (new_id(), None):
        told = assess(a_load(EXPORT, by=by), declaration, rivals=[own])
        unknown = assess(a_load(EXPORT, by=by), rivals=[own])
        assert told.model_copy(update={"crossing_id": unknown.crossing_id}) == unknown


def test_a_stranger_s_crossing_does_not_keep_the_owner_s_from_its_declaration() -> None:
    declaration = a_declaration()
    stranger, own = a_load(EXPORT, by=new_id(), parties=[TRADER]), a_load(EXPORT, at=later(5))
    assert codes(assess(own, declaration, rivals=[stranger])) == []


def test_what_an_owner_named_goes_before_what_a_carrier_named_earlier() -> None:
    carrier = new_id()
    declaration = a_declaration(shared_with=[carrier])
    lent, own = a_load(EXPORT, by=carrier), a_load(EXPORT, at=later(5))
    assert codes(assess(own, declaration, rivals=[lent])) == []
    assert codes(assess(lent, declaration, rivals=[own])) == [("R002", "$.declarations[0]")]


def test_a_number_kept_in_an_amendment_was_named_by_who_named_it() -> None:
    load, carrier = a_load(EXPORT), new_id()
    load.name([EXPORT, "308000000002"], [], Direction.EXPORT, empty=False, at=later(9), by=carrier)
    other = a_declaration(some_papers("308000000002"))
    assert codes(assess(load, a_declaration(), other)) == [("R004", "$.declarations[1]")]
    load.name([], [], Direction.EXPORT, empty=True, at=later(10), by=carrier)
    load.name([EXPORT], [], Direction.EXPORT, empty=False, at=later(11), by=carrier)
    assert codes(assess(load, a_declaration())) == [("R004", "$.declarations[0]")]


def test_a_number_kept_in_an_amendment_is_claimed_since_it_was_first_named() -> None:
    load = a_load(EXPORT)
    load.name([EXPORT, "308000000002"], [], Direction.EXPORT, empty=False, at=later(9), by=TRADER)
    assert load.claims == {EXPORT: later(0).isoformat(), "308000000002": later(9).isoformat()}


def test_nothing_is_stated_again_unless_it_changed() -> None:
    load, declaration = a_load(EXPORT), a_declaration()
    assess(load, declaration)
    assess(load, declaration)
    assert len(load.release()) == 1


def test_what_is_amended_and_amended_back_is_answered_anew() -> None:
    load, declaration = a_load(EXPORT), a_declaration()
    assess(load, declaration)
    for numbers in (["308000000002"], [EXPORT]):
        load.name(numbers, [], Direction.EXPORT, empty=False, at=later(1), by=TRADER)
    assess(load, declaration)
    assert [one.event for one in load.release()] == [load.stated] * 2
    load.name([EXPORT], [], Direction.EXPORT, empty=False, at=later(2), by=TRADER)
    assess(load, declaration)
    assert load.release() == []


def test_the_strictest_channel_counts_once_all_have_one() -> None:
    for channels in itertools.permutations((Channel.GREEN, Channel.RED)):
        one, other = a_declaration(), a_declaration(some_papers("308000000002", lines=(TILES,)))
        load = a_load(one.number, other.number)
        one.choose_channel(channels[0])
        assert assess(load, one, other).channel is None
        other.choose_channel(channels[1])
        assert assess(load, one, other).channel is Channel.RED


def test_a_load_is_cleared_when_all_its_declarations_are() -> None:
    one, other = a_declaration(), a_declaration(some_papers("308000000002"))
    load = a_load(one.number, other.number)
    for declaration, cleared in ((one, False), (other, True)):
        declaration.choose_channel(Channel.GREEN)
        declaration.clear()
        assert assess(load, one, other).cleared is cleared
