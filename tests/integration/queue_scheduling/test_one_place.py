"""What of a truck stands in one queue stands in no other: who is kept out joins later, who swaps stands anew (I4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bordergate.ids import new_id
from events.gate_operations import Authority, TruckArriving
from events.vehicle_registration import CrossingCancelled, Exchange, Exchanged
from events.words import Direction
from services.queue_scheduling.domain.ticket import things_of
from tests.builders.queue import DURIAN, a_ready_crossing
from tests.integration.queue_scheduling.conftest import API, Border

LOGGED = ("pending_leaves", "leaves")


def test_a_refused_crossing_joins_by_itself_once_the_other_is_done(border: Border) -> None:
    driver = new_id()
    (first,) = border.joins(a_ready_crossing(driver_id=driver))
    (second,) = border.joins(a_ready_crossing(driver_id=driver, route="tt-1088"))
    border.hears(CrossingCancelled(crossing_id=first, reason="other plans"))
    border.gate.wait(minutes=1)
    assert border.kinds(second) == ["TruckNotQueued", "TruckQueued"]
    assert border.ticket(second).clashes == []


def test_a_traders_withdrawal_lets_another_firms_crossing_join(border: Border) -> None:
    firm, plate = new_id(), "12C-33333"
    first, second = border.joins(
        a_ready_crossing(plate=plate, parties=(firm,)), a_ready_crossing(plate=plate, parties=(new_id(),))
    )
    assert (
        border.trader(firm).post(f"{API}/tickets/{first}/withdraw", json={"reason": "sold inland"}).status_code == 200
    )
    border.gate.wait(minutes=1)
    assert border.stages(second) == ["WAITING"]


def test_who_never_had_a_place_leaves_nothing_in_the_public_log(border: Border) -> None:
    firm, plate = new_id(), "12C-44444"
    _, kept_out = border.joins(a_ready_crossing(plate=plate), a_ready_crossing(plate=plate, parties=(firm,)))
    written = "SELECT count(*) AS leaves FROM queue_scheduling.{}"
    before = [border.gate.rows("queue_scheduling", written.format(table))[0].leaves for table in LOGGED]
    withdrawn = border.trader(firm).post(f"{API}/tickets/{kept_out}/withdraw", json={"reason": "a mistake"})
    assert withdrawn.status_code == 200
    after = [border.gate.rows("queue_scheduling", written.format(table))[0].leaves for table in LOGGED]
    assert sum(after) == sum(before) > 0


def test_a_refused_crossing_that_is_no_longer_ready_waits_for_that_too(border: Border) -> None:
    first, second = border.joins(a_ready_crossing(plate="12C-11111"), a_ready_crossing(plate="12C-11111"))
    border.is_not_ready(second)
    border.hears(CrossingCancelled(crossing_id=first, reason="other plans"))
    border.gate.wait(minutes=1)
    assert border.stages(second) == ["REFUSED"]
    border.joins(a_ready_crossing(second, plate="12C-11111"))
    assert border.stages(second) == ["WAITING"]


OTHER_TRUCKS: list[dict[str, object]] = [
    {"vehicle_id": new_id(), "plate": "12C-22222"},
    {"trailer": "12R-00001"},
    {"containers": ("MSKU1234565",)},
    {"driver_id": new_id()},
    {"route": "tt-1088"},
    {"direction": Direction.IMPORT},
    {"route": "tt-1088", "empty": True},
]


@pytest.mark.parametrize("other", OTHER_TRUCKS)
def test_who_waits_and_becomes_another_truck_stands_at_the_end_anew(border: Border, other: dict[str, object]) -> None:
    first, second = border.trucks_join(2)
    changed = a_ready_crossing(first, **other)
    border.joins(changed)
    assert border.kinds(first) == ["TruckQueued", "TruckQueued"]
    ticket = border.ticket(first)
    assert (ticket.route, ticket.direction, ticket.plate) == (changed.route, changed.direction.value, changed.plate)
    assert border.ticket(second).promise == 2
    assert sum(seated(border).values()) == 2
    assert engaged(border, first) == sorted(things_of(changed))
    border.opens(minutes=6)
    assert border.stages(first, second) == ["CALLED", "CALLED"]
    assert not border.gate.parked()


def test_the_one_change_of_tractor_keeps_the_place_and_frees_the_one_it_was(border: Border) -> None:
    mine = a_ready_crossing(plate="12C-33333", vehicle_id=new_id())
    first, second, waits = border.joins(mine, a_ready_crossing(), a_ready_crossing(plate="12C-33333"))
    assert border.stages(waits) == ["REFUSED"]
    why = Exchange(what=Exchanged.TRACTOR, reason="gearbox", at=border.gate.clock.now())
    other = mine.model_copy(update={"plate": "12C-44444", "vehicle_id": new_id(), "exchange": why})
    border.joins(other)
    border.gate.wait(minutes=1)
    assert border.kinds(first) == ["TruckQueued", "IdentityChanged"]
    assert (border.ticket(first).promise, border.ticket(second).promise, border.ticket(first).plate) == (
        *(1, 2),
        "12C-44444",
    )
    assert engaged(border, first) == sorted(things_of(other))
    assert border.stages(waits) == ["WAITING"]
    border.joins(other.model_copy(update={"plate": "12C-55555", "vehicle_id": new_id()}))
    assert border.kinds(first) == ["TruckQueued", "IdentityChanged", "TruckQueued"]


def test_an_exchange_for_a_truck_that_stands_already_still_frees_the_one_it_was(border: Border) -> None:
    mine, stands = a_ready_crossing(plate="12C-33333"), a_ready_crossing(plate="12C-44444")
    first, _, waits = border.joins(mine, stands, a_ready_crossing(plate="12C-33333"))
    why = Exchange(what=Exchanged.TRACTOR, reason="gearbox", at=border.gate.clock.now())
    border.joins(mine.model_copy(update={"plate": "12C-44444", "vehicle_id": new_id(), "exchange": why}))
    border.gate.wait(minutes=1)
    assert border.stages(first, waits) == ["REFUSED", "WAITING"]


def test_who_was_called_and_becomes_another_truck_is_called_no_more(border: Border) -> None:
    (truck,) = border.trucks_join(1)
    border.opens(minutes=3)
    border.joins(a_ready_crossing(truck, plate="12C-22222", vehicle_id=new_id()))
    assert border.kinds(truck) == ["TruckQueued", "TruckCalled", "TruckQueued"]
    assert border.ticket(truck).valid_until is None


def test_who_becomes_a_truck_that_stands_already_has_no_place(border: Border) -> None:
    first, second = border.joins(a_ready_crossing(), a_ready_crossing(plate="12C-22222"))
    border.joins(a_ready_crossing(first, plate="12C-22222"))
    assert border.stages(first, second) == ["REFUSED", "WAITING"]
    assert seated(border) == {"hn-1119/EXPORT": 1}
    border.hears(CrossingCancelled(crossing_id=second, reason="other plans"))
    border.gate.wait(minutes=1)
    assert border.stages(first) == ["WAITING"]


def test_a_truck_seen_at_the_gate_is_judged_there_whatever_is_filed_after(border: Border) -> None:
    (truck,) = border.trucks_join(1)
    border.opens(minutes=3)
    border.hears(TruckArriving(crossing_id=truck, first=Authority.CUSTOMS), source="gate_operations")
    border.joins(a_ready_crossing(truck, plate="12C-22222"))
    assert border.stages(truck) == ["ARRIVED"]


def test_goods_that_last_longer_than_was_said_keep_the_place_and_lose_the_urgency(border: Border) -> None:
    ripe = DURIAN.model_copy(update={"shelf_life_hours": 12.0})
    first, second = border.trucks_join(2, goods=ripe)
    border.joins(a_ready_crossing(first, goods=DURIAN.model_copy(update={"shelf_life_hours": 95.0})))
    assert border.kinds(first) == ["TruckQueued"]
    place, ticket = place_of(border, first), border.ticket(first)
    assert place.spoils_at == ticket.spoils_at == ticket.enqueued_at + timedelta(hours=95)
    assert place.urgency < place_of(border, second).urgency
    border.opens(minutes=3)
    assert border.stages(first, second) == ["WAITING", "CALLED"]


def seated(border: Border) -> dict[str, int]:
    """How many places each queue has; in a dealt line it holds as many numbers."""
    counted = border.gate.rows(
        "queue_scheduling",
        "SELECT queue, count(*) AS places, (SELECT count(*) FROM queue_scheduling.numbers AS n"
        " WHERE n.queue = p.queue) AS numbers FROM queue_scheduling.places AS p GROUP BY queue",
    )
    assert all(row.places == row.numbers for row in counted)
    return {row.queue: row.places for row in counted}


def engaged(border: Border, crossing: UUID) -> list[str]:
    rows = border.gate.rows(
        "queue_scheduling",
        "SELECT kind || ' ' || value AS thing FROM queue_scheduling.engagements WHERE crossing_id = %s",
        crossing,
    )
    return sorted(row.thing for row in rows)


def place_of(border: Border, crossing: UUID) -> Any:  # noqa: ANN401 - a row
    (row,) = border.gate.rows(
        "queue_scheduling", "SELECT * FROM queue_scheduling.places WHERE crossing_id = %s", crossing
    )
    return row
