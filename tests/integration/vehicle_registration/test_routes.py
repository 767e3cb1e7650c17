"""Crossings as their routes let them come, and as they are found again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from events.queue_scheduling import Closure, ClosureCause, OpenHours, RoutePublished, SlotConfirmed, SlotEnded
from events.tracking import AreaEntered, AreaKind
from events.words import Direction
from tests.builders.registration import MORNING
from tests.builders.stories import a_route
from tests.integration.vehicle_registration.conftest import API, Border, laden, queued


@pytest.mark.parametrize(
    ("asked", "typed"),
    [
        ("plate", "桂A·12345"),
        ("plate", "A12345"),
        ("plate", "a-123.45"),
        ("container", "CSQU 305438-3"),
        ("declaration", "3080 0000 0000"),
    ],
)
def test_a_crossing_is_found_by_what_it_bears_however_it_is_typed(border: Border, asked: str, typed: str) -> None:
    firm, other = border.firm(), border.firm()
    chinese = firm.registers("桂A12345", country="CN")
    (found,) = firm.files(laden(chinese, containers=("CSQU3054383",))).json()["crossings"]
    firm.crossing(firm.registers())
    seen = firm.asking.get(f"{API}/crossings", params={asked: typed}).json()["items"]
    assert [crossing["id"] for crossing in seen] == [found["id"]]
    assert other.asking.get(f"{API}/crossings", params={asked: typed}).json()["items"] == []


def test_a_crossing_is_judged_by_the_hours_its_route_publishes_and_again_when_they_change(border: Border) -> None:
    firm = border.firm()
    hours = tuple(
        OpenHours(weekday=day, opens="07:00", closes="19:00", export_per_hour=20, import_per_hour=40)
        for day in range(7)
    )
    closed = Closure(first_day=MORNING.date(), starts="00:00", ends="24:00", cause=ClosureCause.OPPOSITE_SIDE)
    route = RoutePublished(route="hn-1119", gate="Hữu Nghị", label="1119-1120", opposite="Youyi Guan", hours=hours)
    border.states(route.model_copy(update={"closures": (closed,)}))
    crossing = firm.crossing(firm.registers())
    assert blocked(crossing) == [("R040", "hn-1119")]
    border.states(route)
    assert firm.sees(crossing)["stage"] == "READY"
    border.states(route.model_copy(update={"closures": (closed,)}))
    assert firm.sees(crossing)["stage"] == "NOT_READY"
    border.states(route, queued(crossing), route.model_copy(update={"closures": (closed,)}))
    assert (firm.sees(crossing)["stage"], blocked(firm.sees(crossing))) == ("QUEUED", [])


def test_a_route_that_nobody_publishes_is_never_open(border: Border) -> None:
    firm = border.firm()
    early = firm.crossing(firm.registers("12C-111.11"), route="hn-9999")
    assert blocked(early) == [], "no route is published yet: nobody knows"
    border.states(a_route("hn-1119"))
    late = firm.crossing(firm.registers("12C-222.22"), route="hn-9999")
    assert (late["stage"], blocked(late)) == ("NOT_READY", [("R040", "hn-9999")])
    border.states(a_route("hn-9999"))
    assert firm.sees(late)["stage"] == "READY"


def blocked(crossing: dict[str, Any]) -> list[tuple[str, Any]]:
    """The rules that keep it back, each with the value it blames."""
    return [(failure["code"], failure["value"]) for failure in crossing["failures"] if failure["severity"] == "BLOCK"]


def about_arrival(crossing: dict[str, Any]) -> list[dict[str, Any]]:
    """What is said of when its truck comes."""
    return [failure for failure in crossing["failures"] if failure["code"] == "R042"]


def a_slot(crossing: dict[str, Any], starts: datetime) -> SlotConfirmed:
    on_route = {"route": "hn-1119", "direction": Direction.EXPORT}
    return SlotConfirmed(crossing_id=UUID(crossing["id"]), starts=starts, minutes=60, **on_route)


@pytest.mark.parametrize("slot_first", [True, False])
def test_who_comes_outside_his_slots_time_is_told_so_whichever_news_comes_first(
    border: Border,
    slot_first: bool,  # noqa: FBT001 - the parameter is the case
) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers())
    came = AreaEntered(crossing_id=UUID(crossing["id"]), area="waiting", kind=AreaKind.WAITING)  # at MORNING
    slot = a_slot(crossing, MORNING + timedelta(hours=6))
    border.states(queued(crossing), *((slot, came) if slot_first else (came, slot)))
    (late,) = about_arrival(firm.sees(crossing))
    assert (late["severity"], datetime.fromisoformat(late["value"]["arrived"])) == ("WARN", MORNING)
    assert firm.sees(crossing)["stage"] == "QUEUED"
    border.states(a_slot(crossing, MORNING + timedelta(hours=3)))
    assert about_arrival(firm.sees(crossing)) == []
    assert border.stated(crossing) == ["crossing_submitted", "crossing_ready", "warnings_changed", "warnings_changed"]


def test_in_the_live_queue_and_at_the_gate_nothing_is_said_of_who_keeps_to_his_plan(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers())
    elsewhere = AreaEntered(crossing_id=UUID(crossing["id"]), area="gate", kind=AreaKind.GATE)
    waiting = AreaEntered(crossing_id=UUID(crossing["id"]), area="waiting", kind=AreaKind.WAITING)
    passing = waiting.model_copy(update={"route": "tt-1088"})
    border.states(queued(crossing), a_slot(crossing, MORNING + timedelta(hours=6)), elsewhere, passing)
    assert about_arrival(firm.sees(crossing)) == []
    named = {"crossing_id": UUID(crossing["id"]), "route": "hn-1119", "direction": Direction.EXPORT}
    border.states(SlotEnded(**named, starts=MORNING + timedelta(hours=6), cause="GIVEN_UP"), waiting)
    assert about_arrival(firm.sees(crossing)) == []
