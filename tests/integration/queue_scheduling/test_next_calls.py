"""The trucks shown as next are the ones that are called: the dispatcher's own choice, made on a copy."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from sqlalchemy import event

from bordergate.auth import Role
from bordergate.ids import new_id
from events.vehicle_registration import CrossingCancelled
from events.words import Direction
from services.queue_scheduling.queries.next_calls import HELD
from tests.builders.queue import DURIAN, FUEL, LYCHEE, MACHINES, RELIEF, a_ready_crossing
from tests.integration.queue_scheduling.conftest import API, Border

FIRM = new_id()
GOODS = (MACHINES, DURIAN, LYCHEE, FUEL, RELIEF, None)


def shown(border: Border, calls: int = 4) -> list[str]:
    """The exports shown as next."""
    answer = border.operator().get(f"{API}/routes/hn-1119/next", params={"calls": calls})
    assert answer.status_code == 200, answer.text
    told: list[dict[str, Any]] = answer.json()
    (exports,) = (one["calls"] for one in told if one["direction"] == Direction.EXPORT)
    return [call["crossing_id"] for call in exports]


def called(border: Border) -> list[str]:
    """All calls ever made, as they were made."""
    rows = border.gate.rows(
        "queue_scheduling",
        "SELECT crossing_id FROM queue_scheduling.tickets WHERE called_at IS NOT NULL ORDER BY called_at, version",
    )
    return [str(row.crossing_id) for row in rows]


def load(border: Border, dice: Random, trucks: int) -> None:
    """Trucks of every class, some of which cannot come for now, or leave again."""
    for _ in range(trucks):
        goods = dice.choice(GOODS)
        more = {"goods": goods} if goods else {"goods": MACHINES, "empty": True}
        (crossing,) = border.joins(a_ready_crossing(**more))
        border.gate.clock.forward(minutes=dice.choice((0, 1, 12)))
        if dice.random() < 0.2:
            border.is_not_ready(crossing)
        elif dice.random() < 0.2:
            border.hears(CrossingCancelled(crossing_id=crossing, reason="other plans"))


@pytest.mark.parametrize("seed", range(4))
def test_the_first_shown_is_the_one_that_is_called(border: Border, seed: int) -> None:
    load(border, Random(seed), 18)  # noqa: S311 - a test's own dice
    border.opens()
    agreed = 0
    for _ in range(30):
        expected, before = shown(border), set(called(border))
        border.gate.wait(minutes=1)
        new = [crossing for crossing in called(border) if crossing not in before]
        assert set(new) == set(expected[: len(new)])
        agreed += len(new)
    assert agreed > 8


def test_an_urgent_perishable_is_shown_before_a_smaller_number_and_the_looking_calls_nobody(border: Border) -> None:
    border.joins(*[a_ready_crossing(goods=MACHINES) for _ in range(3)])
    border.gate.clock.forward(minutes=1)
    (urgent,) = border.joins(a_ready_crossing(goods=LYCHEE))
    standard = border.trucks_join(1, goods=MACHINES)
    border.opens()
    told = shown(border, 5)
    assert str(urgent) in told
    assert len(told) == len(set(told)) == 5 - len(called(border))
    before = border.queue()
    assert shown(border, 5) == told
    assert border.queue() == before
    assert border.ticket(standard[0]).stage == "WAITING"


def test_what_is_shown_as_next_is_the_queue_of_one_instant(border: Border) -> None:
    """Between two reads of one look somebody leaves: he is in both or in neither."""
    trucks = border.trucks_join(3, parties=(FIRM,))
    trader, left = border.trader(FIRM), list[int]()

    def somebody_leaves(_: Any, __: Any, statement: str, *___: Any) -> None:  # noqa: ANN401 - the engine's shape
        if statement == HELD and not left:
            answer = trader.post(f"{API}/tickets/{trucks[0]}/withdraw", json={"reason": "sold inland"})
            left.append(answer.status_code)

    engine = border.gate.gate.engine
    event.listen(engine, "after_cursor_execute", somebody_leaves)
    try:
        answer = border.operator().get(f"{API}/routes/hn-1119/next").json()
    finally:
        event.remove(engine, "after_cursor_execute", somebody_leaves)
    assert left == [200]
    (calls,) = (one["calls"] for one in answer if one["direction"] == "EXPORT")
    assert [(call["crossing_id"], call["number"]) for call in calls] == [
        (str(truck), number) for number, truck in enumerate(trucks, start=1)
    ]


def test_nobody_is_next_where_nobody_waits_and_a_trader_is_not_told(border: Border) -> None:
    assert shown(border) == []
    (crossing,) = border.trucks_join(1)
    assert shown(border) == [str(crossing)]
    assert border.operator(Role.TRADER).get(f"{API}/routes/hn-1119/next").status_code == 403
    assert border.operator().get(f"{API}/routes/nowhere/next").status_code == 404
