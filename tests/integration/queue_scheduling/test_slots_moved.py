"""A slot that is moved to another hour."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest

from services.queue_scheduling.slots.holding import move_slot
from services.queue_scheduling.slots.refusals import CannotBook
from tests.builders.queue import TEN
from tests.integration.queue_scheduling.conftest import API, Border
from tests.integration.queue_scheduling.test_slots import (
    EIGHT,
    NINE,
    SEVEN,
    WEEK,
    asks,
    found_wrong,
    holds,
    slot,
    told,
)


def test_a_slot_is_moved_once_and_cancelling_is_counted_from_its_hour(border: Border) -> None:
    holder = holds(border, EIGHT)
    border.joins(holder)
    told(asks(border, holder, "move", starts=NINE.isoformat()))
    assert (slot(border, holder)["starts"], border.ticket(holder.crossing_id).slot) == (told_at(NINE), NINE)
    again = told(asks(border, holder, "move", starts=EIGHT.isoformat()), 409)
    assert again["code"] == "slots.moved_already"
    asking = border.trader(holder.parties[0])
    (terms,) = told(asking.get(f"{API}/terms", params={"crossing_id": str(holder.crossing_id)}))
    assert (datetime.fromisoformat(terms["comes_at"]), terms["cancel"]["percent"]) == (NINE, 50)
    assert found_wrong(border) == []


def told_at(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def test_a_slot_moves_to_another_hour_that_has_room(border: Border) -> None:
    holder, clock = holds(border, EIGHT), border.gate.clock
    border.joins(holder)
    for _ in range(5):
        holds(border, TEN)
    with pytest.raises(CannotBook) as refused:
        border.gate.do("queue_scheduling", partial(move_slot, holder.crossing_id, TEN, clock=clock))
    assert [wrong.code for wrong in refused.value.problems] == ["slots.full"]
    border.gate.do("queue_scheduling", partial(move_slot, holder.crossing_id, SEVEN, clock=clock))
    assert slot(border, holder)["starts"] == "2025-07-01T00:00:00Z"
    assert border.ticket(holder.crossing_id).slot == SEVEN
    free = told(border.gate.client.get(WEEK))["slots"]
    assert [one["free"]["P4"] for one in free[:4]] == [4, 5, 5, 0]
    assert found_wrong(border) == []
