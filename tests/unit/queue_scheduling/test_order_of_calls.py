"""The order in which waiting trucks will be called, worked out at once: as the calls themselves would make it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from events.words import TicketClass
from services.queue_scheduling.dispatch.ahead import in_order_of_calls, is_urgent
from services.queue_scheduling.dispatch.book import LINES, Graces, Place
from services.queue_scheduling.dispatch.call import next_call
from services.queue_scheduling.dispatch.promise import join
from tests.builders.queue_book import GRACES, TIGHT, ListBook

JOINS = st.lists(
    st.tuples(st.sampled_from([*TicketClass, TicketClass.P2, TicketClass.P2, TicketClass.P4]), st.integers(0, 5)),
    max_size=40,
)


def queue_of(joins: list[tuple[TicketClass, int]], graces: Graces, called: int) -> ListBook:
    book = ListBook()
    book.queue.called = called
    for number, (ticket_class, urgency) in enumerate(joins, 1):
        place = Place(UUID(int=number), ticket_class, LINES[ticket_class], lot=bytes([number]))
        join(book, place, graces)
        if ticket_class is TicketClass.P2:
            book.places[place.crossing_id] = replace(book.places[place.crossing_id], urgency=urgency)
    return book


def comes_due_first(book: ListBook) -> bool:
    """Whether an urgent truck's own number is due before it is its turn among the urgent."""
    called = book.queue.called
    order = in_order_of_calls(book.everybody(), called)
    first = sum(place.number is None for place in order)
    return any(is_urgent(place) and (place.number or 0) - called - 1 < turn - first for turn, place in enumerate(order))


@given(joins=JOINS, graces=st.sampled_from([GRACES, TIGHT]), called=st.integers(0, 3))
def test_the_order_is_that_of_the_calls(joins: list[tuple[TicketClass, int]], graces: Graces, called: int) -> None:
    book = queue_of(joins, graces, called)
    assume(not comes_due_first(book))
    foreseen = [place.crossing_id for place in in_order_of_calls(book.everybody(), called)]
    made = []
    while call := next_call(book, dangerous_may=True):
        made.append(call.place.crossing_id)
    assert made == foreseen


@given(joins=JOINS)
def test_nobody_comes_later_than_his_number(joins: list[tuple[TicketClass, int]]) -> None:
    book = queue_of(joins, TIGHT, 7)
    order = in_order_of_calls(book.everybody(), 7)
    numbered = [place for place in order if place.number is not None]
    assert all(turn < (place.number or 0) - 7 for turn, place in enumerate(numbered) if not is_urgent(place))


def test_urgent_loads_come_before_smaller_numbers_until_one_is_due() -> None:
    book = queue_of([(TicketClass.P5, 0)] + [(TicketClass.P4, 0)] * 2 + [(TicketClass.P2, 3)] * 3, GRACES, 0)
    order = [(place.ticket_class.value, place.number) for place in in_order_of_calls(book.everybody(), 0)]
    held = {place.ticket_class: place.number for place in book.everybody()}
    assert order[:3] == [("P2", order[0][1]), ("P4", 2), ("P4", 3)]
    assert [one for one, _ in order[3:]] == ["P2", "P2", "P5"]
    assert held[TicketClass.P5] == 61
