"""A slot that is moved to another hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from events.queue_scheduling import SlotConfirmed
from events.words import Direction
from services.queue_scheduling.slots.holding import move_slot
from services.queue_scheduling.slots.refusals import CannotBook
from tests.builders.queue import TEN
from tests.integration.queue_scheduling.conftest import API, Border
from tests.integration.queue_scheduling.test_slots import (
    EIGHT,
    NINE,
    SEVEN,
    WEEK,
    WHY,
    asks,
    holds,
    slot,
    stands_at,
    told,
)


def test_a_slot_is_moved_once_and_cancelling_is_counted_from_its_hour(border: Border) -> None:
    holder = holds(border, EIGHT)
    border.joins(holder)
    told(asks(border, holder, "move", starts=NINE.isoformat(), accepts="0.5"))
    assert (slot(border, holder)["starts"], border.ticket(holder.crossing_id).slot) == (told_at(NINE), NINE)
    again = told(asks(border, holder, "move", starts=EIGHT.isoformat()), 409)
    assert again["code"] == "slots.moved_already"
    asking = border.trader(holder.parties[0])
    (terms,) = told(asking.get(f"{API}/terms", params={"crossing_id": str(holder.crossing_id)}))
    assert (datetime.fromisoformat(terms["comes_at"]), terms["cancel"]["percent"]) == (NINE, 50)
    assert border.wrong_in_log() == []


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
    to_seven = partial(move_slot, holder.crossing_id, SEVEN, clock=clock, accepts=Decimal("0.5"))
    border.gate.do("queue_scheduling", to_seven)
    assert slot(border, holder)["starts"] == "2025-07-01T00:00:00Z"
    assert border.ticket(holder.crossing_id).slot == SEVEN
    free = told(border.gate.client.get(WEEK))["slots"]
    assert [one["free"]["P4"] for one in free[:4]] == [4, 5, 5, 0]
    assert border.wrong_in_log() == []


IN_SIX_DAYS = (EIGHT + timedelta(days=6)).isoformat()
A_QUARTER = timedelta(minutes=15)


def test_moving_a_slot_costs_what_giving_it_up_costs(border: Border) -> None:
    holder = holds(border, EIGHT, direction=Direction.IMPORT)
    stands_at(border, EIGHT - A_QUARTER)
    assert slot(border, holder)["move"] == slot(border, holder)["release"]
    refused = told(asks(border, holder, "move", starts=IN_SIX_DAYS, accepts="0.5"), 409)
    assert [wrong["code"] for wrong in refused["problems"]] == ["queue_scheduling.cancel_late"]
    assert told(asks(border, holder, "move", starts=IN_SIX_DAYS, accepts="1"))["move"] is None, "once"
    moved = border.stated(holder.crossing_id)[-1]
    assert isinstance(moved, SlotConfirmed)
    assert (moved.share, moved.because) == (1, "queue_scheduling.cancel_late")
    told(asks(border, holder, "release"))
    assert border.wrong_in_log() == []


def test_a_slot_is_not_moved_once_its_truck_has_to_be_there_or_its_hour_has_begun(border: Border) -> None:
    leaving, entering = (holds(border, EIGHT, direction=direction) for direction in Direction)
    stands_at(border, EIGHT - timedelta(minutes=10))
    assert (slot(border, leaving)["move"], slot(border, entering)["move"]["percent"]) == (None, 100)
    stands_at(border, EIGHT)
    for late in (leaving, entering):
        assert (
            told(asks(border, late, "move", starts=IN_SIX_DAYS, accepts="1"), 409)["code"] == "slots.too_late_to_move"
        )


def test_a_slot_moves_freely_while_the_gate_itself_stands_still(border: Border) -> None:
    holder = holds(border, EIGHT)
    stands_at(border, EIGHT - A_QUARTER)
    told(border.operator().post(f"{API}/routes/hn-1119/pause", json=WHY | {"until": NINE.isoformat()}))
    told(asks(border, holder, "move", starts=IN_SIX_DAYS))
    assert slot(border, holder)["starts"] == "2025-07-07T01:00:00Z"
