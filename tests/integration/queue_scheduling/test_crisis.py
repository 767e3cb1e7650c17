"""A crisis: declared and lifted by two officers, it lets the spoiled give way to what can be saved, as receipts say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from events.queue_scheduling import CrisisDeclared, CrisisLifted, PromiseExchanged
from events.words import Direction, Goods
from services.queue_scheduling.ledger.leaf import Kind
from tests.builders.queue import TEN
from tests.integration.queue_scheduling.conftest import API, Border

CRISIS = f"{API}/routes/hn-1119/crisis"
WHY = {"direction": "EXPORT", "reason": "four thousand wait since the far side closed"}
HERBS = Goods(hs_chapters=("07",), shelf_life_hours=2.0)
DURIAN = Goods(hs_chapters=("08",), shelf_life_hours=54.0)


def declare(border: Border, path: str = CRISIS) -> Any:  # noqa: ANN401 - JSON
    answer = border.two_operators().post(path, json=WHY)
    assert answer.status_code == 200, answer.text
    return answer.json()[0]


@pytest.fixture
def crowd(border: Border) -> list[UUID]:
    """At three in the morning: herbs that last until five, thirty standard trucks, durians that last for days."""
    herbs = border.trucks_join(3, goods=HERBS)
    border.trucks_join(30)
    return [*herbs, *border.trucks_join(3, goods=DURIAN)]


def test_what_a_crisis_would_do_is_shown_before_it_is_declared(border: Border, crowd: list[UUID]) -> None:
    assert len(crowd) == 6
    border.gate.wait(hours=3)
    export, inward = border.operator().get(CRISIS).json()
    assert (export["since"], export["perishables"], export["good"], export["spoiled"]) == (None, 6, 3, 3)
    assert (export["falling"], export["later"]) == (3, 2 + 2000 - 250), "of the third, before whom two waited"
    assert (inward["direction"], inward["perishables"]) == ("IMPORT", 0)
    assert border.wrong_in_log() == []


def test_in_a_crisis_the_spoiled_wait_for_their_second_numbers_and_nobody_else_waits_longer(
    border: Border, crowd: list[UUID]
) -> None:
    herbs, durians = crowd[:3], crowd[3:]
    before = [border.ticket(truck) for truck in crowd]
    border.gate.wait(hours=3)
    assert [border.ticket(truck).promise for truck in herbs] == [row.promise for row in before[:3]], "no crisis yet"
    assert declare(border)["since"]
    border.gate.settle()
    for row in before[:3]:
        (moved,) = [event for event in border.stated(row.crossing_id) if isinstance(event, PromiseExchanged)]
        assert moved.promise == row.second == border.ticket(row.crossing_id).promise
    assert [border.ticket(truck).promise for truck in durians] == [row.promise for row in before[3:]]
    border.gate.clock.set(TEN)
    border.gate.wait(minutes=59)
    leaves, wrong = border.log(), border.wrong_in_log()
    assert wrong == []
    assert [leaf.kind for leaf in leaves].count(Kind.SPOILED) == 3
    assert any(leaf.kind is Kind.CALLED for leaf in leaves)
    assert set(border.stages(*herbs)) == {"WAITING"}, "thirty standard trucks and three durians come first"


def test_a_load_that_spoils_after_a_crisis_is_lifted_keeps_its_number(border: Border, crowd: list[UUID]) -> None:
    early = border.ticket(crowd[0]).promise
    declare(border)
    border.gate.wait(hours=1)
    lifted = declare(border, f"{CRISIS}/lift")
    assert lifted["since"] is None
    border.gate.wait(hours=3)
    assert border.ticket(crowd[0]).promise == early
    kinds = [type(event) for event in border.stated("hn-1119") if isinstance(event, CrisisDeclared | CrisisLifted)]
    assert kinds == [CrisisDeclared, CrisisLifted]
    rows = border.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.crises ORDER BY entry")
    assert [(row.direction, row.declared, len(row.officers)) for row in rows] == [
        (Direction.EXPORT, True, 2),
        (Direction.EXPORT, False, 2),
    ]
    assert border.wrong_in_log() == []


def test_who_fell_back_once_falls_back_no_further(border: Border, crowd: list[UUID]) -> None:
    declare(border)
    border.gate.wait(hours=3)
    fallen = [border.ticket(truck).promise for truck in crowd[:3]]
    border.trucks_join(5, goods=DURIAN)
    border.gate.wait(hours=1)
    assert [border.ticket(truck).promise for truck in crowd[:3]] == fallen
    assert border.wrong_in_log() == []


def test_many_are_spoiled_at_once_in_few_statements(border: Border) -> None:
    """Of each only its number, given back and taken, and its ticket are written apart: all else of all at once."""
    asked: list[str] = []
    counted = []
    event.listen(border.gate.gate.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    for herbs in (5, 25):
        border.trucks_join(herbs, goods=HERBS)
        border.gate.wait(hours=3)
        told_before = len(asked)
        declare(border)
        border.gate.settle()
        counted.append(len(asked) - told_before)
        declare(border, f"{CRISIS}/lift")
        border.closes_for_the_night()
    assert counted[1] - counted[0] <= 3 * 20, counted


def test_a_crisis_takes_two_officers_and_is_declared_and_lifted_once(border: Border) -> None:
    assert border.operator().post(CRISIS, json=WHY).status_code == 403
    assert border.two_operators().post(f"{CRISIS}/lift", json=WHY).json()["code"] == "queue_scheduling.no_crisis"
    declare(border)
    again = border.two_operators().post(CRISIS, json=WHY)
    assert (again.status_code, again.json()["code"]) == (409, "queue_scheduling.crisis_declared_already")
    elsewhere = border.operator(routes=frozenset({"tt-1088"}))
    assert elsewhere.get(CRISIS).status_code == 403
