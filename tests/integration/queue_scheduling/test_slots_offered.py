"""Earlier room that is offered to a holder: as long as it can be reached, and never at the price of his slot."""

from __future__ import annotations

from datetime import timedelta

from tests.integration.queue_scheduling.conftest import Border
from tests.integration.queue_scheduling.test_slots import (
    EIGHT,
    NINE,
    SEVEN,
    asks,
    comes,
    holds,
    rounds_of_slots,
    slot,
    stands_at,
    told,
)

A_MINUTE = timedelta(minutes=1)
BY = EIGHT - 10 * A_MINUTE


def test_an_offer_lasts_no_longer_than_its_truck_can_still_come(border: Border) -> None:
    holder = holds(border, NINE)
    border.joins(holder)
    border.gate.clock.set(EIGHT - 25 * A_MINUTE)
    rounds_of_slots(border)
    assert slot(border, holder)["offered_until"] == "2025-07-01T00:50:00Z"
    border.gate.clock.set(BY)
    late = told(asks(border, holder, "accept"), 409)
    assert (late["code"], "07:50" in late["messages"]["en"]) == ("slots.offer_over", True)
    stands_at(border, BY + 6 * A_MINUTE)
    assert (slot(border, holder)["starts"], slot(border, holder)["offered"]) == ("2025-07-01T02:00:00Z", None)
    assert border.ticket(holder.crossing_id).slot == NINE
    assert border.wrong_in_log() == []


def test_an_hour_that_cannot_be_reached_is_offered_to_nobody(border: Border) -> None:
    holder = holds(border, NINE)
    comes(border, holder)
    border.gate.clock.set(BY)
    rounds_of_slots(border)
    assert slot(border, holder)["offered"] is None


def test_an_offer_that_was_told_to_last_longer_is_not_taken_either_once_it_is_too_late(border: Border) -> None:
    holder = holds(border, NINE)
    comes(border, holder)
    border.gate.clock.set(SEVEN)
    rounds_of_slots(border)
    border.gate.do(
        "queue_scheduling",
        lambda session: session.connection().exec_driver_sql(
            "UPDATE queue_scheduling.bookings SET offered_until = %s WHERE offered IS NOT NULL", (EIGHT,)
        ),
    )
    border.gate.clock.set(BY)
    assert told(asks(border, holder, "accept"), 409)["code"] == "slots.offer_over"
    assert slot(border, holder)["starts"] == "2025-07-01T02:00:00Z"


def test_who_said_that_he_is_there_is_there_for_the_earlier_room_too(border: Border) -> None:
    holder = holds(border, NINE)
    border.joins(holder)
    border.gate.clock.set(SEVEN)
    told(asks(border, holder, "present"))
    rounds_of_slots(border)
    told(asks(border, holder, "accept"))
    stands_at(border, EIGHT + 2 * A_MINUTE)
    assert slot(border, holder)["stage"] == "USED"
    assert border.wrong_in_log() == []
