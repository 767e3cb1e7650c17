"""Hours that close or shrink while somebody holds them, on the real database (I6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from events.queue_scheduling import SlotOffered, SlotStruck
from events.vehicle_registration import CrossingReady
from services.queue_scheduling.timers import follow_plan
from tests.builders.queue import TEN
from tests.integration.queue_scheduling.conftest import API, Border
from tests.integration.queue_scheduling.test_slots import (
    EIGHT,
    NINE,
    SEVEN,
    WEEK,
    WHY,
    asks,
    called,
    comes,
    holds,
    rounds_of_slots,
    slot,
    stands_at,
    told,
)
from tests.integration.queue_scheduling.test_slots_of_changed_routes import ROUTE, change, closes

A_MINUTE = timedelta(minutes=1)
AS_FREE = ("release", "move")


def closes_until(border: Border, until: datetime) -> None:
    told(border.two_operators().post(f"{ROUTE}/close", json=WHY | {"until": until.isoformat()}))
    border.gate.settle()


def offers(border: Border, holders: Sequence[CrossingReady]) -> list[tuple[datetime, ...]]:
    """What each was offered, told first that his hour has no room."""
    found = []
    for holder in holders:
        said = border.stated(holder.crossing_id)
        first = next((at for at, one in enumerate(said) if isinstance(one, SlotStruck)), len(said))
        found.append(tuple(one.starts for one in said[first:] if isinstance(one, SlotOffered)))
    return found


def struck(border: Border, *holders: CrossingReady) -> list[bool]:
    return [slot(border, holder)["struck"] for holder in holders]


def minutes_pass(border: Border, minutes: int) -> None:
    for _ in range(minutes):
        border.gate.wait(minutes=1)


def free_at(border: Border, hour: int) -> int:
    border.gate.clock.forward(seconds=4)  # one reading serves everybody for some seconds
    return int(told(border.gate.client.get(WEEK))["slots"][hour]["free"]["P4"])


def test_an_hour_that_closes_is_exchanged_for_the_next_one_with_room_or_called_for_when_it_is_over(
    border: Border,
) -> None:
    """Of nine o'clock one place is left, which goes to the first: the others are held ten."""
    first, second, stays, later = (holds(border, at) for at in (EIGHT, EIGHT, EIGHT, TEN))
    for _ in range(4):
        holds(border, NINE)
    comes(border, first, second, stays)
    waiting = border.trucks_join(3)
    closes_until(border, NINE)
    assert struck(border, first, second, stays, later) == [True, True, True, False]
    assert offers(border, [first, second, stays, later]) == [(NINE,), (TEN,), (TEN,), ()]
    for one, at in ((first, NINE), (second, TEN)):
        assert datetime.fromisoformat(told(asks(border, one, "accept"))["starts"]) == at
    told(asks(border, stays, "decline"))
    border.gate.settle()
    assert struck(border, first, second, stays) == [False, False, True]
    stands_at(border, NINE)
    assert (slot(border, stays)["stage"], slot(border, stays)["cause"]) == ("RELEASED", "OURS")
    minutes_pass(border, 6)
    assert called(border, stays.crossing_id).extraordinary
    assert called(border, first.crossing_id).slot == NINE
    assert border.calls()[0].crossing_id == stays.crossing_id not in waiting
    assert border.wrong_in_log() == []


def test_who_confirmed_last_has_no_room_in_an_hour_that_shrinks_and_has_it_again_when_it_grows(border: Border) -> None:
    holders = [holds(border, EIGHT) for _ in range(4)]
    comes(border, *reversed(holders))
    change(border, "reduce", export_per_hour=2, import_per_hour=2, until=NINE.isoformat())
    assert struck(border, *holders) == [False, False, True, True]
    assert offers(border, holders) == [(), (), (NINE,), (NINE,)]
    change(border, "reduce", export_per_hour=3, import_per_hour=3, until=NINE.isoformat())
    assert struck(border, *holders) == [False, False, False, True]
    assert free_at(border, 2) == 4, "what was held for the third is free again"
    change(border, "reopen")
    assert border.kinds(holders[3].crossing_id).count("SlotStruck") == 1
    assert [slot(border, one)["there_by"] for one in holders] == ["2025-07-01T00:50:00Z"] * 4
    stands_at(border, EIGHT - 5 * A_MINUTE)
    stands_at(border, EIGHT)
    minutes_pass(border, 12)
    assert border.stages(*(one.crossing_id for one in holders)) == ["CALLED"] * 4
    assert border.wrong_in_log() == []


def test_a_stop_until_further_notice_is_told_to_whoever_has_to_set_out_and_offers_nothing(border: Border) -> None:
    soon, far = holds(border, EIGHT), holds(border, TEN)
    border.joins(soon, far)
    stands_at(border, SEVEN - 10 * A_MINUTE)
    change(border, "pause")
    assert struck(border, soon, far) == [True, False]
    border.gate.clock.set(EIGHT)
    rounds_of_slots(border)
    assert (struck(border, soon, far), offers(border, [soon, far])) == ([True, True], [(), ()])


def test_who_was_told_not_to_come_is_not_looked_for_when_there_is_room_again_too_late_for_him(border: Border) -> None:
    holder = holds(border, EIGHT)
    border.joins(holder)
    stands_at(border, SEVEN)
    change(border, "pause")
    stands_at(border, EIGHT - 30 * A_MINUTE)
    change(border, "reopen")
    stands_at(border, EIGHT - 5 * A_MINUTE)
    assert (struck(border, holder), border.ticket(holder.crossing_id).slot) == ([False], EIGHT)


def test_what_has_no_room_is_given_up_or_moved_for_nothing(border: Border) -> None:
    moves, leaves, cancels = (holds(border, EIGHT) for _ in range(3))
    border.joins(moves, cancels)
    closes_until(border, NINE)
    stands_at(border, SEVEN - 30 * A_MINUTE)
    for one in (moves, leaves, cancels):
        assert [slot(border, one)[act]["percent"] for act in AS_FREE] == [0, 0]
    told(asks(border, moves, "move", starts=TEN.isoformat()))
    told(asks(border, leaves, "release"))
    withdrawn = border.trader(cancels.parties[0]).post(
        f"{API}/tickets/{cancels.crossing_id}/withdraw", json={"reason": "sold inland"}
    )
    told(withdrawn)
    assert not struck(border, moves)[0]
    assert border.wrong_in_log() == []


def test_a_closure_that_is_planned_is_told_as_soon_as_it_is_known(border: Border) -> None:
    held, other = holds(border, EIGHT), holds(border, NINE)
    closes(border, "08:00", "09:00")
    border.gate.do("queue_scheduling", lambda session: follow_plan(session, border.gate.clock))
    border.gate.settle()
    assert struck(border, held, other) == [True, False]
    assert offers(border, [held, other]) == [(NINE,), ()]
    stands_at(border, SEVEN + 10 * A_MINUTE)
    assert slot(border, held)["offered"] == "2025-07-01T02:00:00Z", "until his hour would have begun"
    stands_at(border, EIGHT)
    assert slot(border, held)["offered"] is None
    assert border.wrong_in_log() == []


def test_a_carrier_is_held_no_more_than_its_part_of_an_hour(border: Border) -> None:
    carrier = holds(border, NINE).carrier
    holds(border, NINE, carrier=carrier)
    held = holds(border, EIGHT, carrier=carrier)
    closes_until(border, NINE)
    assert offers(border, [held]) == [(TEN,)]
