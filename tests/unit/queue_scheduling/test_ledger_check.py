"""The check of a public log: an honest one passes, and whatever is planted in one is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.ledger.leaf import Kind, Leaf, MalformedLeaf
from tests.builders.ledger import ROUTE, PublicQueue, codes_in, found_in
from tests.builders.queue import TEN

CLASSES = st.sampled_from([*TicketClass, TicketClass.P4, TicketClass.P4, TicketClass.P5, TicketClass.P2])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("joins"), CLASSES),
        st.tuples(
            st.sampled_from(["calls", "calls", "withdraws", "absent", "by hand", "misses", "time"]), st.floats(0, 1)
        ),
    ),
    max_size=60,
)


def played(steps: list[tuple[str, Any]]) -> PublicQueue:
    """A queue in which all that happened."""
    queue, called = PublicQueue(capacity=12), []
    for what, how in steps:
        waiting = queue.waiting()
        one = waiting[int(how * (len(waiting) - 1))] if waiting and what != "joins" else None
        if what == "joins":
            queue.joins(how)
        elif what == "calls" and (crossing := queue.calls()):
            called.append(crossing)
        elif what == "withdraws" and one:
            queue.withdraws(one)
        elif what == "absent" and one:
            queue.book.set_callable(one, can_come=False)
        elif what == "by hand" and one:
            queue.calls_by_hand(one)
        elif what == "misses" and called:
            queue.misses(called.pop())
        elif what == "time":
            queue.now += timedelta(minutes=int(how * 50))
    return queue


@given(steps=STEPS)
def test_an_honest_log_passes_whatever_happened(steps: list[tuple[str, Any]]) -> None:
    assert found_in(played(steps).leaves) == []


@given(steps=STEPS, chosen=st.floats(0, 1))
def test_whoever_is_called_in_anothers_place_is_found(steps: list[tuple[str, Any]], chosen: float) -> None:
    queue = played([("joins", TicketClass.P4)] * 3 + steps)
    while queue.calls():  # all who can come are called, so that every promise comes up
        queue.now += timedelta(minutes=10)
    leaves, due = queue.leaves, dict[str, int]()
    swaps = []
    for place, leaf in enumerate(leaves):
        if leaf.kind is Kind.JOINED and leaf.promise and leaf.commitment:
            due[leaf.commitment] = leaf.promise
        elif leaf.kind is Kind.CALLED and leaf.number and due.pop(leaf.commitment or "", None) == leaf.number:
            swaps += [(place, other) for other in due]
        elif leaf.commitment:
            due.pop(leaf.commitment, None)
    if not swaps:
        return
    place, other = swaps[int(chosen * (len(swaps) - 1))]
    planted = [*leaves[:place], leaves[place].model_copy(update={"commitment": other}), *leaves[place + 1 :]]
    assert "promise_broken" in codes_in(planted)


def three() -> PublicQueue:
    """Three wait, one is called."""
    queue = PublicQueue()
    for _ in range(3):
        queue.joins()
    queue.calls()
    return queue


def changed(place: int, **news: Any) -> Callable[[], list[Leaf]]:  # noqa: ANN401 - a leaf's fields
    """One leaf says something else."""

    def leaves() -> list[Leaf]:
        told = three().leaves
        return [*told[:place], told[place].model_copy(update=news), *told[place + 1 :]]

    return leaves


def without(place: int) -> Callable[[], list[Leaf]]:
    return lambda: [leaf for number, leaf in enumerate(three().leaves) if number != place]


def overtaken() -> list[Leaf]:
    """The second is called in the first's place."""
    told = three().leaves
    return [*told[:5], told[5].model_copy(update={"commitment": told[2].commitment})]


def called_twice() -> list[Leaf]:
    told = three().leaves
    return [*told, told[5].model_copy(update={"number": 2})]


def passed_for_nothing() -> list[Leaf]:
    queue = three()
    place = queue.book.place_of(queue.waiting()[0])
    queue.tell_of(Kind.PASSED, place, number=2, cause="OWN")
    queue.joins()
    return queue.leaves


def passed_early() -> list[Leaf]:
    queue = three()
    queue.tell_of(Kind.PASSED, queue.book.place_of(queue.waiting()[1]), number=3, cause="OWN")
    return queue.leaves


def extended_uncalled() -> list[Leaf]:
    queue = three()
    place = queue.book.place_of(queue.waiting()[0])
    queue.tell_of(Kind.EXTENDED, place, valid_until=queue.now + timedelta(hours=4), cause="ASKED")
    return queue.leaves


def overfull() -> list[Leaf]:
    queue = three()
    queue.capacity = 2
    queue.calls()
    leaves = queue.leaves
    queue.book.queue.calls = 0
    queue.calls()
    return leaves


def hours_turned_back() -> list[Leaf]:
    queue = three()
    queue.now += timedelta(hours=1)
    queue.calls()
    queue.joins()
    queue.calls()
    last = queue.leaves[-1]
    return [*queue.leaves[:-1], last.model_copy(update={"hour": queue.leaves[5].hour})]


def time_turned_back() -> list[Leaf]:
    queue = three()
    queue.now -= timedelta(minutes=10)
    queue.joins()
    return queue.leaves


def opened_again() -> list[Leaf]:
    queue = three()
    queue.tell(Kind.OPENED, route=ROUTE, number=0)
    return queue.leaves


def missed_while_waiting() -> list[Leaf]:
    queue = three()
    queue.tell_of(Kind.MISSED, queue.book.place_of(queue.waiting()[0]), cause="OWN")
    return queue.leaves


def withdrawn_twice() -> list[Leaf]:
    queue = three()
    queue.withdraws(queue.waiting()[0])
    return [*queue.leaves, queue.leaves[-1]]


def exchanged_upward() -> list[Leaf]:
    queue = three()
    queue.tell(Kind.EXCHANGED, line=Line.STANDARD, number=3, to=5)
    return queue.leaves


def extraordinary_without_cause() -> list[Leaf]:
    """A standard truck that was never passed is called outside the numbers."""
    told = three().leaves
    joined = told[3].model_copy(update={"promise": None, "first_come": None, "ahead": None})
    return [*told[:3], joined]


def called_without_its_number() -> list[Leaf]:
    told = three().leaves
    return [*told[:5], told[5].model_copy(update={"number": None})]


def spoiled(promise: int) -> Callable[[], list[Leaf]]:
    def leaves() -> list[Leaf]:
        queue = three()
        crossing = queue.joins(TicketClass.P2)
        queue.tell(Kind.CRISIS, cause="DECLARED")
        queue.leaves[-2] = queue.leaves[-2].model_copy(update={"if_spoiled": 900})
        queue.tell_of(Kind.SPOILED, queue.book.place_of(crossing), promise=promise)
        return queue.leaves

    return leaves


def returned(due: int, promise: int = 3) -> Callable[[], list[Leaf]]:
    """The third is scanned in error and waits again behind a fourth; it comes before the numbers once `due` is next."""

    def leaves() -> list[Leaf]:
        queue = three()
        third = queue.waiting()[-1]
        place = queue.book.place_of(third)
        queue.withdraws(third, Kind.LEFT)
        queue.joins()
        queue.tell_of(Kind.TAKEN_BACK, place, promise=promise)
        queue.joins(again=third)
        while queue.book.queue.called + 1 < due:
            queue.calls()
        if third in queue.waiting():
            queue.withdraws(third, Kind.LEFT)
            queue.passed[third] = "OURS"  # outside the numbers
            queue.joins(again=third)
            queue.calls()
        return queue.leaves

    return leaves


def spoiled_after(*regimes: str) -> Callable[[], list[Leaf]]:
    def leaves() -> list[Leaf]:
        told = spoiled(900)()
        crises = [told[-2].model_copy(update={"cause": regime}) for regime in regimes]
        return [*told[:-2], *crises, told[-1]]

    return leaves


def answered_uncalled() -> list[Leaf]:
    queue = three()
    queue.tell_of(Kind.ANSWERED, queue.book.place_of(queue.waiting()[0]))
    return queue.leaves


def an_emergency_of_nobody() -> list[Leaf]:
    queue = three()
    place = queue.book.place_of(queue.waiting()[0])
    queue.withdraws(place.crossing_id)
    queue.tell_of(Kind.EMERGENCY, place, cause="RELIEF_ORDER")
    return queue.leaves


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        (overtaken, "promise_broken"),
        (changed(5, number=2), "number_skipped"),
        (changed(5, number=2), "called_late"),
        (called_twice, "not_waiting"),
        (without(0), "not_opened"),
        (without(1), "wrong_first_come"),
        (changed(2, promise=3), "after_first_come"),
        (changed(2, first_come=3, promise=3), "wrong_first_come"),
        (changed(2, ahead=0), "wrong_ahead"),
        (changed(0, number=5), "promise_called_over"),
        (changed(2, commitment=three().leaves[1].commitment), "joined_twice"),
        (passed_for_nothing, "pass_without_call"),
        (extended_uncalled, "extended_uncalled"),
        (passed_early, "number_skipped"),
        (overfull, "over_capacity"),
        (changed(5, hour=TEN + timedelta(hours=3)), "wrong_hour"),
        (hours_turned_back, "wrong_hour"),
        (time_turned_back, "time_ran_back"),
        (opened_again, "opened_again"),
        (changed(0, route="tt-1088"), "other_log"),
        (missed_while_waiting, "missed_uncalled"),
        (withdrawn_twice, "not_waiting"),
        (exchanged_upward, "exchanged_upward"),
        (extraordinary_without_cause, "no_number"),
        (called_without_its_number, "wrong_line"),
        (spoiled(901), "spoiled_wrongly"),
        (spoiled(2), "spoiled_wrongly"),
        (spoiled_after(), "spoiled_without_crisis"),
        (spoiled_after("DECLARED", "LIFTED"), "spoiled_without_crisis"),
        (spoiled_after("LIFTED"), "crisis_twice"),
        (returned(due=2), "no_number"),
        (returned(due=5), "promise_broken"),
        (returned(due=3, promise=2), "taken_back_wrongly"),
        (answered_uncalled, "answered_unmissed"),
        (an_emergency_of_nobody, "not_waiting"),
    ],
)
def test_what_is_planted_is_found(planted: Callable[[], list[Leaf]], code: str) -> None:
    assert codes_in(three().leaves) == set()
    assert code in codes_in(planted())


def test_of_a_receipts_two_numbers_the_wrong_one_is_named() -> None:
    assert "wrong_first_come" not in codes_in(changed(2, ahead=0)())
    assert "wrong_ahead" not in codes_in(changed(2, first_come=3, promise=3)())


def test_a_spoiled_perishable_may_wait_for_the_second_number_of_its_receipt() -> None:
    assert codes_in(spoiled(900)()) == set()


def test_who_left_by_an_error_is_called_by_his_promise_and_not_before() -> None:
    assert codes_in(returned(due=3)()) == set()


def test_a_time_set_anew_is_no_fault_of_a_simulation() -> None:
    assert found_in(time_turned_back(), simulated=True) == []


def test_a_passed_truck_that_rejoins_by_our_fault_holds_no_number() -> None:
    queue = three()
    absent = queue.waiting()[0]
    queue.book.set_callable(absent, can_come=False)
    queue.calls()
    queue.passed[absent] = "OURS"
    (told,) = [place for place, leaf in enumerate(queue.leaves) if leaf.kind is Kind.PASSED]
    queue.leaves[told] = queue.leaves[told].model_copy(update={"cause": "OURS"})
    queue.joins(again=absent)
    assert queue.calls() == absent
    assert queue.leaves[-1].number is None
    assert codes_in(queue.leaves) == set()


@pytest.mark.parametrize(("cause", "wrong"), [("OURS", set()), ("OWN", {"no_number"})])
def test_who_missed_a_call_rejoins_without_a_number_by_our_fault_only(cause: str, wrong: set[str]) -> None:
    queue = three()
    queue.misses(UUID(int=1), cause="OURS")
    (told,) = [place for place, leaf in enumerate(queue.leaves) if leaf.kind is Kind.MISSED]
    queue.leaves[told] = queue.leaves[told].model_copy(update={"cause": cause})
    assert codes_in(queue.leaves) == wrong


def test_a_log_that_begins_late_says_who_waits_already() -> None:
    told = three()
    first = Leaf(kind=Kind.OPENED, direction=Direction.EXPORT, at=TEN, route=ROUTE, number=1)
    standing = [
        Leaf(kind=Kind.STANDING, direction=Direction.EXPORT, at=TEN, **news)
        for news in (
            {"ticket_class": leaf.ticket_class, "commitment": leaf.commitment, "promise": leaf.promise}
            for leaf in told.leaves[2:4]
        )
    ]
    told.calls()
    told.joins()
    assert codes_in([first, *standing, told.leaves[4], *told.leaves[6:]]) == set()
    assert "not_waiting" in codes_in([first, *standing[1:], told.leaves[4], *told.leaves[6:]])


def test_both_directions_of_a_route_are_checked_apart() -> None:
    there, back = three(), three()
    other = [leaf.model_copy(update={"direction": Direction.IMPORT}) for leaf in back.leaves]
    mixed = [leaf for pair in zip(there.leaves, other, strict=True) for leaf in pair]
    assert codes_in(mixed) == set()


def test_a_leaf_is_read_back_as_it_was_written_and_says_nothing_else() -> None:
    for leaf in three().leaves:
        assert Leaf.read(leaf.written()) == leaf
    raw = three().leaves[1].written()
    for wrong in (
        raw.replace(b'"promise":1', b'"promise":1.0'),
        raw.replace(b'"promise":1', b'"promise":"1"'),
        raw.replace(b'"promise":1,', b""),
        raw.replace(b"JOINED", b"SOLD"),
        raw.replace(b'"kind"', b'"plate":"12C","kind"'),
        raw.replace(b"Z", b"+00:00"),
        raw + b" ",
        b"{}",
    ):
        assert wrong != raw
        with pytest.raises(MalformedLeaf):
            Leaf.read(wrong)
