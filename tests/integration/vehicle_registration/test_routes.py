"""Crossings as their routes let them come, and as they are found again."""

from __future__ import annotations

from typing import Any

import pytest

from events.queue_scheduling import Closure, ClosureCause, OpenHours, RoutePublished
from tests.builders.registration import MORNING
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


def blocked(crossing: dict[str, Any]) -> list[tuple[str, Any]]:
    """The rules that keep it back, each with the value it blames."""
    return [(failure["code"], failure["value"]) for failure in crossing["failures"] if failure["severity"] == "BLOCK"]
