"""What becomes of a slot when what was filed of its crossing changes, or its holder gives it up."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from bordergate.ids import new_id
from events.queue_scheduling import SlotEnded
from events.vehicle_registration import (
    CrossingAmended,
    CrossingCancelled,
    CrossingExpired,
    CrossingReady,
    Exchange,
    Exchanged,
)
from tests.builders.queue import TEN, a_ready_crossing
from tests.builders.registration import a_filing
from tests.integration.queue_scheduling.conftest import API, Border
from tests.integration.queue_scheduling.test_slots import (
    EIGHT,
    NINE,
    SEVEN,
    asks,
    codes,
    filed,
    holds,
    reserves,
    rounds_of_slots,
    slot,
    told,
)


def amends(border: Border, crossing: CrossingReady, **changes: Any) -> CrossingReady:  # noqa: ANN401 - any field
    """The crossing as it is filed now."""
    now = crossing.model_copy(update=changes)
    same = {name: getattr(now, name) for name in ("carrier", "parties", "vehicle_id", "plate", "driver_id")}
    filing = a_filing(**same, containers=now.containers, window_from=TEN, window_to=TEN + timedelta(hours=12))
    border.hears(CrossingAmended(crossing_id=now.crossing_id, filing=filing, changed=tuple(changes)))
    return now


def test_a_holder_whose_slot_ends_by_a_second_change_waits_by_number_and_is_called(border: Border) -> None:
    holder = amends(border, holds(border, EIGHT), driver_id=new_id())
    border.joins(holder)
    assert border.ticket(holder.crossing_id).slot == EIGHT
    tractor = {"vehicle_id": new_id(), "plate": "12C-44444"}
    changed = amends(border, holder, **tractor)
    assert (slot(border, holder)["stage"], slot(border, holder)["cause"]) == ("RELEASED", "CHANGED")
    ticket = border.ticket(holder.crossing_id)
    assert (ticket.stage, ticket.promise, ticket.slot) == ("WAITING", 1, None)
    why = Exchange(what=Exchanged.TRACTOR, reason="gearbox", at=border.gate.clock.now())
    border.joins(changed.model_copy(update={"exchange": why}))
    border.opens(minutes=5)
    assert border.stages(holder.crossing_id) == ["CALLED"]
    assert border.wrong_in_log() == []


def test_a_tractor_that_another_crossing_has_booked_brings_no_second_slot(border: Border) -> None:
    tractor = {"vehicle_id": new_id(), "plate": "12C-44444"}
    other, holder = holds(border, NINE, **tractor), holds(border, EIGHT)
    amends(border, holder, **tractor)
    assert (slot(border, holder)["stage"], slot(border, holder)["cause"]) == ("RELEASED", "CHANGED")
    assert slot(border, other)["stage"] == "CONFIRMED"
    assert border.wrong_in_log() == []


def test_a_slot_given_up_costs_as_much_as_any_place_so_near_and_a_reservation_nothing(border: Border) -> None:
    reserved, holder = filed(border), holds(border, EIGHT)
    told(reserves(border, reserved, EIGHT), 201)
    assert (slot(border, reserved)["release"], told(asks(border, reserved, "release"))["release"]) == (None, None)
    price = slot(border, holder)["release"]
    assert (price["percent"], price["because"]["code"]) == (50, "queue_scheduling.cancel_soon")
    border.gate.clock.set(EIGHT - timedelta(hours=2))
    refused = told(asks(border, holder, "release", accepts="0.5"), 409)
    assert [wrong["code"] for wrong in refused["problems"]] == ["queue_scheduling.cancel_late"]
    told(asks(border, holder, "release", accepts="1"))
    gone = border.stated(holder.crossing_id)[-1]
    assert isinstance(gone, SlotEnded)
    assert (gone.cause, gone.share, gone.because) == ("GIVEN_UP", 1, "queue_scheduling.cancel_late")
    assert border.wrong_in_log() == []


def ends(border: Border, crossing: CrossingReady) -> tuple[str, Decimal, str | None]:
    """How a crossing's slot ended, what is owed for that, and by which rule."""
    gone = next(event for event in border.stated(crossing.crossing_id) if isinstance(event, SlotEnded))
    return gone.cause, gone.share, gone.because


def test_cancelling_a_crossing_or_making_another_of_it_is_no_cheaper_way_out_of_a_slot(border: Border) -> None:
    cancelled, another, twice, expired = (holds(border, EIGHT) for _ in range(4))
    kept_out, driver = holds(border, EIGHT), new_id()
    border.joins(a_ready_crossing(driver_id=driver), kept_out.model_copy(update={"driver_id": driver}))
    assert border.stages(kept_out.crossing_id) == ["REFUSED"]
    border.gate.clock.set(EIGHT - timedelta(hours=2))
    border.hears(CrossingCancelled(crossing_id=cancelled.crossing_id, reason="sold inland"))
    border.hears(CrossingExpired(crossing_id=expired.crossing_id, submitted_at=SEVEN))
    border.hears(CrossingCancelled(crossing_id=kept_out.crossing_id, reason="sold inland"))
    amends(border, another, containers=("CSQU3054383",))
    amends(border, amends(border, twice, driver_id=new_id()), vehicle_id=new_id(), plate="12C-44444")
    late = (1, "queue_scheduling.cancel_late")
    assert ends(border, cancelled) == ends(border, kept_out) == ("GIVEN_UP", *late)
    assert ends(border, another) == ends(border, twice) == ("CHANGED", *late)
    assert ends(border, expired) == ("OVER", 0, None), "nobody asked for that"
    assert border.wrong_in_log() == []


def test_a_truck_that_something_keeps_out_of_the_queue_withdraws_at_its_slots_price(border: Border) -> None:
    kept_out, driver = holds(border, NINE), new_id()
    border.joins(a_ready_crossing(driver_id=driver), kept_out.model_copy(update={"driver_id": driver}))
    asking = border.trader(kept_out.parties[0])
    (terms,) = told(asking.get(f"{API}/terms", params={"crossing_id": str(kept_out.crossing_id)}))
    assert (terms["stage"], terms["cancel"]["percent"]) == ("REFUSED", 50)


def test_earlier_room_is_offered_to_a_carrier_up_to_its_part_of_the_bucket(border: Border) -> None:
    carrier = new_id()
    own = {"carrier": carrier, "parties": (new_id(), carrier)}
    for _ in range(2):
        holds(border, EIGHT, **own)
    third, other = holds(border, TEN, **own), holds(border, TEN)
    border.joins(third, other)
    border.gate.clock.set(EIGHT - timedelta(hours=1))
    rounds_of_slots(border)
    assert (slot(border, third)["offered"], slot(border, other)["offered"]) == (None, "2025-07-01T01:00:00Z")


def test_a_place_that_is_offered_to_a_carrier_counts_in_its_part_of_the_bucket(border: Border) -> None:
    carrier = new_id()
    own = {"carrier": carrier, "parties": (new_id(), carrier)}
    holds(border, EIGHT, **own)
    later = holds(border, TEN, **own)
    border.joins(later)
    border.gate.clock.set(EIGHT - timedelta(hours=1))
    rounds_of_slots(border)
    assert slot(border, later)["offered"] == "2025-07-01T01:00:00Z"
    assert codes(reserves(border, filed(border, **own), EIGHT)) == ["carrier_full"]
    told(asks(border, later, "decline"))
    told(reserves(border, filed(border, **own), EIGHT), 201)


def test_who_goes_first_by_a_written_order_needs_no_slot(border: Border) -> None:
    holder = filed(border)
    border.joins(holder)
    told(reserves(border, holder, EIGHT), 201)
    at = {"crossing": holder.crossing_id}
    border.gate.do(
        "queue_scheduling",
        lambda session: session.connection().exec_driver_sql(
            "UPDATE queue_scheduling.tickets SET emergency = true, ticket_class = 'P0'"
            " WHERE crossing_id = %(crossing)s",
            at,
        ),
    )
    assert codes(asks(border, holder, "confirm")) == ["called_ahead"]
    told(asks(border, holder, "release"))
    border.gate.wait(minutes=10)
    assert codes(reserves(border, holder, EIGHT)) == ["called_ahead"]


def test_who_has_reserved_is_told_what_giving_the_slot_up_would_cost_once_it_is_confirmed(border: Border) -> None:
    crossing = filed(border)
    reserved = told(reserves(border, crossing, EIGHT), 201)
    assert (reserved["once_confirmed"]["percent"], reserved["release"]) == (50, None)
    confirmed = told(asks(border, crossing, "confirm"))
    assert (confirmed["once_confirmed"], confirmed["release"]["percent"]) == (None, 50)
