"""What the authorities stated in error or late costs nobody his place, and nobody gains one by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from bordergate.event import Event
from events.gate_operations import Authority, StageTakenBack, TruckArriving, TruckCheckedIn, TruckRejected
from events.queue_scheduling import CallAnswered, CallMissed, EmergencyDeclared, TruckCalled, TruckQueued
from events.words import TicketClass
from tests.builders.news import as_record, enveloped
from tests.builders.queue import MACHINES, a_ready_crossing
from tests.integration.queue_scheduling.conftest import API, Border

ORDER = {"paper": "RELIEF_ORDER", "paper_number": "1234/UBND-KT", "reason": "blankets for the flooded districts"}


def the_gate_says(border: Border, *events: Event) -> None:
    border.hears(*events, source="gate_operations")


def scanned(border: Border, truck: UUID) -> None:
    the_gate_says(border, TruckArriving(crossing_id=truck, first=Authority.CUSTOMS))


def turned_away(border: Border, truck: UUID) -> None:
    the_gate_says(border, TruckRejected(crossing_id=truck, reason="seal broken"))


def taken_back(border: Border, truck: UUID, stage: str) -> None:
    the_gate_says(border, StageTakenBack(crossing_id=truck, stage=stage))


@pytest.mark.parametrize(("act", "stage"), [(scanned, "ARRIVING"), (turned_away, "REJECTED")])
def test_who_left_the_queue_by_an_error_is_called_by_his_promise_and_not_before(
    border: Border, act: Callable[[Border, UUID], None], stage: str
) -> None:
    trucks = border.trucks_join(6)
    mistaken = trucks[3]
    act(border, mistaken)
    border.trucks_join(2)
    taken_back(border, mistaken, stage)
    told = border.stated(mistaken)[-1]
    assert isinstance(told, TruckQueued)
    assert told.promise == 8, "whoever joined meanwhile keeps what he was promised"
    ticket = border.operator().get(f"{API}/tickets/{mistaken}").json()
    assert (ticket["stage"], ticket["owed"]) == ("WAITING", 4)
    border.opens(minutes=12)
    calls = border.calls()
    assert [call.number for call in calls] == [1, 2, 3, None, 4]
    assert calls[3].crossing_id == mistaken
    assert border.queue().owes is None
    assert border.wrong_in_log() == []


def test_a_second_error_does_not_cost_what_is_owed_for_the_first(border: Border) -> None:
    trucks = border.trucks_join(4)
    for _ in range(2):
        scanned(border, trucks[1])
        border.trucks_join(2)
        taken_back(border, trucks[1], "ARRIVING")
    assert border.ticket(trucks[1]).owed == 2
    (told,) = border.operator().get(f"{API}/reasons", params={"crossing_id": str(trucks[1])}).json()
    assert (told["number"], told["at_most"]) == (8, 2)
    border.opens(minutes=8)
    assert [call.crossing_id for call in border.calls()][:2] == trucks[:2]
    assert border.wrong_in_log() == []


def test_a_refusal_taken_back_late_leaves_of_a_call_what_was_left_of_it(border: Border) -> None:
    (truck,) = border.trucks_join(1)
    border.opens(minutes=3)
    until = border.ticket(truck).valid_until
    turned_away(border, truck)
    border.gate.wait(hours=2)
    taken_back(border, truck, "REJECTED")
    assert border.stages(truck) == ["CALLED"]
    assert border.ticket(truck).valid_until == until + timedelta(hours=2)
    assert border.wrong_in_log() == []


def test_a_dangerous_load_scanned_in_error_stands_where_such_loads_stand(border: Border) -> None:
    first = border.joins(a_ready_crossing(goods=MACHINES.model_copy(update={"dangerous": True})))[0]
    scanned(border, first)
    taken_back(border, first, "ARRIVING")
    border.trucks_join(2)
    border.opens(minutes=3)
    assert border.calls()[0].crossing_id == first
    assert border.wrong_in_log() == []


def test_a_truck_whose_end_is_taken_back_holds_its_plate_again(border: Border) -> None:
    (truck,) = border.joins(a_ready_crossing(plate="12C-00001"))
    turned_away(border, truck)
    taken_back(border, truck, "REJECTED")
    (second,) = border.joins(a_ready_crossing(plate="12C-00001"))
    assert border.stages(truck, second) == ["WAITING", "REFUSED"]


def test_a_truck_whose_end_is_taken_back_too_late_does_not_stand_beside_its_own_plate(border: Border) -> None:
    (truck,) = border.joins(a_ready_crossing(plate="12C-00001"))
    turned_away(border, truck)
    (second,) = border.joins(a_ready_crossing(plate="12C-00001"))
    taken_back(border, truck, "REJECTED")
    assert border.stages(truck, second) == ["REFUSED", "WAITING"]
    turned_away(border, second)
    assert border.stages(truck) == ["WAITING"], "it joins once what kept it out is free"
    assert border.wrong_in_log() == []


def test_a_check_in_taken_back_keeps_the_truck_at_the_gate_and_its_plate_out_of_other_queues(border: Border) -> None:
    (truck,) = border.joins(a_ready_crossing(plate="12C-00001"))
    border.opens(minutes=3)
    scanned(border, truck)
    the_gate_says(border, TruckCheckedIn(crossing_id=truck))
    taken_back(border, truck, "CHECKED_IN")
    (second,) = border.joins(a_ready_crossing(plate="12C-00001"))
    assert border.stages(truck, second) == ["ARRIVED", "REFUSED"]


def test_who_was_seen_in_time_missed_no_call_though_the_word_of_it_came_late(border: Border) -> None:
    (truck,) = border.trucks_join(1)
    border.opens(minutes=3)
    called = border.calls()[0]
    border.trucks_join(60)
    border.gate.wait(minutes=65)
    assert border.stages(truck) == ["WAITING"]
    seen = called.valid_until - timedelta(minutes=1)
    arriving = TruckArriving(crossing_id=truck, first=Authority.CUSTOMS)
    late = enveloped(arriving, 9, source="gate_operations", time=border.gate.clock.now(), occurred=seen)
    border.gate.publish(as_record(late))
    border.gate.settle()
    assert border.kinds(truck) == ["TruckQueued", "TruckCalled", "CallMissed", "TruckQueued", "CallAnswered"]
    (answered,) = [event for event in border.stated(truck) if isinstance(event, CallAnswered)]
    assert answered.valid_until == called.valid_until
    assert border.stages(truck) == ["ARRIVED"]
    assert border.wrong_in_log() == []


def test_a_sanction_falls_with_the_no_show_that_brought_it(border: Border) -> None:
    (truck,) = border.trucks_join(1)
    border.opens(minutes=3)
    border.gate.wait(minutes=61)
    border.gate.wait(minutes=10)
    called = border.ticket(truck)
    border.gate.wait(minutes=61)
    (sanction,) = border.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.sanctions")
    assert (sanction.ground, sanction.stage) == ("IN_A_ROW", "ACTIVE")
    arriving = TruckArriving(crossing_id=truck, first=Authority.CUSTOMS)
    seen = called.valid_until - timedelta(minutes=1)
    late = enveloped(arriving, 9, source="gate_operations", time=border.gate.clock.now(), occurred=seen)
    border.gate.publish(as_record(late))
    border.gate.settle()
    (sanction,) = border.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.sanctions")
    assert sanction.stage == "LIFTED"
    kept = border.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.calls_made ORDER BY called_at")
    assert [call.missed for call in kept][:2] == [True, False]
    assert border.wrong_in_log() == []


def test_who_comes_after_his_call_has_missed_it(border: Border) -> None:
    (truck,) = border.trucks_join(1)
    border.opens(minutes=3)
    border.trucks_join(60)
    border.gate.wait(minutes=65)
    border.gate.wait(minutes=1)
    scanned(border, truck)
    assert [type(event) for event in border.stated(truck) if isinstance(event, CallMissed | CallAnswered)] == [
        CallMissed
    ]
    journeys = "SELECT crossing_id FROM queue_scheduling.approaches WHERE at_gate_at IS NOT NULL"
    assert border.gate.rows("queue_scheduling", journeys) == []


def test_a_written_order_lets_a_truck_go_before_all_others_and_says_so_to_everybody(border: Border) -> None:
    trucks = border.trucks_join(5)
    path = f"{API}/tickets/{trucks[4]}/emergency"
    assert border.operator().post(path, json=ORDER).status_code == 403, "one officer alone may not"
    answer = border.two_operators().post(path, json=ORDER)
    assert answer.status_code == 200, answer.text
    assert answer.json()["ticket_class"] == "P0"
    assert border.two_operators().post(path, json=ORDER).status_code == 409
    declared = border.stated(trucks[4])[1]
    assert isinstance(declared, EmergencyDeclared)
    assert len(declared.officers) == 2
    border.opens(minutes=3)
    first = border.calls()[0]
    assert isinstance(first, TruckCalled)
    assert (first.crossing_id, first.extraordinary, first.override) == (trucks[4], True, False)
    (kept,) = border.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.emergencies")
    assert (kept.paper, kept.paper_number) == ("RELIEF_ORDER", "1234/UBND-KT")
    assert border.wrong_in_log() == []
    leaves = border.gate.client.get(f"{API}/ledger/hn-1119/leaves").text
    assert leaves.count('"kind":"EMERGENCY"') == 1
    assert all(told not in leaves for told in ("1234/UBND", "blankets"))


def test_an_order_holds_for_the_truck_it_names_whatever_is_amended_of_its_goods(border: Border) -> None:
    (truck,) = border.trucks_join(1)
    assert border.two_operators().post(f"{API}/tickets/{truck}/emergency", json=ORDER).status_code == 200
    border.joins(a_ready_crossing(truck))
    assert border.ticket(truck).ticket_class == TicketClass.P0
