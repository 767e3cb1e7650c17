"""What anybody's check of a log finds of its hours: more calls than were told before, too many of dangerous goods."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from events.words import Direction, TicketClass
from services.queue_scheduling.ledger.check import LogCheck
from services.queue_scheduling.ledger.leaf import ALONE, Kind, Leaf
from tests.builders.ledger import ROUTE, PublicQueue, codes_in, found_in

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def several(*classes: TicketClass, capacity: int = 4, calls: int = 4) -> PublicQueue:
    """Trucks wait, and some of them are called."""
    queue = PublicQueue(capacity=capacity)
    for ticket_class in classes or [TicketClass.P4] * 6:
        queue.joins(ticket_class)
    for _ in range(calls):
        queue.calls()
    return queue


def changed(kind: Kind, which: int = -1, of: PublicQueue | None = None, **news: Any) -> Sequence[Leaf]:  # noqa: ANN401 - a leaf's fields
    """One leaf of a kind says something else."""
    leaves = (of or several()).leaves
    place = [place for place, leaf in enumerate(leaves) if leaf.kind is kind][which]
    return [*leaves[:place], leaves[place].model_copy(update=news), *leaves[place + 1 :]]


def untold() -> Sequence[Leaf]:
    return [leaf for leaf in several().leaves if leaf.kind is not Kind.HOURS]


def of_the_day_before() -> Sequence[Leaf]:
    queue = several(calls=1)
    queue.hours["day"] += timedelta(days=1)  # as if it had told them
    queue.now += timedelta(days=1)
    queue.calls()
    return queue.leaves


def dangerous(alone: int = 0, *, capacity: int = 4) -> PublicQueue:
    """Three trucks of dangerous goods are called in an hour that has room for two of them."""
    queue = several(*[TicketClass.P1] * 3, TicketClass.P4, capacity=capacity, calls=3)
    for place in range(len(queue.leaves) - alone, len(queue.leaves)):
        queue.leaves[place] = queue.leaves[place].model_copy(update={"cause": ALONE})
    return queue


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        (untold, "no_hours"),
        (of_the_day_before, "no_hours"),
        (lambda: changed(Kind.HOURS, day=(several().now - timedelta(days=1)).date()), "other_day"),
        (lambda: changed(Kind.HOURS, per_hour=3), "other_capacity"),
        (lambda: changed(Kind.HOURS, closes=10 * 60), "other_capacity"),
        (lambda: changed(Kind.HOURS, closed=((10 * 60, 18 * 60),)), "other_capacity"),
        (lambda: changed(Kind.CALLED, capacity=5), "other_capacity"),
        (lambda: dangerous().leaves, "over_dangerous_share"),
        (lambda: changed(Kind.HOURS, of=dangerous(alone=1), dangerous="0.25"), "over_dangerous_share"),
    ],
)
def test_calls_that_the_hours_do_not_have_are_found(planted: Callable[[], Sequence[Leaf]], code: str) -> None:
    assert codes_in(several().leaves) == set()
    assert code in codes_in(planted())


def test_hours_may_change_within_a_day_and_hold_from_then_on() -> None:
    queue = several(calls=2)
    queue.capacity = 3
    queue.calls()
    queue.now += HOUR
    queue.capacity = 8
    for _ in range(3):
        queue.calls()
    assert [leaf.per_hour for leaf in queue.leaves if leaf.kind is Kind.HOURS] == [4, 3, 8]
    assert found_in(queue.leaves) == []


def test_dangerous_goods_above_their_share_say_that_they_stood_alone_and_are_counted() -> None:
    check = LogCheck(ROUTE)
    assert [finding for leaf in dangerous(alone=1).leaves for finding in check.read(leaf)] == []
    assert check.queues[Direction.EXPORT].hours.alone == 1
    assert codes_in(dangerous(capacity=6).leaves) == set()


def test_whom_two_officers_call_by_hand_takes_of_the_share_and_is_not_held_to_it() -> None:
    queue = several(*[TicketClass.P1] * 3, TicketClass.P4, calls=2)
    queue.calls_by_hand(queue.waiting()[0])
    assert codes_in(queue.leaves) == set()
    queue.joins(TicketClass.P1)
    queue.calls()
    assert codes_in(queue.leaves) == {"over_dangerous_share"}


def test_machines_whose_clocks_are_a_little_apart_may_count_a_call_in_the_next_hour() -> None:
    queue = several(calls=1)
    queue.now += HOUR - MINUTE / 2
    queue.book.queue.hour = None
    queue.calls()
    next_hour = changed(Kind.CALLED, of=queue, hour=queue.now + MINUTE / 2)
    assert codes_in(next_hour) == set()
    assert codes_in(changed(Kind.CALLED, of=queue, hour=queue.now + MINUTE / 2 + HOUR)) == {"wrong_hour"}
