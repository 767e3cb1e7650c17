"""No receipt reaches beyond the terms that a log states, or else the published ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from tests.builders.ledger import PublicQueue, codes_in
from tests.builders.queue import TEN


def promised(ticket_class: TicketClass, promise: int, **more: Any) -> Callable[[], list[Leaf]]:  # noqa: ANN401 - a leaf's fields
    """After three standard trucks one joins that is promised this number; A is 4 and p is 3."""

    def leaves() -> list[Leaf]:
        queue = PublicQueue()
        for _ in range(3):
            queue.joins()
        queue.joins(ticket_class)
        return [*queue.leaves[:-1], queue.leaves[-1].model_copy(update={"promise": promise, **more})]

    return leaves


def under_other_terms(promise: int) -> list[Leaf]:
    """The same, after the log has said that empties give way by two calls and a tenth of who waits."""
    leaves = promised(TicketClass.P5, promise)()
    terms = Leaf(
        kind=Kind.TERMS,
        direction=Direction.EXPORT,
        at=TEN,
        line=Line.EMPTY,
        beta="0.1",
        m=2,
        second_beta="0",
        second_m=0,
    )
    return [*leaves[:1], terms, *leaves[1:]]


@pytest.mark.parametrize(
    ("ticket_class", "latest"), [(TicketClass.P5, 4 + 1 + 60), (TicketClass.P2, 4 + 250), (TicketClass.P4, 4)]
)
def test_no_receipt_names_a_later_number_than_the_published_terms_allow(ticket_class: TicketClass, latest: int) -> None:
    wrong = "after_first_come" if ticket_class is TicketClass.P4 else "beyond_grace"
    assert codes_in(promised(ticket_class, latest)()) == set()
    assert codes_in(promised(ticket_class, latest + 1)()) == {wrong}


def test_a_second_number_is_bounded_too() -> None:
    assert codes_in(promised(TicketClass.P2, 254, if_spoiled=4 + 3 + 2000)()) == set()
    assert codes_in(promised(TicketClass.P2, 254, if_spoiled=4 + 3 + 2001)()) == {"beyond_grace"}
    assert codes_in(promised(TicketClass.P5, 9, if_spoiled=9)()) == {"beyond_grace"}


def test_other_terms_bind_from_the_leaf_on_that_states_them() -> None:
    assert codes_in(under_other_terms(6)) == set()
    assert codes_in(under_other_terms(7)) == {"beyond_grace"}
