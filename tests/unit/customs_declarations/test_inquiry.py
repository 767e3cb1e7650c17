"""What customs' own system is asked, how its answers are believed, and how long it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.ids import new_id
from events.words import Channel, Direction
from services.customs_declarations.domain.declaration import Declaration, Stage
from services.customs_declarations.domain.inquiry import (
    FIRST,
    LONGEST,
    PATIENCE,
    Answer,
    Found,
    Inquiry,
    Silence,
    Unconnected,
    agrees,
    differing,
)
from services.customs_declarations.domain.refusals import NotNow
from services.customs_declarations.source.vnaccs import read
from services.simulated_vnaccs.world import WRONGS, Mood, Pace, SimulatedVnaccs, written
from tests.builders.customs import EXPORT, FULL, IMPORT, NUMBERS, TILES, TRADER, a_load, some_papers
from tests.builders.statements import EIGHT


def stated(number: str = EXPORT) -> Declaration:
    return Declaration.state(new_id(), number, Direction.EXPORT, TRADER, TRADER, EIGHT)


def an_inquiry() -> Inquiry:
    return Inquiry(new_id(), EXPORT, since=EIGHT, ask_at=EIGHT)


def says(number: str = EXPORT, since: float = 0, **parts: Any) -> bytes:  # noqa: ANN401 - any field
    return written(SimulatedVnaccs().has(number, since) | parts)


def test_a_number_alone_declares_nothing_and_nobody_hears_of_it() -> None:
    declaration = stated()
    assert (declaration.stage, declaration.is_declared, declaration.holds) == (Stage.AWAITED, False, False)
    assert declaration.release() == []


def test_what_comes_for_a_number_is_registered_once() -> None:
    declaration = stated()
    declaration.declare(some_papers())
    assert [type(told.event).__name__ for told in declaration.release()] == ["DeclarationRegistered"]
    assert (declaration.stage, declaration.revision, declaration.type_code) == (Stage.REGISTERED, 1, "B11")
    with pytest.raises(NotNow):
        declaration.declare(some_papers())


@pytest.mark.parametrize("by_source", [False, True])
@pytest.mark.parametrize("declared", [False, True])
def test_a_number_is_free_again_unless_customs_own_system_has_cancelled_it(*, declared: bool, by_source: bool) -> None:
    declaration = stated()
    if declared:
        declaration.declare(some_papers())
    declaration.release()
    declaration.cancel("nhầm số", by_source=by_source)
    assert (declaration.holds_number, len(declaration.release())) == (by_source, int(declared))


def test_of_a_contested_number_nobody_hears_until_it_is_taken() -> None:
    given_up, taken = (Declaration.contest(new_id(), some_papers(), TRADER, TRADER, EIGHT) for _ in range(2))
    assert [(one.holds_number, one.holds, one.release()) for one in (given_up, taken)] == [(False, False, [])] * 2
    for act in (lambda: taken.choose_channel(Channel.GREEN), lambda: taken.amend("B12", (TILES,))):
        with pytest.raises(NotNow):
            act()
    given_up.cancel("nhầm số")
    assert (given_up.stage, given_up.release()) == (Stage.CANCELLED, [])
    taken.take_number()
    assert [type(told.event).__name__ for told in taken.release()] == ["DeclarationRegistered"]
    assert (taken.stage, taken.holds_number, taken.holds) == (Stage.REGISTERED, True, True)


def test_a_truck_waits_for_customs_and_for_nothing_else() -> None:
    declaration, load = stated(), a_load(EXPORT)
    load.assess({EXPORT: declaration}, [load], NUMBERS)
    told = load.stated
    assert told is not None
    assert [(one.code, one.field) for one in told.failures] == [
        ("customs_declarations.awaiting_customs", "$.declarations[0]")
    ]
    assert (told.declaration_ids, told.goods.weight_kg, told.cleared) == ((), 0, False)
    declaration.declare(some_papers(lines=(TILES,)))
    load.assess({EXPORT: declaration}, [load], NUMBERS)
    assert load.stated is not None
    assert (load.stated.failures, load.stated.goods.weight_kg) == ((), 24_000)


def test_customs_is_asked_ever_later_while_it_has_no_news_and_soon_again_once_it_has() -> None:
    inquiry, real = an_inquiry(), EIGHT
    waits = []
    for _ in range(10):
        inquiry.note(Answer.NOT_KNOWN, EIGHT, real, news=False, over=False)
        assert inquiry.ask_at is not None
        waits.append(inquiry.ask_at - real)
    assert waits[:4] == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    assert waits[-1] == LONGEST
    inquiry.note(Answer.FOUND, EIGHT, real, news=True, over=False)
    inquiry.note(Answer.FOUND, EIGHT, real, news=False, over=False)
    assert inquiry.ask_at == real + FIRST


@pytest.mark.parametrize(
    ("at", "over", "goes_on"),
    [
        (EIGHT, False, True),
        (EIGHT, True, False),
        (EIGHT + PATIENCE, False, True),
        (EIGHT + PATIENCE + timedelta(seconds=1), False, False),
    ],
)
def test_customs_is_asked_until_all_is_decided_or_a_crossing_would_have_expired(
    at: datetime,
    over: bool,  # noqa: FBT001 - a parameter of the test
    goes_on: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    inquiry = an_inquiry()
    inquiry.note(Answer.NOT_KNOWN, at, EIGHT, news=False, over=over)
    assert (inquiry.ask_at is not None) is goes_on


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"weight_kg": 9, "packages": 1, "net_kg": None, "description": "khác", "phytosanitary": "x"}, []),
        ({"hs_code": "69072100"}, [("hs_code", "08106000")]),
        ({"quantity": Decimal(1)}, [("quantity", "17500.5")]),
        ({"quantity": None, "unit": None}, [("quantity", "17500.5"), ("unit", "KGM")]),
        ({"unit": "H87"}, [("unit", "KGM")]),
        ({"origin": "CN", "value": Decimal(1)}, [("origin", "VN"), ("value", "1250000000")]),
        ({"currency": "CNY"}, [("currency", "VND")]),
        ({"origin": None, "value": None, "currency": None}, []),
    ],
)
def test_a_decision_about_other_goods_is_none_about_these_and_each_difference_is_told(
    changed: dict[str, Any], said: list[tuple[str, str]]
) -> None:
    told = some_papers(lines=(FULL,))
    found = differing(some_papers(lines=(replace(FULL, **changed),)), told)
    assert [(one.field, one.value) for one in found] == [(f"$.lines[0].{name}", value) for name, value in said]
    assert agrees(some_papers(lines=(replace(FULL, **changed),)), told) is (not said)


def test_other_lines_and_another_type_are_told_as_such() -> None:
    told = some_papers(lines=(FULL,))
    more, other = some_papers(lines=(FULL, TILES)), some_papers(type_code="B12", lines=(FULL,))
    assert [(one.code, one.field, one.value) for one in differing(more, told)] == [
        ("customs_declarations.differs_in_lines", "$.lines", "1")
    ]
    assert [(one.field, one.value) for one in differing(other, told)] == [("$.type_code", "B11")]
    bare = replace(FULL, quantity=None, unit=None)
    assert [one.value for one in differing(told, some_papers(lines=(bare,)))] == ["–", "–"]


def test_where_nothing_is_connected_nobody_answers() -> None:
    assert Unconnected().fetch(EXPORT) == Silence(Answer.NO_ANSWER)


@pytest.mark.parametrize("number", [EXPORT, IMPORT])
def test_an_answer_is_read_with_what_customs_decided(number: str) -> None:
    fresh, over = read(says(number), number), read(says(number, since=1e6), number)
    assert isinstance(fresh, Found)
    assert isinstance(over, Found)
    assert (fresh.papers.number, fresh.channel, fresh.cleared, fresh.simulated) == (number, None, False, True)
    assert (over.papers, over.cleared) == (fresh.papers, True)
    assert over.channel in Channel


def test_an_answer_may_say_more_than_is_known_of() -> None:
    declaration = SimulatedVnaccs().has(EXPORT, 0)["declaration"]
    more = declaration | {"PLT": "x", "lines": [line | {"TXR": 5} for line in declaration["lines"]]}
    assert isinstance(read(says(declaration=more, office="18A3"), EXPORT), Found)


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"<html>", Answer.UNREADABLE),
        (b"", Answer.UNREADABLE),
        (b"\xff\xfe", Answer.UNREADABLE),
        (says()[:-9], Answer.UNREADABLE),
        (says(declaration={}), Answer.UNREADABLE),
        (says(inspection_class="4"), Answer.UNREADABLE),
        (says("308000000002"), Answer.CONTRADICTS),
        (says(inspection_class=None, cleared=True), Answer.CONTRADICTS),
        (says(inspection_class="1", cleared=True, cancelled=True), Answer.CONTRADICTS),
    ],
)
def test_an_answer_that_cannot_be_believed_is_none(body: bytes, answer: Answer) -> None:
    assert read(body, EXPORT) == Silence(answer)


@given(st.binary(max_size=200))
def test_no_answer_whatever_breaks_who_reads_it(body: bytes) -> None:
    assert isinstance(read(body, EXPORT), Found | Silence)


@given(st.data())
def test_an_answer_damaged_on_its_way_is_none_or_another_answer(data: st.DataObject) -> None:
    body = bytearray(says(since=1e6))
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    told = read(bytes(body), EXPORT)
    assert not isinstance(told, Found) or told.papers.number == EXPORT


def test_the_simulation_says_the_same_of_a_number_every_time_and_another_seed_something_else() -> None:
    numbers = [f"30800000{serial:04}" for serial in range(1, 60) if serial % 100]
    first, second, other = ([SimulatedVnaccs(seed).has(number, 1e6) for number in numbers] for seed in (1, 1, 2))
    assert first == second
    assert first != other
    assert {told["inspection_class"] for told in first} == {"1", "2", "3"}


def test_the_simulation_is_late_slow_wrong_and_gone_as_it_is_told() -> None:
    vnaccs = SimulatedVnaccs(mood=Mood.LATE, pace=Pace(slow=3, known=20, channel=30, clear=40))
    assert [said.status for at in (0, 19, 20) if (said := vnaccs.answer(EXPORT, at))] == [404, 404, 200]
    vnaccs.mood = Mood.WELL
    decided = [read(said.body, EXPORT) for at in (29, 30, 40) if (said := vnaccs.answer(EXPORT, at))]
    assert [(one.channel is not None, one.cleared) for one in decided if isinstance(one, Found)] == [
        (False, False),
        (True, False),
        (True, True),
    ]
    vnaccs.mood = Mood.SLOW
    slow = vnaccs.answer(EXPORT, 50)
    assert slow is not None
    assert slow.after == 3
    vnaccs.mood = Mood.UNREACHABLE
    assert vnaccs.answer(EXPORT, 60) is None


@pytest.mark.parametrize("number", ["308000000100", "208000000001", "30800000000", "x"])
def test_the_simulation_does_not_know_every_number(number: str) -> None:
    said = SimulatedVnaccs().answer(number, 0)
    assert said is not None
    assert said.status == 404


@pytest.mark.parametrize("number", [EXPORT, IMPORT])
def test_whatever_the_simulation_says_wrongly_is_not_believed_as_it_stands(number: str) -> None:
    vnaccs = SimulatedVnaccs(mood=Mood.WRONG)
    told = [read(said.body, number) for at in range(len(WRONGS)) if (said := vnaccs.answer(number, at))]
    believed = [one.papers.type_code for one in told if isinstance(one, Found)]
    assert believed == ["E56"]  # which only the table of types refuses
    assert {one.answer for one in told if isinstance(one, Silence)} == {Answer.UNREADABLE, Answer.CONTRADICTS}
