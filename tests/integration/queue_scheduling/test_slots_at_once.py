"""Slots that several workers want, give back or take at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from bordergate.ids import new_id
from events.vehicle_registration import CrossingReady
from events.words import Direction
from services.queue_scheduling.slots import rows
from services.queue_scheduling.slots.commands import reserve_slot
from services.queue_scheduling.slots.deadlines import SlotRound
from services.queue_scheduling.slots.refusals import CannotBook
from services.queue_scheduling.slots.rounds import slot_round
from tests.builders.queue import TEN
from tests.gates import eventually
from tests.integration.queue_scheduling.conftest import Border
from tests.integration.queue_scheduling.test_slots import EIGHT, SEVEN, comes, filed, found_wrong, holds, stands_at

WAITS = "SELECT FROM pg_locks WHERE NOT granted"
HELD = """
SELECT count(*) AS held FROM queue_scheduling.bookings WHERE carrier = %s
    AND (starts = %s AND stage IN ('RESERVED', 'CONFIRMED') OR offered = %s)
"""
Work = Callable[[Session], object]


def before_it_is_committed(border: Border, work: Work, meanwhile: Work) -> None:
    """The first is done, and its transaction stands open until another worker waits for it with the second."""
    done = threading.Event()

    def stands_open(session: Session) -> None:
        work(session)
        session.flush()
        done.set()
        eventually(lambda: border.gate.rows("queue_scheduling", WAITS))

    with ThreadPoolExecutor(2) as workers:
        first = workers.submit(border.gate.do, "queue_scheduling", stands_open)
        assert done.wait(30)
        second = workers.submit(border.gate.do, "queue_scheduling", meanwhile)
        first.result()
        second.result()


def reserving(border: Border, crossing: CrossingReady) -> Work:
    """Eight o'clock is wanted for a crossing."""
    return lambda session: reserve_slot(rows.filed_of(session, crossing.crossing_id), EIGHT, session, border.gate.clock)


def before_seven_comes(border: Border) -> tuple[UUID, CrossingReady, Work]:
    """Of one carrier two hold ten o'clock and wait already, a third may want eight, where somebody else is booked.

    It is seven: the round that offers earlier room is due.
    """
    carrier, timer = new_id(), SlotRound(route="hn-1119", direction=Direction.EXPORT)
    comes(border, *(holds(border, TEN, carrier=carrier) for _ in range(2)))
    stands_at(border, SEVEN - timedelta(minutes=1))
    holds(border, EIGHT)
    wants = filed(border, carrier=carrier)
    border.gate.clock.set(SEVEN)
    return carrier, wants, lambda session: slot_round(timer, session, border.gate.clock)


def held_at_eight(border: Border, carrier: UUID) -> int:
    (row,) = border.gate.rows("queue_scheduling", HELD, carrier, EIGHT, EIGHT)
    return int(row.held)


def test_what_is_offered_to_a_carrier_just_now_counts_for_what_it_reserves(border: Border) -> None:
    carrier, wants, offering = before_seven_comes(border)
    with pytest.raises(CannotBook) as refused:
        before_it_is_committed(border, offering, reserving(border, wants))
    assert [wrong.code for wrong in refused.value.problems] == ["slots.carrier_full"]
    assert held_at_eight(border, carrier) == 2
    assert found_wrong(border) == []


def test_what_a_carrier_reserves_just_now_counts_for_what_it_is_offered(border: Border) -> None:
    carrier, wants, offering = before_seven_comes(border)
    before_it_is_committed(border, reserving(border, wants), offering)
    assert held_at_eight(border, carrier) == 2
    assert found_wrong(border) == []
