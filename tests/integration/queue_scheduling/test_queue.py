"""A truck's way through the queue, on the real database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bordergate.commands import load_service_reference
from bordergate.ids import new_id
from events.gate_operations import Authority, StageTakenBack, TruckArriving, TruckCheckedIn, TruckRejected
from events.queue_scheduling import (
    CallMissed,
    RoutePublished,
    TicketPassed,
    TicketWithdrawn,
    TruckCalled,
    TruckNotQueued,
    TruckQueued,
)
from events.vehicle_registration import CrossingCancelled
from events.words import Direction, TicketClass
from services.queue_scheduling.service import service
from tests.builders.news import as_record, enveloped
from tests.builders.queue import DURIAN, FUEL, MACHINES, RELIEF, TEN, a_ready_crossing
from tests.integration.queue_scheduling.conftest import Border

SEVEN = TEN - timedelta(hours=3)


def test_routes_are_published_once_with_hours_and_capacity(border: Border) -> None:
    (told,) = border.stated("hn-1119")
    assert isinstance(told, RoutePublished)
    assert told.gate == "Hữu Nghị"
    assert [(day.weekday, day.opens, day.closes) for day in told.hours] == [(d, "07:00", "19:00") for d in range(7)]
    load_service_reference(border.gate.gate, service)
    assert len(border.stated("hn-1119")) == 1


def test_a_ready_crossing_is_promised_its_first_come_number(border: Border) -> None:
    crossings = border.trucks_join(3)
    for place, crossing in enumerate(crossings, start=1):
        (queued,) = border.stated(crossing)
        assert isinstance(queued, TruckQueued)
        assert (queued.first_come, queued.promise, queued.ahead) == (place, place, place - 1)
        assert not queued.again


def test_a_crossing_heard_twice_joins_once(border: Border) -> None:
    crossing = a_ready_crossing()
    border.hears(crossing, times=2)
    border.hears(crossing)
    assert border.kinds(crossing.crossing_id) == ["TruckQueued"]


def test_crossings_of_one_poll_join_in_the_order_in_which_they_became_ready(border: Border) -> None:
    early, late = a_ready_crossing(), a_ready_crossing()
    at = border.gate.clock.now()
    for crossing, minutes in ((late, 2), (early, 1)):
        time = at + timedelta(minutes=minutes)
        envelope = enveloped(crossing, 1, source="vehicle_registration", time=time)
        border.gate.publish(as_record(envelope))
    border.gate.settle()
    assert [border.ticket(one.crossing_id).promise for one in (early, late)] == [1, 2]
    assert border.ticket(early.crossing_id).enqueued_at == at + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("goods", "empty", "ticket_class"),
    [
        (RELIEF, False, TicketClass.P0),
        (FUEL, False, TicketClass.P1),
        (DURIAN, False, TicketClass.P2),
        (MACHINES, False, TicketClass.P4),
        (MACHINES, True, TicketClass.P5),
    ],
)
def test_the_class_is_computed_from_the_goods(
    border: Border, goods: object, empty: object, ticket_class: TicketClass
) -> None:
    (crossing,) = border.trucks_join(1, goods=goods, empty=empty)
    (queued,) = border.stated(crossing)
    assert isinstance(queued, TruckQueued)
    assert queued.ticket_class is ticket_class
    assert (queued.promise is None) == (ticket_class in {TicketClass.P0, TicketClass.P1})


def test_nobody_is_called_at_night_and_the_first_is_called_at_opening(border: Border) -> None:
    first, second = border.trucks_join(2)
    assert border.stages(first, second) == ["WAITING", "WAITING"]
    border.opens()
    assert border.ticket(first).stage == "WAITING", "26 an hour are one every two or three minutes"
    border.gate.wait(minutes=2)
    assert border.stages(first, second) == ["CALLED", "WAITING"]
    called = border.stated(first)[-1]
    assert isinstance(called, TruckCalled)
    assert (called.number, called.extraordinary, called.override) == (1, False, False)
    assert called.valid_until == border.gate.clock.now() + timedelta(minutes=60)


def test_calls_are_spread_evenly_and_never_exceed_the_hours_capacity(border: Border) -> None:
    border.trucks_join(60)
    border.opens(minutes=29)
    assert len(border.calls()) == 13
    for _ in range(30):
        border.gate.wait(minutes=1)
    assert len(border.calls()) == 26
    assert border.queue().calls == 26
    border.gate.wait(minutes=3)
    assert len(border.calls()) == 27


def test_a_round_that_comes_late_makes_up_for_five_minutes_and_not_for_what_was_missed_before(border: Border) -> None:
    border.trucks_join(60)
    border.opens()
    border.gate.wait(minutes=4)
    assert len(border.calls()) == 2
    border.gate.wait(minutes=25)
    border.trucks_join(1)  # another round of the same minute
    assert len(border.calls()) == 2 + 3


def test_a_truck_that_is_seen_in_time_keeps_its_call(border: Border) -> None:
    (truck,) = border.trucks_join(1)
    border.opens(minutes=3)
    border.gate.wait(minutes=30)
    border.hears(TruckArriving(crossing_id=truck, first=Authority.CUSTOMS), source="gate_operations")
    border.gate.wait(minutes=60)
    assert border.stages(truck) == ["ARRIVED"]
    border.hears(TruckCheckedIn(crossing_id=truck), source="gate_operations")
    assert border.stages(truck) == ["SERVED"]


def test_a_truck_seen_in_error_is_called_as_before_and_its_call_runs_out(border: Border) -> None:
    (truck,) = border.trucks_join(1)
    border.opens(minutes=3)
    border.gate.wait(minutes=30)
    seen = TruckArriving(crossing_id=truck, first=Authority.CUSTOMS), TruckCheckedIn(crossing_id=truck)
    taken_back = [StageTakenBack(crossing_id=truck, stage=stage) for stage in ("CHECKED_IN", "ARRIVING")]
    for told, stage in zip([*seen, *taken_back], ["ARRIVED", "SERVED", "ARRIVED", "CALLED"], strict=True):
        border.hears(told, source="gate_operations")
        assert border.stages(truck) == [stage]
    border.gate.wait(minutes=60)
    assert border.kinds(truck)[2:4] == ["CallMissed", "TruckQueued"]


@pytest.mark.parametrize("seen", [True, False])
def test_a_truck_turned_away_in_error_stands_where_it_stood(border: Border, seen: bool) -> None:  # noqa: FBT001
    (truck,) = border.trucks_join(1)
    border.opens(minutes=3)
    if seen:
        border.hears(TruckArriving(crossing_id=truck, first=Authority.CUSTOMS), source="gate_operations")
    border.hears(TruckRejected(crossing_id=truck, reason="seal broken"), source="gate_operations")
    border.hears(StageTakenBack(crossing_id=truck, stage="REJECTED"), source="gate_operations")
    assert border.stages(truck) == ["ARRIVED" if seen else "CALLED"]


def test_a_called_truck_that_does_not_come_loses_its_call_and_joins_again_at_the_end(border: Border) -> None:
    truck, other = border.trucks_join(2)
    border.opens(minutes=3)
    border.is_not_ready(other)
    border.gate.wait(minutes=60)
    queued, called, missed, again = border.stated(truck)[:4]
    assert isinstance(queued, TruckQueued)
    assert isinstance(called, TruckCalled)
    assert isinstance(missed, CallMissed)
    assert isinstance(again, TruckQueued)
    assert missed.valid_until == called.valid_until
    assert (again.again, again.first_come) == (True, 3)


def test_a_truck_that_misses_its_call_and_is_alone_is_called_again(border: Border) -> None:
    (truck,) = border.trucks_join(1)
    border.opens(minutes=3)
    border.gate.wait(minutes=60)
    border.gate.wait(minutes=5)
    assert border.kinds(truck) == ["TruckQueued", "TruckCalled", "CallMissed", "TruckQueued", "TruckCalled"]


def test_who_is_not_ready_is_passed_and_rejoins_at_the_end_when_it_was_its_own_doing(border: Border) -> None:
    absent, first, second = border.trucks_join(3)
    border.is_not_ready(absent)
    border.opens(minutes=3)
    passed = border.stated(absent)[-1]
    assert isinstance(passed, TicketPassed)
    assert (passed.number, passed.cause) == (1, "OWN")
    assert border.stages(absent, first, second) == ["WAITING", "CALLED", "WAITING"]
    ready = a_ready_crossing(absent, goods=MACHINES)
    border.joins(ready)
    again = border.stated(absent)[-1]
    assert isinstance(again, TruckQueued)
    assert (again.again, again.first_come, again.ticket_class) == (True, 3, TicketClass.P4)


def test_who_was_passed_by_our_doing_is_called_extraordinarily_once_it_is_ready(border: Border) -> None:
    absent, _, _ = border.trucks_join(3)
    border.is_not_ready(absent, code="R040")
    border.opens(minutes=3)
    border.joins(a_ready_crossing(absent))
    border.gate.wait(minutes=3)
    called = border.stated(absent)[-1]
    assert isinstance(called, TruckCalled)
    assert (called.number, called.extraordinary) == (None, True)
    assert border.queue().extraordinary == 1


def test_a_truck_that_is_ready_again_before_its_number_keeps_it(border: Border) -> None:
    first, second = border.trucks_join(2)
    border.is_not_ready(first)
    border.joins(a_ready_crossing(first))
    border.opens(minutes=3)
    assert border.stages(first, second) == ["CALLED", "WAITING"]
    assert border.kinds(first) == ["TruckQueued", "TruckCalled"]


def test_other_goods_are_another_place_at_the_end(border: Border) -> None:
    first, second = border.trucks_join(2)
    border.joins(a_ready_crossing(first, goods=MACHINES, empty=True))
    again = border.stated(first)[-1]
    assert isinstance(again, TruckQueued)
    assert (again.ticket_class, again.first_come, again.again) == (TicketClass.P5, 2, True)
    border.opens(minutes=3)
    assert border.stages(first, second) == ["WAITING", "CALLED"]


def test_emergencies_go_first_and_dangerous_goods_take_at_most_half_the_hour(border: Border) -> None:
    standard = border.trucks_join(40)
    dangerous = border.trucks_join(20, goods=FUEL)
    (emergency,) = border.trucks_join(1, goods=RELIEF)
    border.opens(minutes=59)
    calls = [call.crossing_id for call in border.calls()]
    assert calls[0] == emergency
    assert len(calls) == 26
    assert len(set(calls) & set(dangerous)) == 13
    assert len(set(calls) & set(standard)) == 12


def test_a_cancelled_crossing_leaves_and_those_behind_move_up(border: Border) -> None:
    first, second = border.trucks_join(2)
    border.hears(CrossingCancelled(crossing_id=first, reason="other plans"), times=2)
    withdrawn = border.stated(first)[-1]
    assert isinstance(withdrawn, TicketWithdrawn)
    assert border.kinds(first) == ["TruckQueued", "TicketWithdrawn"]
    border.opens(minutes=3)
    called = border.stated(second)[-1]
    assert isinstance(called, TruckCalled)
    assert called.number == 1


def test_a_truck_rejected_at_the_gate_is_no_no_show(border: Border) -> None:
    (truck,) = border.trucks_join(1)
    border.opens(minutes=3)
    border.hears(TruckRejected(crossing_id=truck, reason="seal broken"), source="gate_operations")
    border.gate.wait(minutes=90)
    assert border.stages(truck) == ["ENDED"]
    assert border.kinds(truck) == ["TruckQueued", "TruckCalled"]


def test_a_truck_seen_at_the_gate_before_it_was_called_gives_its_number_to_those_behind(border: Border) -> None:
    first, second = border.trucks_join(2)
    border.hears(TruckArriving(crossing_id=first, first=Authority.BORDER_GUARD), source="gate_operations")
    border.opens(minutes=3)
    assert border.stages(first, second) == ["ARRIVED", "CALLED"]
    assert border.queue().numbered == 0


@pytest.mark.parametrize(
    ("shared", "rule"),
    [
        ({"plate": "12C-99999"}, "R011"),
        ({"vehicle_id": new_id()}, "R011"),
        ({"containers": ("MSKU1234565",)}, "R017"),
        ({"trailer": "12R-00001"}, "R011"),
        ({"driver_id": new_id()}, "R061"),
    ],
)
def test_a_plate_vehicle_trailer_container_or_driver_has_one_place_only(
    border: Border, shared: dict[str, object], rule: str
) -> None:
    (first,) = border.joins(a_ready_crossing(**shared))
    (second,) = border.joins(a_ready_crossing(**shared))
    (told,) = border.stated(second)
    assert isinstance(told, TruckNotQueued)
    assert [failure.code for failure in told.failures] == [rule]
    assert border.stages(first, second) == ["WAITING", "REFUSED"]
    assert not border.gate.parked()


def test_the_two_directions_of_a_route_are_two_queues(border: Border) -> None:
    (leaving,) = border.trucks_join(1)
    (coming,) = border.trucks_join(1, direction=Direction.IMPORT)
    assert [border.ticket(truck).promise for truck in (leaving, coming)] == [1, 1]


def test_an_urgent_perishable_is_called_before_a_fresh_one_and_before_empties(border: Border) -> None:
    empties = border.trucks_join(2, empty=True)
    fresh = border.trucks_join(1, goods=DURIAN.model_copy(update={"shelf_life_hours": 95.0}))
    ripe = border.trucks_join(1, goods=DURIAN.model_copy(update={"shelf_life_hours": 12.0}))
    border.opens(minutes=5)
    calls = [call.crossing_id for call in border.calls()]
    assert calls[0] == ripe[0]
    assert set(calls[1:]) <= {*fresh, *empties}


def test_calls_go_on_after_the_clock_was_set_back(border: Border) -> None:
    border.trucks_join(1)
    border.opens(minutes=3)
    border.gate.clock.set(SEVEN - timedelta(days=300, hours=-1))
    (truck,) = border.trucks_join(1)
    border.gate.wait(minutes=5)
    assert border.stages(truck) == ["CALLED"]
