"""What becomes of slots when what a route does changes: what is sold of it, and who lost nothing by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from bordergate.ids import new_id
from events.vehicle_registration import CrossingReady
from events.words import Direction, TicketClass
from services.queue_scheduling.slots.queries import week_of
from services.queue_scheduling.tables import closures, hours
from services.queue_scheduling.timers import follow_plan
from tests.builders.queue import TEN, a_ready_crossing
from tests.integration.queue_scheduling.conftest import API, Border
from tests.integration.queue_scheduling.test_slots import (
    EIGHT,
    NINE,
    WHY,
    asks,
    codes,
    comes,
    filed,
    holds,
    reserves,
    slot,
    stands_at,
    told,
)

ROUTE = f"{API}/routes/hn-1119"
A_MINUTE = timedelta(minutes=1)


def at_eight(border: Border) -> tuple[int, int]:
    """The places of the hour at eight, and how many are free for standard trucks."""
    now = border.gate.clock.now()
    week = border.gate.do("queue_scheduling", lambda session: week_of(session, "hn-1119", Direction.EXPORT, now))
    eight = next(one for one in week.slots if one.starts == EIGHT)
    return eight.places, eight.free[TicketClass.P4]


def change(border: Border, to: str, **body: Any) -> None:  # noqa: ANN401 - any JSON
    told(border.operator().post(f"{ROUTE}/{to}", **({"json": WHY | body} if to != "reopen" else {})))
    border.gate.settle()


def test_a_reduced_route_sells_no_slot_beyond_its_calls_and_takes_none_away(border: Border) -> None:
    holders = [holds(border, EIGHT) for _ in range(2)]
    assert at_eight(border) == (5, 3)
    change(border, "reduce", export_per_hour=10, import_per_hour=10)
    assert at_eight(border) == (2, 0)
    assert codes(reserves(border, filed(border), EIGHT)) == ["full"]
    assert [slot(border, holder)["stage"] for holder in holders] == ["CONFIRMED"] * 2
    change(border, "reopen")
    assert at_eight(border) == (5, 3)
    told(reserves(border, filed(border), EIGHT), 201)
    assert border.wrong_in_log() == []


def test_what_was_measured_in_a_pause_is_measured_again_when_it_ends_by_itself(border: Border) -> None:
    holder = holds(border, EIGHT)
    ends = border.gate.clock.now() + 40 * A_MINUTE
    change(border, "reduce", export_per_hour=4, import_per_hour=4)
    assert codes(reserves(border, filed(border), EIGHT)) == ["full"]
    change(border, "reduce", export_per_hour=4, import_per_hour=4, until=ends.isoformat())
    stands_at(border, ends)
    assert at_eight(border) == (5, 4)
    assert slot(border, holder)["stage"] == "CONFIRMED"


def test_other_hours_in_the_plan_are_sold_from_the_moment_they_are_known(border: Border) -> None:
    holds(border, EIGHT)

    def plan(session: Session) -> None:
        session.execute(update(hours).where(hours.c.route == "hn-1119").values(export_per_hour=52))
        follow_plan(session, border.gate.clock)

    border.gate.do("queue_scheduling", plan)
    assert at_eight(border) == (10, 8), "one is his, one is kept for an empty truck"


def test_whoever_stops_a_route_is_told_how_many_slots_fall_into_that_time(border: Border) -> None:
    joined, _, released, _, _ = (holds(border, at) for at in (EIGHT, EIGHT, EIGHT, NINE, TEN))
    told(asks(border, released, "release", accepts="0.5"))
    told(reserves(border, filed(border), EIGHT), 201)
    border.joins(joined)
    seen = {}
    for until in (EIGHT, NINE, NINE + A_MINUTE):
        asked = {"status": "CLOSED", "until": until.isoformat()}
        sides = told(border.operator().get(f"{ROUTE}/effect", params=asked))
        seen[until] = {side["direction"]: side["booked"] for side in sides}
    assert [sides["EXPORT"] for sides in seen.values()] == [0, 3, 4]
    assert {sides["IMPORT"] for sides in seen.values()} == {0}


def closes(border: Border, since: str, until: str) -> None:
    """A storm is known of: Hữu Nghị closes today for some hours."""
    today = TEN.astimezone(HANOI).date()
    told = {"route": "hn-1119", "source": "a test", "illustrative": True, "cause": "WEATHER"}
    span = {"valid_from": today, "valid_to": today + timedelta(days=1), "starts": since, "ends": until}
    border.gate.do("queue_scheduling", lambda session: session.execute(insert(closures).values(told | span)))


def ends_at(border: Border, holder: CrossingReady) -> tuple[str, str | None]:
    shown = slot(border, holder)
    return shown["stage"], shown["cause"]


def test_who_does_not_come_for_an_hour_that_is_closed_is_not_late(border: Border) -> None:
    holder = holds(border, EIGHT)
    border.joins(holder)
    closes(border, "08:00", "10:00")
    assert slot(border, holder)["there"]["code"] == "slots.there_closed"
    stands_at(border, EIGHT - 5 * A_MINUTE)
    assert ends_at(border, holder) == ("CONFIRMED", None)
    stands_at(border, NINE)
    assert ends_at(border, holder) == ("RELEASED", "OURS")
    assert border.wrong_in_log() == []


def test_who_does_not_come_to_a_route_that_stands_still_just_before_his_hour_is_not_late(border: Border) -> None:
    holder = holds(border, EIGHT)
    border.joins(holder)
    stands_at(border, EIGHT - 40 * A_MINUTE)
    assert slot(border, holder)["there"] is None
    told(border.operator().post(f"{ROUTE}/pause", json=WHY))
    assert slot(border, holder)["there"]["code"] == "slots.there_standing_still"
    stands_at(border, EIGHT - 5 * A_MINUTE)
    assert slot(border, holder)["struck"]
    assert ends_at(border, holder) == ("CONFIRMED", None)
    assert border.wrong_in_log() == []


@pytest.mark.parametrize(
    ("paused_for", "ended"), [(30, ("RELEASED", "OURS")), (29, ("LOST", "LATE"))], ids=["half", "less"]
)
def test_nobody_is_late_for_an_hour_in_which_nobody_was_called(
    border: Border, paused_for: int, ended: tuple[str, str]
) -> None:
    """One is not ready and never joined; one is kept out of the queue by his driver's other truck; one waits."""
    never, refused, waits = holds(border, EIGHT), holds(border, EIGHT), holds(border, EIGHT)
    driver = new_id()
    border.joins(a_ready_crossing(driver_id=driver), refused.model_copy(update={"driver_id": driver}))
    comes(border, waits)
    border.is_not_ready(waits.crossing_id)
    assert border.stages(refused.crossing_id) == ["REFUSED"]
    stands_at(border, EIGHT)
    change(border, "pause")
    stands_at(border, EIGHT + paused_for * A_MINUTE)
    change(border, "reopen")
    stands_at(border, NINE)
    assert [ends_at(border, one) for one in (never, refused, waits)] == [ended] * 3
    assert border.wrong_in_log() == []
