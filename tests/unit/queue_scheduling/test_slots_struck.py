"""Hours that close or shrink: who has no room, and what his slot is to him then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.ids import new_id
from events.queue_scheduling import SlotConfirmed, SlotOffered, SlotStruck
from events.words import TicketClass
from services.queue_scheduling.slots.booking import Booking
from services.queue_scheduling.slots.presence import Span
from services.queue_scheduling.slots.refusals import TooLateToMove
from services.queue_scheduling.slots.striking import Holding, without_room
from tests.builders.queue import TEN
from tests.builders.slots import NOON, a_booking, a_bucket

AN_HOUR = timedelta(hours=1)
SPAN = Span(NOON - 3 * AN_HOUR, NOON - timedelta(minutes=10))


def confirmed() -> Booking:
    booking = a_booking()
    booking.reserve(TEN)
    booking.ask_to_come(SPAN)
    booking.confirm(booking.things, TEN - AN_HOUR)
    booking.release()
    return booking


def holdings(hours: list[int]) -> list[Holding]:
    """One who holds each of these hours, in the order in which they confirmed."""
    told = [Holding(new_id(), TEN + hour * AN_HOUR, 60, TicketClass.P4, new_id(), struck=False) for hour in hours]
    return sorted(told, key=lambda one: one.starts)


@given(st.lists(st.integers(0, 3)), st.lists(st.integers(0, 4), min_size=4, max_size=4))
def test_of_each_hour_those_who_confirmed_first_keep_it_as_far_as_it_has_room(
    hours: list[int], room: list[int]
) -> None:
    held = holdings(hours)
    beyond = without_room(held, lambda starts, _: room[(starts - TEN) // AN_HOUR])
    assert [one for one in held if one in beyond] == beyond, "keeping order"
    for hour in range(4):
        here = [one for one in held if one.starts == TEN + hour * AN_HOUR]
        assert [one for one in here if one not in beyond] == here[: room[hour]]


def test_who_has_no_room_need_not_come_and_is_told_so_until_there_is_room_again() -> None:
    booking = confirmed()
    booking.strike()
    booking.offer(a_bucket(), TEN)
    booking.decline()
    assert (booking.struck, booking.there_by) == (True, None)
    booking.stand_again()
    struck, offered, _, again = (one.event for one in booking.release())
    assert isinstance(struck, SlotStruck)
    assert isinstance(offered, SlotOffered)
    assert (struck.starts, offered.instead_of) == (NOON, NOON)
    assert isinstance(again, SlotConfirmed)
    assert not booking.struck


def test_who_has_no_room_moves_as_often_and_as_late_as_he_wants_and_that_is_no_move_of_his_own() -> None:
    booking = confirmed()
    booking.strike()
    late = NOON + timedelta(minutes=59)
    assert booking.may_move(late)
    assert not booking.may_move(NOON + AN_HOUR)
    booking.reschedule(late)
    booking.move_to(a_bucket())
    assert (booking.moved, booking.struck) == (False, False)
    with pytest.raises(TooLateToMove):
        booking.reschedule(late)


def test_earlier_room_is_offered_instead_of_nothing() -> None:
    booking = confirmed()
    booking.offer(a_bucket(), TEN)
    (offered,) = [one.event for one in booking.release()]
    assert isinstance(offered, SlotOffered)
    assert offered.instead_of is None
