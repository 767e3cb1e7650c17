"""The promise: never later than first come for a standard truck, and it only ever falls."""

from __future__ import annotations

from uuid import UUID

import pytest

from bordergate.ids import new_id
from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import LINES, Line, Place, Queue
from services.queue_scheduling.dispatch.call import call_extraordinarily, next_call
from services.queue_scheduling.dispatch.promise import Promise, join, leave
from tests.builders.queue_book import GRACES, TIGHT, ListBook


@pytest.fixture
def book() -> ListBook:
    return ListBook()


def a_truck(ticket_class: TicketClass = TicketClass.P4) -> Place:
    return Place(new_id(), ticket_class, LINES[ticket_class])


def joined(book: ListBook, ticket_class: TicketClass = TicketClass.P4) -> tuple[UUID, Promise]:
    truck = a_truck(ticket_class)
    return truck.crossing_id, join(book, truck, GRACES)


def numbers(book: ListBook, *crossings: UUID) -> list[int | None]:
    return [book.place_of(crossing).number for crossing in crossings]


def test_the_first_truck_is_promised_the_next_call(book: ListBook) -> None:
    _, promise = joined(book)
    assert promise == Promise(turn=1, ahead=0, first_come=1, number=1)


def test_standard_trucks_are_promised_their_first_come_number(book: ListBook) -> None:
    promises = [joined(book)[1] for _ in range(5)]
    assert [promise.number for promise in promises] == [promise.first_come for promise in promises] == [1, 2, 3, 4, 5]


def test_an_empty_truck_gives_way_by_half_of_those_waiting_and_sixty(book: ListBook) -> None:
    for _ in range(10):
        joined(book)
    _, promise = joined(book, TicketClass.P5)
    assert (promise.first_come, promise.number) == (11, 11 + 5 + 60)


def test_a_perishable_may_give_way_by_a_quarter_of_those_waiting_and_two_hundred_and_fifty(book: ListBook) -> None:
    for _ in range(10):
        joined(book)
    _, promise = joined(book, TicketClass.P2)
    assert (promise.first_come, promise.number) == (11, 11 + 2 + 250)


def test_emergencies_and_dangerous_goods_hold_no_number(book: ListBook) -> None:
    joined(book)
    _, promise = joined(book, TicketClass.P0)
    assert (promise.first_come, promise.number) == (None, None)
    assert book.queue.numbered == 1


def test_a_standard_truck_takes_the_largest_free_number_when_its_first_come_number_is_held(book: ListBook) -> None:
    (first, _), (_, perishable) = joined(book), joined(book, TicketClass.P2)
    while book.queue.called + book.queue.numbered + 1 < (perishable.number or 0):
        joined(book)
    _, promise = joined(book)
    assert promise.first_come == perishable.number
    assert (promise.number or 0) < (promise.first_come or 0)
    assert numbers(book, first) == [1]


def test_a_withdrawal_moves_everybody_behind_up_and_nobody_ahead(book: ListBook) -> None:
    a, b, c, d = (joined(book)[0] for _ in range(4))
    leave(book, book.place_of(b))
    assert numbers(book, a, c, d) == [1, 2, 3]


def test_a_freed_low_number_goes_to_those_who_wait_not_to_the_newcomer(book: ListBook) -> None:
    a, b, c = (joined(book)[0] for _ in range(3))
    leave(book, book.place_of(a))
    d, promise = joined(book)
    assert numbers(book, b, c, d) == [1, 2, 3]
    assert promise.number == 3


def test_a_perishable_that_withdraws_frees_only_its_own_number(book: ListBook) -> None:
    (a, _), (p, promise), (b, _) = joined(book), joined(book, TicketClass.P2), joined(book)
    assert numbers(book, a, b) == [1, 3]
    leave(book, book.place_of(p))
    joined(book)
    assert numbers(book, a, b) == [1, 2]
    assert promise.number not in book.taken


def test_an_empty_trucks_receipt_never_exceeds_its_bound_even_after_others_left(book: ListBook) -> None:
    trucks = [joined(book)[0] for _ in range(40)]
    first, _ = joined(book, TicketClass.P5)
    for truck in trucks:
        leave(book, book.place_of(truck))
    _, promise = joined(book, TicketClass.P5)
    assert promise.first_come == 2
    assert promise.number == 2 + 60
    assert numbers(book, first) == [61]


def test_whoever_is_called_out_of_turn_gives_his_lines_largest_number_back(book: ListBook) -> None:
    a, b, c = (joined(book)[0] for _ in range(3))
    call = call_extraordinarily(book, book.place_of(a))
    assert call.number is None
    assert (book.queue.called, book.queue.extraordinary) == (0, 1)
    assert numbers(book, b, c) == [1, 2]


def test_a_number_called_early_is_free_for_others(book: ListBook) -> None:
    perishable, promise = joined(book, TicketClass.P2)
    next_call(book, dangerous_may=True)
    assert book.queue.called == 1
    assert promise.number not in book.taken
    assert perishable not in book.places


def test_leaving_in_either_order_ends_in_the_same_next_call() -> None:
    """An exchange at each leaving would give the standard truck 4 in one order and 2 in the other."""
    empty, standard = new_id(), new_id()
    perishables = {number: new_id() for number in (3, 4, 5, 300)}
    calls = []
    for order in ((empty, perishables[4]), (perishables[4], empty)):
        book = ListBook(
            Queue("hn-1119", Direction.EXPORT, numbered=6, joined=6),
            taken={2, 3, 4, 5, 6, 300},
            held={Line.EMPTY: {2}, Line.STANDARD: {6}},
        )
        book.seat(Place(empty, TicketClass.P5, Line.EMPTY, turn=1))
        book.seat(Place(standard, TicketClass.P4, Line.STANDARD, turn=6))
        for turn, (number, crossing) in enumerate(perishables.items(), start=2):
            book.seat(Place(crossing, TicketClass.P2, Line.PERISHABLE, turn=turn, number=number))
        for crossing in order:
            leave(book, book.place_of(crossing))
        calls.append(next_call(book, dangerous_may=True))
        assert numbers(book, standard) == [4]
    assert calls[0] == calls[1]


@pytest.mark.parametrize("ticket_class", [TicketClass.P2, TicketClass.P4, TicketClass.P5])
def test_every_promise_can_be_kept_however_the_lines_mix(book: ListBook, ticket_class: TicketClass) -> None:
    classes = (TicketClass.P4, TicketClass.P5, TicketClass.P2, ticket_class)
    for turn in range(60):
        join(book, a_truck(classes[turn % 4]), TIGHT)
        if turn % 3 == 0:
            leave(book, book.place_of(min(book.places.values(), key=lambda place: place.turn).crossing_id))
    held = [place.number for place in book.everybody()]
    assert len(set(held)) == len(held) == book.queue.numbered
    assert min(number or 0 for number in held) > book.queue.called
    assert set(Line) >= {place.line for place in book.everybody()}
