"""What of a truck stands in one queue stands in no other: who is kept out joins later, who swaps stands anew (I4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bordergate.ids import new_id
from events.gate_operations import Authority, TruckArriving
from events.vehicle_registration import CrossingCancelled
from events.words import Direction
from services.queue_scheduling.domain.ticket import things_of
from tests.builders.queue import DURIAN, a_ready_crossing
from tests.integration.queue_scheduling.conftest import Border


def test_a_refused_crossing_joins_by_itself_once_the_other_is_done(border: Border) -> None:
    driver = new_id()
    (first,) = border.joins(a_ready_crossing(driver_id=driver))
    (second,) = border.joins(a_ready_crossing(driver_id=driver, route="tt-1088"))
    border.hears(CrossingCancelled(crossing_id=first, reason="other plans"))
    border.gate.wait(minutes=1)
    assert border.kinds(second) == ["TruckNotQueued", "TruckQueued"]
    assert border.ticket(second).clashes == []


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
