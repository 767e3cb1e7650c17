"""What the check of a log finds of numbers: called over somebody's head, dealt otherwise, or exchanged otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.words import TicketClass
from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.ledger.check import LogCheck
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from tests.builders.ledger import ROUTE, PublicQueue, codes_in, found_in
from tests.builders.queue_book import TIGHT

P2, P4, P5 = TicketClass.P2, TicketClass.P4, TicketClass.P5


def calls_without(queue: PublicQueue, *older: UUID) -> None:
    """Call the first who is not among these, and tell of nobody who is passed by that."""
    for one in older:
        queue.book.set_callable(one, can_come=False)
    queue.calls()
    queue.leaves[:] = [leaf for leaf in queue.leaves if leaf.kind is not Kind.PASSED]


def overtakes(*others: TicketClass) -> Callable[[], list[Leaf]]:
    """Of five the first two withdraw; a sixth, promised 4, is called as number 1 before the three that are older."""

    def leaves() -> list[Leaf]:
        queue = PublicQueue()
        first, second, *older = [queue.joins() for _ in range(5)]
        queue.withdraws(first)
        queue.withdraws(second)
        for ticket_class in others:
            older.append(queue.joins(ticket_class))
        queue.joins()
        calls_without(queue, *older)
        return queue.leaves

    return leaves


def leaves_with(place: int, *, of: Callable[[], PublicQueue], **news: Any) -> Callable[[], list[Leaf]]:  # noqa: ANN401 - a leaf's fields
    """A log in which one leaf says something else; or is not there, when nothing is said."""

    def leaves() -> list[Leaf]:
        told = of().leaves
        return [*told[:place], *([told[place].model_copy(update=news)] if news else []), *told[place + 1 :]]

    return leaves


def several() -> PublicQueue:
    """Two standard trucks and a perishable that withdraws: by that a number is exchanged as the next one joins."""
    queue = PublicQueue(graces=TIGHT)
    queue.leaves += terms_of(queue)
    one = queue.joins()
    perishable = queue.joins(P2)
    queue.joins()
    queue.withdraws(perishable)
    queue.joins()
    queue.joins(P5)
    queue.withdraws(one)
    queue.joins()
    return queue


def terms_of(queue: PublicQueue) -> list[Leaf]:
    """The graces of a queue as its log tells them."""
    about = {"kind": Kind.TERMS, "direction": queue.leaves[0].direction, "at": queue.now}
    return [Leaf(line=line, beta=str(one.beta), m=one.m, **about) for line, one in queue.graces.items()]


def place_of(kind: Kind, which: int = 0) -> int:
    return [at for at, leaf in enumerate(several().leaves) if leaf.kind is kind][which]


def fallen_back(number: int) -> Callable[[], list[Leaf]]:
    """A perishable that fell back to 260 is called by a number."""

    def leaves() -> list[Leaf]:
        queue = PublicQueue()
        crossing = queue.joins(P2)
        queue.leaves[-1] = queue.leaves[-1].model_copy(update={"if_spoiled": 260})
        queue.tell(Kind.CRISIS, cause="DECLARED")
        place = queue.book.place_of(crossing)
        queue.tell_of(Kind.SPOILED, place, promise=queue.book.take(260))
        queue.book.give_back(place.number or 0)
        queue.book.places[crossing] = replace(place, number=number, callable=False)
        while queue.book.queue.called + 1 < number:
            queue.joins()
            queue.calls()
        hour = queue.leaves[-1].hour
        queue.tell_of(Kind.CALLED, place, number=number, hour=hour, capacity=queue.capacity, valid_until=queue.now)
        return queue.leaves

    return leaves


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        (overtakes(), "called_over"),
        (overtakes(P2, P5, P2), "called_over"),
        (leaves_with(place_of(Kind.JOINED, 1), of=several, promise=2), "dealt_otherwise"),
        (leaves_with(place_of(Kind.JOINED, 2), of=several, promise=1), "dealt_otherwise"),
        (leaves_with(place_of(Kind.JOINED, 4), of=several, promise=5), "dealt_otherwise"),
        (leaves_with(place_of(Kind.EXCHANGED), of=several), "exchanged_otherwise"),
        (leaves_with(place_of(Kind.EXCHANGED), of=several, to=1), "exchanged_otherwise"),
        (leaves_with(place_of(Kind.EXCHANGED), of=several, line=Line.EMPTY), "exchanged_otherwise"),
        (fallen_back(261), "called_late"),
    ],
)
def test_whoever_has_anothers_number_is_found(planted: Callable[[], list[Leaf]], code: str) -> None:
    assert codes_in(several().leaves) == codes_in(fallen_back(260)()) == set()
    assert code in codes_in(planted())


def test_who_cannot_come_is_overtaken_and_told_to_be_passed_as_his_number_is_called() -> None:
    queue = PublicQueue()
    older = [queue.joins() for _ in range(3)]
    queue.joins()
    for one in older:
        queue.book.set_callable(one, can_come=False)
    queue.calls()
    assert [leaf.kind for leaf in queue.leaves[-2:]] == [Kind.PASSED, Kind.CALLED]
    assert found_in(queue.leaves) == []


def test_a_queue_older_than_its_log_is_not_judged_by_numbers_that_nobody_can_know() -> None:
    told = overtakes()()
    joined = [leaf for leaf in told if leaf.kind is Kind.JOINED]
    (hours,) = [leaf for leaf in told if leaf.kind is Kind.HOURS]
    about = {"kind": Kind.STANDING, "direction": told[0].direction, "at": told[0].at}
    said = [{"ticket_class": leaf.ticket_class, "commitment": leaf.commitment} for leaf in joined[2:]]
    standing = [Leaf(promise=9 + number, **about, **one) for number, one in enumerate(said)]
    assert found_in([told[0], *standing, hours, told[-1]]) == []


@pytest.mark.parametrize("left", [0, 1])
def test_numbers_are_known_again_once_nobody_waits_whose_number_is_unknown(left: int) -> None:
    queue = PublicQueue()
    queue.joins()
    (joined,) = [leaf for leaf in queue.leaves if leaf.kind is Kind.JOINED]
    said = {"ticket_class": joined.ticket_class, "commitment": joined.commitment, "promise": joined.promise}
    standing = Leaf(kind=Kind.STANDING, direction=joined.direction, at=joined.at, **said)
    if not left:
        queue.calls()
    queue.joins()
    check = LogCheck(ROUTE)
    assert [one for leaf in (queue.leaves[0], standing, *queue.leaves[2:]) for one in check.read(leaf)] == []
    (direction,) = check.queues.values()
    assert (direction.dealing.book is None) is bool(left)


STEPS = st.lists(
    st.tuples(st.sampled_from(["joins"] * 3 + ["calls"] * 2 + ["withdraws", "absent", "by hand"]), st.floats(0, 1)),
    max_size=80,
)


@given(steps=STEPS)
def test_whatever_happened_the_numbers_of_an_honest_log_are_known_to_its_end(steps: list[tuple[str, float]]) -> None:
    queue = PublicQueue(graces=TIGHT)
    queue.leaves += terms_of(queue)
    for what, how in steps:
        waiting = queue.waiting()
        one = waiting[int(how * (len(waiting) - 1))] if waiting else None
        if what == "joins":
            queue.joins((P4, P2, P5, TicketClass.P3, TicketClass.P1)[int(how * 4.99)])
        elif what == "calls":
            queue.calls()
        elif one and what == "withdraws":
            queue.withdraws(one)
        elif one and what == "absent":
            queue.book.set_callable(one, can_come=False)
        elif one:
            queue.calls_by_hand(one)
    check = LogCheck(ROUTE)
    assert [finding for leaf in queue.leaves for finding in check.read(leaf)] == []
    (direction,) = check.queues.values()
    book = direction.dealing.book
    assert book is not None
    held = {place.number for place in queue.book.everybody() if place.number is not None}
    assert {place.number for place in book.standing()} == held
