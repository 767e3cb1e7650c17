"""What a log owes to whoever left it by an error."""

from __future__ import annotations

from datetime import datetime

import pytest

from events.words import Direction, TicketClass
from services.queue_scheduling.ledger.errors import ErrorCheck
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.ledger.place import Waiting
from tests.builders.queue import TEN


@pytest.mark.parametrize(
    ("promise", "slot", "called", "before_the_numbers"),
    [(7, None, 5, False), (7, None, 6, True), (None, None, 0, True), (None, TEN, 0, True)],
)
def test_what_is_owed_to_who_left_by_an_error_is_what_he_held(
    promise: int | None,
    slot: datetime | None,
    called: int,
    before_the_numbers: bool,  # noqa: FBT001
) -> None:
    errors, said = ErrorCheck(), {"ticket_class": TicketClass.P4, "commitment": "0" * 64}
    errors.left["0" * 64] = Waiting(3, TicketClass.P4, promise, slot=slot), None
    about = {"direction": Direction.EXPORT, "at": TEN} | said
    assert not list(errors.take_back(Leaf(kind=Kind.TAKEN_BACK, promise=promise, **about), 4))
    assert errors.is_owed(Leaf(kind=Kind.JOINED, ready_at=TEN, **about), called) is before_the_numbers


def test_a_second_error_does_not_cost_what_the_first_one_left_owing() -> None:
    errors, about = ErrorCheck(), {"direction": Direction.EXPORT, "at": TEN, "commitment": "0" * 64}
    for index, promise in enumerate((4, 8)):
        leaf = Leaf(kind=Kind.TAKEN_BACK, ticket_class=TicketClass.P4, promise=promise, **about)
        errors.left["0" * 64] = Waiting(index, TicketClass.P4, promise), None
        assert not list(errors.take_back(leaf, index))
        numbers = {"first_come": promise + 4, "promise": promise + 4, "ahead": 2}
        again = Leaf(kind=Kind.JOINED, ticket_class=TicketClass.P4, ready_at=TEN, **about, **numbers)
        assert not errors.is_owed(again, called=0)
    assert errors.kept == {"0" * 64: 4}
