"""Whether a holder is where his slot needs him: by what he keeps it, and what is said of that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bordergate.ids import new_id
from events.queue_scheduling import AbsenceExcused, ClosureCause, Hindrance, PresenceStated, SaidBy, SlotConfirmed
from events.words import Direction
from services.queue_scheduling.slots.booking import BookingStage, Ending
from services.queue_scheduling.slots.presence import Seen, Sought, ground_of, span_for
from services.queue_scheduling.slots.refusals import NothingToExcuse, NotTheTime
from tests.builders.queue import TEN
from tests.builders.slots import NOON, TERMS, a_booking, a_bucket

A_MINUTE = timedelta(minutes=1)
SPAN = span_for(Direction.EXPORT, NOON, TERMS)
BY = NOON - 10 * A_MINUTE
OFFICERS = (new_id(), new_id())


def sought(**known: Any) -> Sought:  # noqa: ANN401 - any field
    """A holder of noon of whom nothing is known."""
    assert SPAN is not None
    return replace(Sought(SPAN, TERMS.there_grace), **known)


def confirmed() -> Any:  # noqa: ANN401 - a booking
    booking = a_booking()
    booking.reserve(TEN + 5 * A_MINUTE)
    booking.ask_to_come(SPAN)
    booking.confirm(booking.things, TEN)
    booking.release()
    return booking


def test_a_holder_comes_between_three_hours_and_ten_minutes_before_his_slot() -> None:
    assert (NOON - timedelta(hours=3), BY) == SPAN
    assert span_for(Direction.IMPORT, NOON, TERMS) is None, "who waits in China is seen by nobody"


@pytest.mark.parametrize(
    ("known", "ground"),
    [
        ({}, None),
        ({"seen": Seen(BY, inside=True)}, "there_seen"),
        ({"seen": Seen(NOON - timedelta(hours=9), inside=True)}, "there_seen"),
        ({"seen": Seen(BY + 5 * A_MINUTE, inside=True)}, "there_seen"),
        ({"seen": Seen(BY + 6 * A_MINUTE, inside=True)}, None),
        ({"seen": Seen(BY - A_MINUTE, inside=False)}, None),
        ({"seen": Seen(BY + A_MINUTE, inside=False)}, "there_seen"),
        ({"seen": Seen(BY - A_MINUTE, inside=False), "at_gate": True}, "there_seen"),
        ({"stated": True}, "there_stated"),
        ({"excused": True}, "there_excused"),
        ({"ours": True}, "there_kept_back"),
        ({"closed_by": frozenset({ClosureCause.WEATHER})}, "there_closed"),
        ({"stood_still": timedelta(minutes=85)}, None),
        ({"stood_still": timedelta(minutes=86)}, "there_stopped"),
        ({"stands_still": True}, "there_standing_still"),
    ],
)
def test_who_is_there_or_could_not_come_keeps_his_slot(known: dict[str, Any], ground: str | None) -> None:
    assert ground_of(sought(**known)) == (ground and f"slots.{ground}")


def test_a_holder_is_told_when_to_be_there_and_says_so_himself_within_that_time_once() -> None:
    booking = a_booking()
    booking.reserve(TEN + 5 * A_MINUTE)
    booking.ask_to_come(SPAN)
    booking.confirm(booking.things, TEN)
    told = booking.release()[-1].event
    assert isinstance(told, SlotConfirmed)
    assert (told.there_from, told.there_by) == SPAN
    for at in (NOON - timedelta(hours=3) - A_MINUTE, BY + A_MINUTE):
        with pytest.raises(NotTheTime):
            booking.state_presence(at)
    booking.state_presence(BY)
    booking.state_presence(BY, OFFICERS[:1])
    (said,) = [one.event for one in booking.release()]
    assert isinstance(said, PresenceStated)
    assert (said.slot, said.said_by, said.officers) == (NOON, SaidBy.HOLDER, ())


def test_an_officer_who_says_it_is_there_answers_for_it() -> None:
    booking = confirmed()
    booking.state_presence(BY, OFFICERS[:1])
    (said,) = [one.event for one in booking.release()]
    assert isinstance(said, PresenceStated)
    assert (said.said_by, said.officers) == (SaidBy.OFFICER, OFFICERS[:1])


def test_who_may_wait_anywhere_and_who_holds_nothing_yet_says_nothing() -> None:
    reserved, anywhere = a_booking(), confirmed()
    anywhere.ask_to_come(None)
    for booking in (reserved, anywhere):
        with pytest.raises(NotTheTime):
            booking.state_presence(BY)


@pytest.mark.parametrize(("hours", "still"), [(-1, (SaidBy.HOLDER, True)), (1, (None, False))])
def test_what_was_said_of_one_hour_counts_for_an_earlier_one_and_for_no_later(hours: int, still: Any) -> None:  # noqa: ANN401 - who says so, and whether it is excused
    other = replace(a_bucket(), starts=NOON + timedelta(hours=hours))
    booking = confirmed()
    booking.state_presence(NOON - timedelta(hours=2))
    booking.excuse(Hindrance.GATE, OFFICERS[:1])
    booking.ask_to_come(span_for(Direction.EXPORT, other.starts, TERMS))
    booking.move_to(other)
    assert (booking.said_by, booking.excused) == still


def test_a_holder_is_excused_once() -> None:
    booking = confirmed()
    booking.excuse(Hindrance.WEATHER, OFFICERS[:1])
    (said,) = [one.event for one in booking.release()]
    assert isinstance(said, AbsenceExcused)
    assert (said.cause, said.officers) == (Hindrance.WEATHER, OFFICERS[:1])
    with pytest.raises(NothingToExcuse):
        booking.excuse(Hindrance.WEATHER, OFFICERS[:1])


def test_only_a_slot_that_was_lost_by_absence_is_made_good_and_then_counts_as_our_doing() -> None:
    absent, late = confirmed(), confirmed()
    absent.end(Ending.ABSENT)
    late.end(Ending.LATE)
    assert absent.stage is BookingStage.LOST
    absent.make_good(Hindrance.AUTHORITY, OFFICERS)
    assert (absent.stage, absent.cause) == (BookingStage.RELEASED, Ending.OURS)
    for booking in (absent, late, confirmed()):
        with pytest.raises(NothingToExcuse):
            booking.make_good(Hindrance.AUTHORITY, OFFICERS)
