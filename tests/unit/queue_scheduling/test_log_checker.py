"""The check of a log finds what it is there to find."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from bordergate.event import Event
from bordergate.ids import new_id
from events.queue_scheduling import TicketPassed, TicketWithdrawn, TruckCalled, TruckQueued
from events.words import Direction, TicketClass
from tests.builders.queue import TEN
from tests.builders.queue_log import BrokenPromise, LogChecker

A, B = new_id(), new_id()


def queued(crossing: UUID, first_come: int, promise: int | None = None) -> TruckQueued:
    return TruckQueued(
        crossing_id=crossing,
        route="hn-1119",
        direction=Direction.EXPORT,
        ticket_class=TicketClass.P4,
        first_come=first_come,
        promise=promise or first_come,
        ahead=0,
    )


def called(crossing: UUID, number: int | None) -> TruckCalled:
    return TruckCalled(
        crossing_id=crossing,
        route="hn-1119",
        direction=Direction.EXPORT,
        number=number,
        extraordinary=number is None,
        valid_until=TEN + timedelta(hours=1),
    )


def check(*events: Event, capacity: int = 10) -> LogChecker:
    checker = LogChecker(capacity)
    checker.read((TEN, event) for event in events)
    return checker


def test_an_honest_log_passes() -> None:
    honest = (queued(A, 1), queued(B, 2), called(A, 1), called(B, 2))
    assert check(*honest).number == 2
    assert check(queued(A, 1), queued(B, 2), TicketPassed(crossing_id=A, number=1, cause="OWN"), called(B, 1)).passed


@pytest.mark.parametrize(
    "planted",
    [
        (queued(A, 1), queued(B, 2), called(B, 1)),
        (queued(A, 1), queued(B, 2), called(A, 2)),
        (queued(A, 1), queued(B, 3)),
        (queued(A, 1), queued(B, 2, promise=3)),
        (queued(A, 1), called(A, 1), called(A, 2)),
        (queued(A, 1, promise=1), queued(B, 2), TicketWithdrawn(crossing_id=A, reason="r"), called(A, 1)),
        (queued(A, 1), TicketPassed(crossing_id=A, number=2, cause="OWN")),
    ],
)
def test_a_planted_fault_is_found(planted: tuple[Event, ...]) -> None:
    with pytest.raises(BrokenPromise):
        check(*planted)


def test_a_planted_overload_is_found() -> None:
    with pytest.raises(BrokenPromise):
        check(queued(A, 1), queued(B, 2), called(A, 1), called(B, 2), capacity=1)


def test_an_extraordinary_call_breaks_nothing() -> None:
    assert check(queued(A, 1), queued(B, 2), called(B, None), called(A, 1)).number == 1
