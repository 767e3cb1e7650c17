"""What the check of a log finds of places sold by calls that were none, by others' numbers, or by turning time back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import Line, Place
from services.queue_scheduling.ledger.check import LogCheck
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from tests.builders.ledger import ROUTE, PublicQueue, codes_in, found_in
from tests.builders.queue import TEN

CALLED = Place(UUID(int=1), TicketClass.P4, Line.STANDARD)
NOBODY = Place(UUID(int=99), TicketClass.P4, Line.STANDARD)


def four(second: TicketClass = TicketClass.P4) -> PublicQueue:
    """The first of four is called."""
    queue = PublicQueue()
    for ticket_class in (TicketClass.P4, second, TicketClass.P4, TicketClass.P4):
        queue.joins(ticket_class)
    queue.calls()
    return queue


def never_called() -> PublicQueue:
    """Of one who was never there a call is missed by the gate's doing, and it comes before all."""
    queue = four()
    queue.misses(NOBODY.crossing_id, cause="OURS")
    queue.calls()
    return queue


def missed_twice() -> PublicQueue:
    queue = four()
    queue.tell_of(Kind.MISSED, CALLED, cause="OURS")
    queue.tell_of(Kind.MISSED, CALLED, cause="OURS")
    return queue


def missed_by_who_stands_anew() -> PublicQueue:
    """A called truck became another one, and waits."""
    queue = four()
    queue.joins(again=UUID(int=1))
    queue.tell_of(Kind.MISSED, CALLED, cause="OURS")
    return queue


def extended_after_it_was_missed() -> PublicQueue:
    queue = four()
    queue.tell_of(Kind.MISSED, CALLED, cause="OWN")
    queue.tell_of(Kind.EXTENDED, CALLED, valid_until=queue.now, cause="OURS")
    return queue


def extended_for_nobody() -> PublicQueue:
    queue = four()
    queue.tell_of(Kind.EXTENDED, NOBODY, valid_until=queue.now, cause="OURS")
    return queue


def passed(place: int, second: TicketClass = TicketClass.P4) -> Callable[[], PublicQueue]:
    """One of those who wait is passed as number 2 is called, so that it may come without a number."""

    def queue() -> PublicQueue:
        queue = four(second)
        queue.tell_of(Kind.PASSED, queue.book.place_of(UUID(int=place)), number=2, cause="OURS")
        queue.calls()
        return queue

    return queue


def passed_beyond_its_promise() -> PublicQueue:
    """Its promise was called already, but nobody was to see that."""
    queue = four()
    (late,) = [at for at, leaf in enumerate(queue.leaves) if leaf.promise == 2]
    queue.leaves[late] = queue.leaves[late].model_copy(update={"promise": 1})
    queue.tell_of(Kind.PASSED, queue.book.place_of(UUID(int=2)), number=2, cause="OURS")
    return queue


def passed_without_a_number() -> PublicQueue:
    """Fuel is called before the numbers, and holds none that could be called over."""
    queue = four()
    fuel = queue.joins(TicketClass.P1)
    queue.tell_of(Kind.PASSED, queue.book.place_of(fuel), number=2, cause="OURS")
    return queue


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        (never_called, "missed_uncalled"),
        (missed_twice, "missed_uncalled"),
        (missed_by_who_stands_anew, "missed_uncalled"),
        (extended_after_it_was_missed, "extended_uncalled"),
        (extended_for_nobody, "extended_uncalled"),
        (passed(2, TicketClass.P2), "passed_wrongly"),
        (passed(3), "passed_wrongly"),
        (passed(4), "passed_wrongly"),
        (passed_beyond_its_promise, "passed_wrongly"),
        (passed_without_a_number, "wrong_line"),
    ],
)
def test_a_place_that_was_not_anybodys_to_have_is_found(planted: Callable[[], PublicQueue], code: str) -> None:
    assert codes_in(four().leaves) == codes_in(four(TicketClass.P2).leaves) == set()
    assert code in codes_in(planted().leaves)


@pytest.mark.parametrize("ticket_class", [TicketClass.P2, TicketClass.P4, TicketClass.P5])
def test_who_cannot_come_is_passed_as_his_own_number_is_called(ticket_class: TicketClass) -> None:
    queue = PublicQueue()
    absent = queue.joins(ticket_class)
    queue.book.set_callable(absent, can_come=False)
    for _ in range(320):
        queue.joins()
        queue.calls()
    assert [leaf.number for leaf in queue.leaves if leaf.kind is Kind.PASSED] == [
        {TicketClass.P2: 251, TicketClass.P4: 1, TicketClass.P5: 61}[ticket_class]
    ]
    assert found_in(queue.leaves) == []


def test_a_spoiled_perishable_is_passed_as_its_second_number_is_called() -> None:
    def spoiled(number: int) -> set[str]:
        queue = PublicQueue()
        spoiled = queue.joins(TicketClass.P2)
        queue.leaves[-1] = queue.leaves[-1].model_copy(update={"promise": 1, "if_spoiled": 900})
        queue.tell(Kind.CRISIS, cause="DECLARED")
        queue.tell_of(Kind.SPOILED, queue.book.place_of(spoiled), promise=2)
        queue.joins()
        while queue.book.queue.called + 1 < number:
            queue.joins()
            queue.calls()
        queue.tell_of(Kind.PASSED, queue.book.place_of(spoiled), number=number, cause="OWN")
        queue.calls()
        return codes_in(queue.leaves)

    assert "passed_wrongly" not in spoiled(2)
    assert "passed_wrongly" in spoiled(1)


def test_who_goes_before_all_without_a_written_order_is_counted() -> None:
    queue = four()
    ordered, unordered = queue.waiting()[0], queue.joins(TicketClass.P0)
    queue.tell_of(Kind.EMERGENCY, queue.book.place_of(ordered), cause="RELIEF_ORDER")
    queue.withdraws(ordered, Kind.LEFT)
    queue.joins(TicketClass.P0, again=ordered)
    assert (queue.calls(), queue.calls()) == (unordered, ordered)
    check = LogCheck(ROUTE)
    assert [finding for leaf in queue.leaves for finding in check.read(leaf)] == []
    assert check.queues[Direction.EXPORT].unordered == 1


def test_an_order_is_for_one_truck_and_ends_with_its_class() -> None:
    queue = four()
    one = queue.waiting()[0]
    queue.tell_of(Kind.EMERGENCY, queue.book.place_of(one), cause="RELIEF_ORDER")
    for ticket_class in (TicketClass.P0, TicketClass.P4, TicketClass.P0):
        queue.withdraws(one, Kind.LEFT)
        queue.joins(ticket_class, again=one)
    check = LogCheck(ROUTE)
    assert [finding for leaf in queue.leaves for finding in check.read(leaf)] == []
    assert check.queues[Direction.EXPORT].unordered == 1


def test_a_log_that_begins_late_says_whose_calls_may_still_be_missed() -> None:
    queue = PublicQueue()
    queue.misses(UUID(int=1), cause="OWN")
    (missed,) = [leaf for leaf in queue.leaves if leaf.kind is Kind.MISSED]
    said = {"ticket_class": missed.ticket_class, "commitment": missed.commitment, "valid_until": TEN}
    called = Leaf(kind=Kind.STANDING, direction=Direction.EXPORT, at=TEN, **said)
    assert codes_in(queue.leaves) == {"missed_uncalled"}
    assert codes_in([queue.leaves[0], called, *queue.leaves[1:]]) == set()


def test_time_cannot_be_walked_back_in_small_steps() -> None:
    queue = four()
    for _ in range(3):
        queue.now -= timedelta(seconds=50)
        queue.joins()
    assert [finding.code for finding in found_in(queue.leaves)] == ["ledger.time_ran_back"] * 2
    assert found_in(queue.leaves, simulated=True) == []
