"""What becomes of slots when what a route does changes: what is sold of it, and who lost nothing by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from events.words import Direction, TicketClass
from services.queue_scheduling.slots.queries import week_of
from services.queue_scheduling.tables import hours
from services.queue_scheduling.timers import follow_plan
from tests.integration.queue_scheduling.conftest import API, Border
from tests.integration.queue_scheduling.test_slots import (
    EIGHT,
    WHY,
    codes,
    filed,
    found_wrong,
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
    assert found_wrong(border) == []


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
    assert at_eight(border) == (10, 9)
