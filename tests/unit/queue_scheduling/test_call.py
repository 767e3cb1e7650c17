"""The call: the due one, then the most urgent perishable, then whoever is first."""

from __future__ import annotations

from uuid import UUID

import pytest

from bordergate.ids import new_id
from events.words import TicketClass
from services.queue_scheduling.dispatch.book import LINES, Place
from services.queue_scheduling.dispatch.call import Call, choose, next_call
from services.queue_scheduling.dispatch.promise import join
from tests.builders.queue import TEN
from tests.builders.queue_book import GRACES, ListBook

P0, P1, P2, P4, P5 = TicketClass.P0, TicketClass.P1, TicketClass.P2, TicketClass.P4, TicketClass.P5


@pytest.fixture
def book() -> ListBook:
    return ListBook()


def joined(book: ListBook, ticket_class: TicketClass = P4, urgency: int = 0, lot: bytes = b"") -> UUID:
    place = Place(new_id(), ticket_class, LINES[ticket_class], urgency=urgency, lot=lot)
    join(book, place, GRACES)
    return place.crossing_id


def called(book: ListBook, *, dangerous_may: bool = True) -> Call:
    call = next_call(book, dangerous_may=dangerous_may)
    assert call is not None
    return call


def test_nobody_waiting_means_no_call_and_no_number_used(book: ListBook) -> None:
    assert next_call(book, dangerous_may=True) is None
    assert book.queue.called == 0


def test_standard_trucks_are_called_in_the_order_they_came(book: ListBook) -> None:
    trucks = [joined(book) for _ in range(4)]
    assert [called(book).place.crossing_id for _ in trucks] == trucks


def test_a_due_truck_goes_before_the_most_urgent_perishable(book: ListBook) -> None:
    due, urgent = joined(book), joined(book, P2, urgency=9)
    assert [called(book).place.crossing_id for _ in range(2)] == [due, urgent]


def test_an_urgent_perishable_fills_a_call_that_is_nobodys(book: ListBook) -> None:
    _, urgent = joined(book, P2), joined(book, P2, urgency=5)
    standard = joined(book)
    assert book.place_of(standard).number == 3
    assert called(book).place.crossing_id == urgent


def test_of_equally_urgent_perishables_the_earlier_and_then_the_lot_decides() -> None:
    def at(first_come: int, lot: bytes) -> Place:
        return Place(new_id(), P2, LINES[P2], number=900, first_come=first_come, urgency=7, lot=lot)

    late, unlucky, lucky = at(9, b"\x00"), at(4, b"\x02"), at(4, b"\x01")
    assert choose([late, unlucky, lucky], 1, dangerous_may=True) is lucky


def test_a_spoilt_perishable_waits_for_its_own_number(book: ListBook) -> None:
    spoilt = joined(book, P2, urgency=0)
    empty = joined(book, P5)
    assert [called(book).place.crossing_id for _ in range(2)] == [empty, spoilt]


def test_emergencies_go_first_and_use_no_number(book: ListBook) -> None:
    joined(book)
    dangerous, emergency = joined(book, P1), joined(book, P0)
    calls = [called(book) for _ in range(3)]
    assert [call.place.crossing_id for call in calls[:2]] == [emergency, dangerous]
    assert [call.number for call in calls] == [None, None, 1]


def test_dangerous_goods_past_their_share_wait_for_those_with_numbers(book: ListBook) -> None:
    standard, dangerous = joined(book), joined(book, P1)
    order = [called(book, dangerous_may=False).place.crossing_id for _ in range(2)]
    assert order == [standard, dangerous]


def test_who_is_not_callable_is_skipped_and_keeps_its_number(book: ListBook) -> None:
    joined(book, P2, urgency=3)
    absent, present = joined(book), joined(book)
    book.set_callable(absent, can_come=False)
    before = book.place_of(absent).number
    called(book)
    assert book.place_of(absent).number == before
    assert present in book.places


def test_who_cannot_come_when_its_number_is_called_is_passed(book: ListBook) -> None:
    absent, present = joined(book), joined(book)
    book.set_callable(absent, can_come=False)
    call = called(book)
    assert (call.place.crossing_id, call.number) == (present, 1)
    assert call.passed is not None
    assert call.passed.crossing_id == absent
    assert book.queue.numbered == 0


def test_nobody_is_passed_while_nobody_can_come(book: ListBook) -> None:
    absent = joined(book)
    book.set_callable(absent, can_come=False)
    assert next_call(book, dangerous_may=True) is None
    assert book.place_of(absent).number == 1


def test_a_passed_standard_truck_does_not_hold_later_ones_back(book: ListBook) -> None:
    absent, second, third = (joined(book) for _ in range(3))
    book.set_callable(absent, can_come=False)
    called(book)
    assert second not in book.places
    assert called(book).place.crossing_id == third
    assert book.queue.called == 2


def test_calls_of_any_kind_count_in_their_hour(book: ListBook) -> None:
    book.queue.count(TEN, P4)
    book.queue.count(TEN, P1)
    assert (book.queue.calls_in(TEN), book.queue.dangerous_calls_in(TEN)) == (2, 1)
    assert book.queue.calls_in(TEN.replace(hour=4)) == 0


def test_a_clock_that_lags_a_little_does_not_open_a_new_hour(book: ListBook) -> None:
    book.queue.count(TEN, P4)
    book.queue.count(TEN.replace(hour=2), P4)
    assert book.queue.calls_in(TEN) == book.queue.calls_in(TEN.replace(hour=2)) == 2


def test_a_clock_set_back_by_days_opens_a_new_hour(book: ListBook) -> None:
    book.queue.count(TEN, P4)
    book.queue.count(TEN.replace(year=2024), P4)
    assert book.queue.calls_in(TEN.replace(year=2024)) == 1
