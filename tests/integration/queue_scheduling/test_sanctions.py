"""Missed calls bring a sanction, with notice, evidence, an appeal and an end, on the real database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from bordergate.auth import Role
from bordergate.ids import new_id
from events.gate_operations import Authority, TruckArriving, TruckCheckedIn
from events.queue_scheduling import SanctionEnded, SanctionImposed
from events.sanctions import Ground
from events.streams import ORGANISATIONS
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from tests.builders.callers import a_caller
from tests.builders.news import as_record, enveloped
from tests.builders.queue import a_ready_crossing
from tests.integration.queue_scheduling.conftest import API, Border
from tests.integration.queue_scheduling.test_holding import told

WRONG = {"text": "Đường bị sạt lở cả hai ngày, có xác nhận của trạm."}
KNOWN = {event.type(): event for event in (SanctionImposed, SanctionEnded)}


def misses(border: Border, truck: UUID) -> None:
    """The truck is called and does not come."""
    border.gate.wait(minutes=5)
    assert border.stages(truck) == ["CALLED"]
    border.gate.wait(minutes=61)


def published(border: Border, carrier: UUID) -> list[Any]:
    """What the queue has stated of sanctions on a carrier, in order."""
    border.gate.settle()
    listener = border.gate.broker.subscribe(f"test-{new_id()}", ORGANISATIONS)
    records = [record for record in listener.poll(0, 1000) if record.key == str(carrier)]
    listener.close()
    stated = [(KNOWN.get(record.headers["ce_type"]), record.body) for record in records]
    return [event.model_validate_json(body) for event, body in stated if event]


def leaves(border: Border) -> list[Leaf]:
    """What the public ledger says, in order."""
    rows = border.gate.rows(
        "queue_scheduling",
        "SELECT entry, leaf FROM queue_scheduling.pending_leaves UNION"
        " SELECT entry, leaf FROM queue_scheduling.leaves ORDER BY entry",
    )
    return [Leaf.read(bytes(row.leaf)) for row in rows]


def test_two_missed_calls_in_a_row_are_fourteen_days_with_notice_evidence_and_an_end_by_itself(border: Border) -> None:
    carrier, vehicle = new_id(), new_id()
    border.opens()
    (truck,) = border.joins(a_ready_crossing(carrier=carrier, vehicle_id=vehicle))
    misses(border, truck)
    assert not published(border, carrier)
    misses(border, truck)
    (imposed,) = published(border, carrier)
    assert (imposed.ground, imposed.vehicle_id) == (Ground.IN_A_ROW, vehicle)
    assert [one.crossing_id for one in imposed.evidence] == [truck, truck]
    assert imposed.until - imposed.imposed_at == timedelta(days=14)
    (page,) = told(border.trader(carrier, Role.CARRIER).get(f"{API}/sanctions"))["items"]
    assert (page["because"]["code"], page["may_appeal"]) == ("queue_scheduling.sanction_in_a_row", True)
    assert [one["crossing_id"] for one in page["evidence"]] == [str(truck)] * 2
    assert told(border.trader(new_id()).get(f"{API}/sanctions"))["items"] == []
    assert [leaf.cause for leaf in leaves(border) if leaf.kind is Kind.SANCTIONED] == ["IN_A_ROW"]
    border.is_not_ready(truck, code="R070")
    border.gate.wait(minutes=14 * 24 * 60)
    assert [type(event).__name__ for event in published(border, carrier)] == ["SanctionImposed", "SanctionEnded"]


def test_a_truck_that_came_between_has_not_missed_two_in_a_row(border: Border) -> None:
    carrier, vehicle = new_id(), new_id()
    border.opens()
    (first,) = border.joins(a_ready_crossing(carrier=carrier, vehicle_id=vehicle))
    misses(border, first)
    border.gate.wait(minutes=5)
    arrived = TruckArriving(crossing_id=first, first=Authority.CUSTOMS)
    border.hears(arrived, TruckCheckedIn(crossing_id=first), source="gate_operations")
    (second,) = border.joins(a_ready_crossing(carrier=carrier, vehicle_id=vehicle))
    misses(border, second)
    assert not published(border, carrier)


def test_an_appeal_is_heard_once_by_another_officer_and_lifts_the_sanction(border: Border) -> None:
    carrier = new_id()
    border.opens()
    (truck,) = border.trucks_join(1, carrier=carrier)
    inspectors = [a_caller(Role.AUDITOR, organisation=new_id()) for _ in range(2)]
    case = {"crossing_id": str(truck), "against": "CARRIER", "ground": "RESALE", "case": "LS-2025/17"}
    body = case | {"reason": "places offered for sale in a chat group"}
    alone = border.gate.as_(inspectors[0]).post(f"{API}/sanctions", json=body)
    assert told(alone, 403)["code"] == "auth.second_needed"
    made = told(border.gate.as_(*inspectors).post(f"{API}/sanctions", json=body), 201)
    again = border.gate.as_(*inspectors).post(f"{API}/sanctions", json=body)
    assert told(again, 409)["code"] == "queue_scheduling.sanctioned_already"
    sanction = f"{API}/sanctions/{made['id']}"
    assert border.trader(new_id(), Role.CARRIER).post(f"{sanction}/appeal", json=WRONG).status_code == 404
    told(border.trader(carrier, Role.CARRIER).post(f"{sanction}/appeal", json=WRONG))
    (open_one,) = told(border.operator(Role.ADMIN).get(f"{API}/sanctions?which=appealed"))["items"]
    assert open_one["appeal_text"] == WRONG["text"]
    granted = {"granted": True, "reason": "the seller was somebody else"}
    own = border.gate.as_(inspectors[1]).post(f"{sanction}/decision", json=granted)
    assert told(own, 403)["code"] == "queue_scheduling.own_case"
    decided = told(border.operator(Role.ADMIN).post(f"{sanction}/decision", json=granted))
    assert (decided["stage"], decided["appeal"]) == ("LIFTED", "GRANTED")
    imposed, ended = published(border, carrier)
    assert (imposed.vehicle_id, imposed.case, ended.lifted) == (None, "LS-2025/17", True)
    assert [leaf.kind for leaf in leaves(border) if leaf.kind in (Kind.SANCTIONED, Kind.LIFTED)] == [
        Kind.SANCTIONED,
        Kind.LIFTED,
    ]


def test_a_sanction_falls_when_any_call_it_rests_on_was_answered_in_time(border: Border) -> None:
    carrier = new_id()
    trucks = border.trucks_join(4, carrier=carrier)
    border.opens(minutes=10)
    first, *_, last = sorted(border.calls(), key=lambda call: call.valid_until)
    border.gate.wait(minutes=65)
    (imposed,) = published(border, carrier)
    assert imposed.ground is Ground.CARRIER_OFTEN
    assert {one.crossing_id for one in imposed.evidence} == set(trucks)
    assert first.crossing_id != last.crossing_id
    inspectors = [a_caller(Role.AUDITOR, organisation=new_id()) for _ in range(2)]
    case = {"crossing_id": str(last.crossing_id), "against": "CARRIER", "ground": "RESALE", "case": "LS-2025/18"}
    sold = case | {"reason": "places offered for sale in a chat group"}
    graver = told(border.gate.as_(*inspectors).post(f"{API}/sanctions", json=sold), 201)
    assert graver["stage"] == "ACTIVE", "a case is heard though calls were missed as well"
    arriving = TruckArriving(crossing_id=first.crossing_id, first=Authority.CUSTOMS)
    seen, now = first.valid_until - timedelta(minutes=1), border.gate.clock.now()
    border.gate.publish(as_record(enveloped(arriving, 99, source="gate_operations", time=now, occurred=seen)))
    assert [type(event).__name__ for event in published(border, carrier)] == [
        *("SanctionImposed", "SanctionImposed"),
        "SanctionEnded",
    ]
    assert [leaf.cause for leaf in leaves(border) if leaf.kind is Kind.LIFTED] == ["ANSWERED"]
