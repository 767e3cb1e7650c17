"""Whose the next call is while somebody has booked the hour."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from events.words import TicketClass
from services.queue_scheduling.dispatch.book import Line, Place
from services.queue_scheduling.dispatch.promise import join
from services.queue_scheduling.slots.turn import Holder, lapse_of, turn_of
from tests.builders.queue import TEN
from tests.builders.queue_book import GRACES, ListBook

HOUR = timedelta(hours=1)
FIRST, SECOND = (Place(UUID(int=number), TicketClass.P4, Line.BOOKED, turn=number) for number in (1, 2))
HOLDERS: list[Holder] = [(FIRST, TEN, TEN + HOUR), (SECOND, TEN, TEN + HOUR)]


def called_ahead(ticket_class: TicketClass) -> ListBook:
    book = ListBook()
    join(book, Place(UUID(int=9), ticket_class, Line.EXTRAORDINARY), GRACES)
    return book


def test_without_holders_the_live_queue_has_every_call() -> None:
    assert turn_of([], ListBook(), TEN, 0, dangerous_may=True) == (False, None)


def test_the_first_holder_is_called_as_soon_as_his_hour_has_begun() -> None:
    assert turn_of(HOLDERS, ListBook(), TEN, 9, dangerous_may=True) == (True, FIRST)
    assert turn_of(HOLDERS[1:], ListBook(), TEN + HOUR - timedelta(seconds=1), 9, dangerous_may=True) == (True, SECOND)


@pytest.mark.parametrize(("left", "nobody"), [(3, False), (2, True), (1, True)])
def test_before_his_hour_the_live_queue_has_the_calls_that_holders_do_not_need(*, left: int, nobody: bool) -> None:
    assert turn_of(HOLDERS, ListBook(), TEN - HOUR / 2, left, dangerous_may=True) == (nobody, None)


def test_whoever_is_called_ahead_of_all_goes_before_holders() -> None:
    delayed, dangerous = called_ahead(TicketClass.P4), called_ahead(TicketClass.P1)
    assert turn_of(HOLDERS, delayed, TEN, 1, dangerous_may=False) == (False, None)
    assert turn_of(HOLDERS, dangerous, TEN, 1, dangerous_may=True) == (False, None)
    assert turn_of(HOLDERS, dangerous, TEN, 1, dangerous_may=False) == (True, FIRST)


@pytest.mark.parametrize(
    ("can_come", "held_by_us", "ours", "line"),
    [
        (True, False, True, Line.EXTRAORDINARY),
        (False, True, True, Line.EXTRAORDINARY),
        (False, False, False, None),
    ],
)
def test_a_holder_whose_hour_is_over_is_called_ahead_of_all_unless_he_was_late_himself(
    *, can_come: bool, held_by_us: bool, ours: bool, line: Line | None
) -> None:
    assert lapse_of(can_come=can_come, held_by_us=held_by_us) == (ours, line)
