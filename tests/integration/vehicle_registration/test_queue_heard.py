"""What the queue says of a crossing, as the desk hears it."""

from __future__ import annotations

from uuid import UUID

from events.gate_operations import CrossingCompleted
from events.queue_scheduling import TruckNotQueued
from events.words import Failure
from tests.integration.vehicle_registration.conftest import Border, queued


def test_who_is_kept_out_of_the_queue_after_joining_can_be_mended_here(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers())
    told = {"crossing_id": UUID(crossing["id"]), "route": "hn-1119", "failures": (Failure(code="R017", field="$"),)}
    border.states(queued(crossing))
    assert firm.amends(crossing, containers=[]).status_code == 409
    border.states(TruckNotQueued(**told), times=2)
    seen = firm.sees(crossing)
    assert seen["stage"] == "READY"
    assert firm.amends(seen, driver_id=None).status_code == 200
    border.states(queued(crossing, again=True))
    assert firm.sees(crossing)["stage"] == "QUEUED"


def test_an_end_heard_before_the_queue_is_an_end(border: Border) -> None:
    firm = border.firm()
    crossing = firm.crossing(firm.registers())
    border.states(CrossingCompleted(crossing_id=UUID(crossing["id"])))
    border.states(queued(crossing))
    assert firm.sees(crossing)["stage"] == "OVER"
