"""The crisis regime: what is spoiled falls back to its second number, and never further."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.ids import new_id
from events.words import TicketClass
from services.queue_scheduling.dispatch.book import LINES, Grace, Line, Place
from services.queue_scheduling.dispatch.call import next_call
from services.queue_scheduling.dispatch.crisis import exchange_spoiled, is_spoiled
from services.queue_scheduling.dispatch.promise import Promise, join
from tests.builders.queue import TEN
from tests.builders.queue_book import GRACES, TIGHT, ListBook

SECOND = Grace(Decimal(1), 2000)
CLOSE = Grace(Decimal(1), 4)
HOUR = timedelta(hours=1)


@pytest.fixture
def book() -> ListBook:
    return ListBook()


def joined(book: ListBook, ticket_class: TicketClass = TicketClass.P2, life: int = 30) -> tuple[UUID, Promise]:
    spoils_at = TEN + life * HOUR if ticket_class is TicketClass.P2 else None
    place = Place(new_id(), ticket_class, LINES[ticket_class], joined_at=TEN, spoils_at=spoils_at)
    return place.crossing_id, join(book, place, GRACES, SECOND)


def exchanged(book: ListBook, after: int) -> list[UUID]:
    return [one.place.crossing_id for one in exchange_spoiled(book, book.everybody(), TEN + after * HOUR)]


def test_a_perishables_receipt_names_its_second_number_and_no_other_receipt_does(book: ListBook) -> None:
    for _ in range(10):
        joined(book, TicketClass.P4)
    _, promise = joined(book)
    assert (promise.first_come, promise.number, promise.second) == (11, 11 + 2 + 250, 11 + 10 + 2000)
    assert joined(book, TicketClass.P5)[1].second is joined(book, TicketClass.P4)[1].second is None


def test_without_a_second_grace_no_receipt_names_one(book: ListBook) -> None:
    place = Place(new_id(), TicketClass.P2, Line.PERISHABLE, joined_at=TEN, spoils_at=TEN + HOUR)
    assert join(book, place, GRACES).second is None
    assert exchanged(book, after=9) == []


def test_what_is_spoiled_gives_its_number_up_for_its_second(book: ListBook) -> None:
    crossing, promise = joined(book)
    (exchange,) = exchange_spoiled(book, book.everybody(), TEN + 30 * HOUR)
    assert (exchange.given_up, exchange.place.number) == (promise.number, promise.second)
    assert book.place_of(crossing).number == promise.second
    assert promise.number not in book.taken


def test_what_can_still_be_saved_keeps_its_number(book: ListBook) -> None:
    joined(book, life=30)
    spoiled, _ = joined(book, life=20)
    assert exchanged(book, after=29) == [spoiled]


def test_a_spoiled_truck_is_called_after_everybody_who_still_has_something_to_lose(book: ListBook) -> None:
    spoiled, _ = joined(book, life=1)
    saved, _ = joined(book, life=90)
    exchanged(book, after=2)
    order = [next_call(book, dangerous_may=True) for _ in range(2)]
    assert [call and call.place.crossing_id for call in order] == [saved, spoiled]


def test_what_spoiled_overnight_is_urgent_no_longer(book: ListBook) -> None:
    spoiled, _ = joined(book, life=2)
    saved, _ = joined(book, life=90)
    as_of_yesterday = replace(book.place_of(spoiled), urgency=9)
    book.places[saved] = replace(book.place_of(saved), urgency=1)
    exchange_spoiled(book, [as_of_yesterday], TEN + 12 * HOUR)
    call = next_call(book, dangerous_may=True)
    assert call is not None
    assert call.place.crossing_id == saved


def test_of_two_spoiled_the_earlier_takes_its_number_first(book: ListBook) -> None:
    trucks = [joined(book, life=5) for _ in range(3)]
    for crossing, promise in trucks:
        place = replace(book.place_of(crossing), second=2000)
        book.places[crossing] = place
        assert promise.number != 2000
    exchanged(book, after=5)
    assert [book.place_of(crossing).number for crossing, _ in trucks] == [2000, 1999, 1998]


def test_nobody_falls_back_twice(book: ListBook) -> None:
    joined(book)
    assert len(exchanged(book, after=30)) == 1
    assert exchanged(book, after=31) == []


def test_a_truck_with_nothing_that_spoils_is_never_spoiled() -> None:
    assert not is_spoiled(Place(new_id(), TicketClass.P4, Line.STANDARD), TEN)


@given(
    lives=st.lists(st.integers(1, 40), min_size=1, max_size=30),
    others=st.lists(st.sampled_from([TicketClass.P4, TicketClass.P5]), max_size=30),
    after=st.integers(0, 40),
    calls=st.integers(0, 20),
)
def test_an_exchange_only_moves_back_within_the_receipt_and_everybody_keeps_a_number_of_his_own(
    lives: list[int], others: list[TicketClass], after: int, calls: int
) -> None:
    book, receipts = ListBook(), {}
    for turn in range(max(len(lives), len(others))):
        for ticket_class, there in ((TicketClass.P2, turn < len(lives)), (TicketClass.P4, turn < len(others))):
            if there:
                kind = ticket_class if ticket_class is TicketClass.P2 else others[turn]
                spoils_at = TEN + lives[turn] * HOUR if kind is TicketClass.P2 else None
                place = Place(new_id(), kind, LINES[kind], joined_at=TEN, spoils_at=spoils_at)
                receipts[place.crossing_id] = join(book, place, TIGHT, CLOSE)
    for _ in range(calls):
        next_call(book, dangerous_may=True)
    before = {place.crossing_id: place.number for place in book.everybody()}
    exchange_spoiled(book, book.everybody(), TEN + after * HOUR)
    numbers = {place.crossing_id: place.number or 0 for place in book.everybody()}
    assert len(set(numbers.values())) == len(numbers) == book.queue.numbered
    for crossing, number in numbers.items():
        assert number > book.queue.called
        assert number >= (before[crossing] or 0)
        assert number <= (receipts[crossing].second or receipts[crossing].number or 0)
