"""A call that runs out while the truck is on its way, on the real database."""

from __future__ import annotations

from datetime import timedelta

from events.gate_operations import CrossingCompleted
from events.queue_scheduling import CallExtended, CallMissed, TruckCalled
from events.tracking import AreaEntered, AreaKind, AreaLeft, TruckCameNear, TruckWentAway
from tests.integration.queue_scheduling.conftest import Border

KEPT = ("TruckQueued", "TruckCalled", "CallExtended")


def test_a_truck_within_twenty_kilometres_is_waited_for_half_an_hour_more_and_no_longer(border: Border) -> None:
    near, gone = border.trucks_join(2)
    border.hears(TruckCameNear(crossing_id=near, within_km=20), source="tracking")
    border.hears(TruckCameNear(crossing_id=gone, within_km=20), TruckWentAway(crossing_id=gone), source="tracking")
    border.opens(minutes=5)
    assert border.stages(near, gone) == ["CALLED", "CALLED"]
    border.gate.wait(minutes=62)
    assert border.kinds(near) == [*KEPT]
    assert "CallMissed" in border.kinds(gone)
    called, extended = border.stated(near)[1:]
    assert isinstance(called, TruckCalled)
    assert isinstance(extended, CallExtended)
    assert extended.valid_until == called.valid_until + timedelta(minutes=30) == border.ticket(near).valid_until
    border.gate.wait(minutes=31)
    missed = border.stated(near)[3]
    assert isinstance(missed, CallMissed)
    assert (missed.cause, missed.because) == ("OWN", None)


def test_a_truck_that_stood_at_the_gate_unconfirmed_is_called_again_ahead_of_the_numbers(border: Border) -> None:
    (truck,) = border.trucks_join(1)
    border.opens(minutes=3)
    at_gate = AreaEntered(crossing_id=truck, area="hn-gate", kind=AreaKind.GATE)
    yard = AreaEntered(crossing_id=truck, area="hn-yard", kind=AreaKind.YARD)
    border.hears(at_gate, yard, AreaLeft(crossing_id=truck, area="hn-yard", kind=AreaKind.YARD), source="tracking")
    border.gate.wait(minutes=60)
    border.gate.wait(minutes=1)
    missed, _, called = border.stated(truck)[2:5]
    assert isinstance(missed, CallMissed)
    assert (missed.cause, missed.because) == ("OURS", "queue_scheduling.missed_at_the_gate")
    assert isinstance(called, TruckCalled)
    assert called.extraordinary
    border.gate.wait(minutes=62)
    again = [event for event in border.stated(truck) if isinstance(event, CallMissed)][1]
    assert (again.cause, again.because) == ("OWN", None), "whoever was called anew reports to an officer"


def test_where_a_truck_was_is_forgotten_when_its_way_has_ended(border: Border) -> None:
    (truck,) = border.trucks_join(1)
    border.hears(TruckCameNear(crossing_id=truck, within_km=20), source="tracking")
    seen = "SELECT count(*) AS n FROM queue_scheduling.sightings"
    assert border.gate.rows("queue_scheduling", seen)[0].n == 1
    border.hears(CrossingCompleted(crossing_id=truck), source="gate_operations")
    assert border.gate.rows("queue_scheduling", seen)[0].n == 0
