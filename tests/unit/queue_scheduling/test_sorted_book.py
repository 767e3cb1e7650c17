"""The simulator's book gives the answers of the plain lists, step by step."""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import LINES, Line, Place, Queue
from services.queue_scheduling.dispatch.call import choose, next_call
from services.queue_scheduling.dispatch.promise import join
from services.queue_scheduling.simulator.book import ENDLESS, SortedBook
from tests.builders.queue_book import GRACES, ListBook
from tests.builders.queue_machine import QueueMachine


class PairedBook(ListBook):
    """Plain lists and the sorted book side by side; every answer must be the same."""

    def beside(self, other: SortedBook) -> PairedBook:
        self.other = other
        return self

    def take(self, at_most: int) -> int:
        number = super().take(at_most)
        assert self.other.take(at_most) == number
        return number

    def give_back(self, number: int) -> None:
        super().give_back(number)
        self.other.give_back(number)

    def hold(self, line: Line, number: int) -> None:
        super().hold(line, number)
        self.other.hold(line, number)

    def drop(self, line: Line, number: int) -> None:
        super().drop(line, number)
        self.other.drop(line, number)

    def largest(self, line: Line) -> int | None:
        number = super().largest(line)
        assert self.other.largest(line) == number
        return number

    def seat(self, place: Place) -> None:
        super().seat(place)
        self.other.seat(place)

    def unseat(self, crossing_id: UUID) -> None:
        super().unseat(crossing_id)
        self.other.unseat(crossing_id)

    def renumber(self, places: Sequence[Place]) -> None:
        super().renumber(places)
        self.other.renumber(places)

    def set_callable(self, crossing_id: UUID, *, can_come: bool) -> None:
        super().set_callable(crossing_id, can_come=can_come)
        self.other.set_callable(crossing_id, can_come=can_come)

    def heads(self) -> Sequence[Place]:
        """The few heads lead to the same choice as everybody would."""
        heads, everybody, number = self.other.heads(), self.everybody(), self.queue.called + 1
        for may in (True, False):
            assert choose(heads, number, dangerous_may=may) == choose(everybody, number, dangerous_may=may)
        assert [p for p in heads if p.number == number] == [p for p in everybody if p.number == number]
        assert len(heads) <= 10
        return everybody

    def free_by_lists(self) -> list[tuple[int, int]]:
        """The intervals of free numbers above N, from the numbers that are taken."""
        taken = sorted(number for number in self.taken if number > self.queue.called)
        starts, ends = [self.queue.called, *taken], [*taken, ENDLESS + 1]
        return [(low + 1, high - 1) for low, high in zip(starts, ends, strict=True) if low + 1 <= high - 1]


class SortedMachine(QueueMachine):
    def new_book(self) -> PairedBook:
        book = PairedBook()
        return book.beside(SortedBook(book.queue))

    @rule()
    def forget_free_numbers_called_over(self) -> None:
        assert isinstance(self.book, PairedBook)
        self.book.other.forget()

    @rule(more=st.booleans())
    def everybody_becomes_more_urgent_or_not_at_all(self, *, more: bool) -> None:
        assert isinstance(self.book, PairedBook)
        places = self.book.other.perishables()
        now = {place.crossing_id: (place.urgency + 1 if more else 0) for place in places if place.number}
        self.book.other.set_urgencies(now)
        for crossing, value in now.items():
            self.book.places[crossing] = Place(**(vars(self.book.places[crossing]) | {"urgency": value}))
        self._settle_journal()

    @invariant()
    def both_say_the_same(self) -> None:
        assert isinstance(self.book, PairedBook)
        called, other = self.book.queue.called, self.book.other
        assert {place.crossing_id for place in self.book.everybody()} == set(other._places)
        assert [(max(low, called + 1), high) for low, high in other.free() if high > called] == (
            self.book.free_by_lists()
        )
        assert all(other.place_of(crossing) == place for crossing, place in self.book.places.items())


SortedMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
TestTheSortedBookKeepsTheSamePromises = SortedMachine.TestCase


def test_calls_cost_no_more_among_many_waiting_than_among_few() -> None:
    few, many = calls_per_second(waiting=300), calls_per_second(waiting=30_000)
    assert many > few / 4, f"{few:.0f} calls a second with few waiting, {many:.0f} with many"


def calls_per_second(waiting: int) -> float:
    classes = (TicketClass.P2, TicketClass.P4, TicketClass.P5, TicketClass.P4)
    book = SortedBook(Queue("hn-1119", Direction.EXPORT))
    for turn in range(waiting):
        ticket_class = classes[turn % 4]
        join(book, Place(UUID(int=turn), ticket_class, LINES[ticket_class], urgency=turn % 7), GRACES)
    start = time.process_time()
    calls = [next_call(book, dangerous_may=True) for _ in range(200)]
    assert all(calls)
    return len(calls) / (time.process_time() - start)
