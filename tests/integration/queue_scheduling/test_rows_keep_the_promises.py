"""The same machine on PostgreSQL: rows and lists give the same answers, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, object_session

from bordergate.ids import new_id
from services.queue_scheduling.dispatch.ahead import in_order_of_calls
from services.queue_scheduling.dispatch.book import Line, Place
from services.queue_scheduling.dispatch.call import choose
from services.queue_scheduling.dispatch.rows import ENDLESS, IN_ORDER, RowBook
from tests.builders.queue import TEN
from tests.builders.queue_book import ListBook
from tests.builders.queue_machine import QueueMachine


class PairedBook(ListBook):
    """Lists and rows side by side; every answer must be the same."""

    def beside(self, rows: RowBook) -> PairedBook:
        self.rows = rows
        return self

    def take(self, at_most: int) -> int:
        number = super().take(at_most)
        assert self.rows.take(at_most) == number
        return number

    def give_back(self, number: int) -> None:
        super().give_back(number)
        self.rows.give_back(number)

    def hold(self, line: Line, number: int) -> None:
        super().hold(line, number)
        self.rows.hold(line, number)

    def drop(self, line: Line, number: int) -> None:
        super().drop(line, number)
        self.rows.drop(line, number)

    def exchange(self, line: Line, number: int, at_most: int) -> None:
        before = set(self.held[line])
        ListBook.drop(self, line, number)
        instead = ListBook.take(self, at_most)
        ListBook.hold(self, line, instead)
        ListBook.give_back(self, number)
        self.rows.exchange(line, number, at_most)
        assert self.rows.exchanges[-1] == (line, number, instead)
        assert instead not in before

    def largest(self, line: Line) -> int | None:
        number = super().largest(line)
        assert self.rows.largest(line) == number
        return number

    def seat(self, place: Place) -> None:
        super().seat(place)
        self.rows.seat(Place(**(vars(place) | {"joined_at": TEN})))

    def unseat(self, crossing_id: UUID) -> None:
        super().unseat(crossing_id)
        self.rows.unseat(crossing_id)

    def renumber(self, places: Sequence[Place]) -> None:
        super().renumber(places)
        self.rows.renumber(places)

    def set_callable(self, crossing_id: UUID, *, can_come: bool) -> None:
        super().set_callable(crossing_id, can_come=can_come)
        self.rows.set_callable(crossing_id, can_come=can_come)

    def heads(self) -> Sequence[Place]:
        """The few rows fetched lead to the same choice as everybody would."""
        heads, everybody, number = self.rows.heads(), self.everybody(), self.queue.called + 1
        for may in (True, False):
            few, all_ = choose(heads, number, dangerous_may=may), choose(everybody, number, dangerous_may=may)
            assert (few and few.crossing_id, few and few.number) == (all_ and all_.crossing_id, all_ and all_.number)
        assert {p.crossing_id for p in heads if p.number == number} == {
            p.crossing_id for p in everybody if p.number == number
        }
        return everybody

    def standing(self) -> dict[UUID, int | None]:
        """What the board says everybody holds."""
        statement = f"{IN_ORDER} SELECT crossing_id, number FROM in_order ORDER BY rank"
        object_session(self.queue).flush()
        rows = self.rows._ask(statement).all()
        waiting = [place for place in self.everybody() if place.line is not Line.BOOKED]
        in_order = in_order_of_calls(waiting, self.queue.called)
        assert [row.crossing_id for row in rows] == [place.crossing_id for place in in_order]
        return {row.crossing_id: row.number for row in rows}

    def free(self) -> list[tuple[int, int]]:
        """The intervals of free numbers above N, as rows have them."""
        statement = "SELECT low, high FROM queue_scheduling.free_numbers WHERE queue = %(queue)s ORDER BY low"
        called = self.queue.called
        return [(max(row.low, called + 1), row.high) for row in self.rows._ask(statement) if row.high > called]

    def free_by_lists(self) -> list[tuple[int, int]]:
        """The same, from the numbers that are taken."""
        taken = sorted(number for number in self.taken if number > self.queue.called)
        starts, ends = [self.queue.called, *taken], [*taken, ENDLESS + 1]
        return [(low + 1, high - 1) for low, high in zip(starts, ends, strict=True) if low + 1 <= high - 1]


@contextmanager
def rolled_back(engine: Engine) -> Iterator[Session]:
    """A transaction that leaves nothing."""
    with Session(engine) as session:
        session.connection().exec_driver_sql("SET LOCAL ROLE bordergate_queue_scheduling")
        yield session
        session.rollback()


def machine_on(engine: Engine) -> type[QueueMachine]:
    class RowMachine(QueueMachine):
        def new_book(self) -> PairedBook:
            self.opened = rolled_back(engine)
            session = self.opened.__enter__()
            book = PairedBook()
            book.queue.key = str(new_id())
            book.queue.kept_since = TEN
            session.add(book.queue)
            RowBook.free_all(session, book.queue.key)
            return book.beside(RowBook(session, book.queue))

        @rule()
        def forget_free_numbers_called_over(self) -> None:
            assert isinstance(self.book, PairedBook)
            self.book.rows.forget()

        @invariant()
        def rows_say_what_lists_say(self) -> None:
            assert isinstance(self.book, PairedBook)
            in_line = [place for place in self.book.everybody() if place.line is not Line.BOOKED]
            assert self.book.standing() == {place.crossing_id: place.number for place in in_line}
            assert self.book.free() == self.book.free_by_lists()
            assert len(self.book.heads()) == len(self.book.places)

        def teardown(self) -> None:
            if hasattr(self, "opened"):
                self.opened.__exit__(None, None, None)

    return RowMachine


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def test_rows_and_lists_keep_the_same_promises(engine: Engine) -> None:
    run_state_machine_as_test(
        machine_on(engine), settings=settings(max_examples=60, stateful_step_count=40, deadline=None, print_blob=True)
    )
