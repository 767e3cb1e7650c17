"""The system calls just in time, as many as the gate has room for and the hour's capacity allows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from events.gate_operations import Authority, TruckArriving, TruckCheckedIn
from events.tracking import AreaEntered, AreaKind, AreaLeft
from services.queue_scheduling.ledger.leaf import Kind
from tests.builders.queue import TEN
from tests.integration.queue_scheduling.conftest import API, Border

SEVEN = TEN - timedelta(hours=3)
ON = """
UPDATE queue_scheduling.forwarding SET just_in_time = true, lanes = 2, places = 3, travel_minutes = 20, no_shows = 0
WHERE route = 'hn-1119' AND direction = 'EXPORT'
"""


def forward(border: Border) -> Any:  # noqa: ANN401 - JSON
    answer = border.operator().get(f"{API}/routes/hn-1119/forward")
    assert answer.status_code == 200, answer.text
    (export,) = (side for side in answer.json() if side["direction"] == "EXPORT")
    return export


@pytest.fixture
def gate(border: Border) -> Border:
    """Two lanes, three places before them, twenty minutes from the waiting area, 26 trucks an hour; sixty wait."""
    border.gate.do("queue_scheduling", lambda session: session.connection().exec_driver_sql(ON))
    border.trucks_join(60)
    return border


def at(border: Border, minutes: int) -> int:
    """So many minutes after seven; how many have ever been called."""
    border.gate.clock.set(SEVEN + timedelta(minutes=minutes))
    border.gate.settle()
    return len(border.calls())


def is_at_the_gate(border: Border, *trucks: UUID) -> None:
    border.hears(
        *[AreaEntered(crossing_id=one, area="gate-hn", kind=AreaKind.GATE) for one in trucks], source="tracking"
    )


def is_served(border: Border, *trucks: UUID) -> None:
    for truck in trucks:
        border.hears(TruckArriving(crossing_id=truck, first=Authority.CUSTOMS), source="gate_operations")
        border.hears(TruckCheckedIn(crossing_id=truck), source="gate_operations")


def test_before_the_opening_as_many_are_called_as_the_gate_has_room_for(gate: Border) -> None:
    assert at(gate, -36) == 0
    assert at(gate, -35) == 5, "two lanes and three places, a journey and a quarter of an hour before"
    assert {call.valid_until for call in gate.calls()} == {SEVEN + timedelta(hours=1)}, "it is open only from seven on"
    told = forward(gate)
    assert (told["moving"], told["wanted"], told["waits"]) == (5, 5, "ENOUGH_UNDERWAY")
    assert at(gate, -1) == 5
    assert at(gate, 0) == 14, "26 an hour for twenty minutes are on the way, besides lanes and places"
    assert (forward(gate)["capacity"], forward(gate)["calls"]) == (26, 9), "those before the opening are counted apart"
    early = [(leaf.hour, leaf.capacity) for leaf in gate.log() if leaf.kind is Kind.CALLED][:5]
    assert early == [(SEVEN - timedelta(hours=1), 5)] * 5
    assert gate.wrong_in_log() == []


def test_a_truck_that_is_through_makes_room_for_one_and_the_hour_for_no_more_than_its_capacity(gate: Border) -> None:
    assert at(gate, 0) == 14
    called = [call.crossing_id for call in gate.calls()]
    is_at_the_gate(gate, *called[:4])
    assert forward(gate)["on_apron"] == 4
    is_served(gate, *called[:4])
    assert at(gate, 1) == 18
    is_served(gate, *[call.crossing_id for call in gate.calls()][4:18])
    assert at(gate, 2) == 26
    assert forward(gate)["waits"] == "HOUR_FULL"
    is_served(gate, *[call.crossing_id for call in gate.calls()][18:])
    assert at(gate, 3) == 26
    assert at(gate, 60) == 28, "by now journeys are known to take no time: two lanes are all that is wanted"
    assert gate.wrong_in_log() == []


def test_a_called_truck_that_does_not_move_keeps_no_other_from_coming(gate: Border) -> None:
    assert at(gate, 0) == 14
    idle = [call.crossing_id for call in gate.calls()][:3]
    waiting = [AreaEntered(crossing_id=one, area="waiting-hn", kind=AreaKind.WAITING) for one in idle]
    gate.hears(*waiting, source="tracking")
    assert at(gate, 19) == 14
    gate.hears(AreaLeft(crossing_id=idle[0], area="waiting-hn", kind=AreaKind.WAITING), source="tracking")
    assert at(gate, 21) == 16


def test_a_paused_route_calls_nobody_and_goes_on_where_it_stood(gate: Border) -> None:
    assert gate.operator().post(f"{API}/routes/hn-1119/pause", json={"reason": "fog"}).status_code == 200
    assert at(gate, 5) == 0
    assert forward(gate)["waits"] == "STOPPED"
    assert gate.operator().post(f"{API}/routes/hn-1119/reopen").status_code == 200
    assert at(gate, 6) == 14


def test_journeys_and_no_shows_are_measured_once_there_are_enough(gate: Border) -> None:
    gate.trucks_join(30)
    for minute in range(0, 80, 10):
        underway = [call.crossing_id for call in gate.calls() if gate.ticket(call.crossing_id).stage == "CALLED"]
        at(gate, minute)
        is_at_the_gate(gate, *underway)
        is_served(gate, *underway)
    planned = "UPDATE queue_scheduling.forwarding SET no_shows = 0.2"
    gate.gate.do("queue_scheduling", lambda session: session.connection().exec_driver_sql(planned))
    told = forward(gate)
    assert told["travel_minutes"] == 10
    assert told["no_shows"] == 0.0


def test_where_a_truck_is_nobody_remembers_once_it_is_through(gate: Border) -> None:
    assert at(gate, 0) == 14
    truck = gate.calls()[0].crossing_id
    is_at_the_gate(gate, truck)
    assert gate.gate.rows("queue_scheduling", "SELECT kind FROM queue_scheduling.whereabouts")[0].kind == "GATE"
    is_served(gate, truck)
    is_at_the_gate(gate, truck)
    assert gate.gate.rows("queue_scheduling", "SELECT kind FROM queue_scheduling.whereabouts") == []
