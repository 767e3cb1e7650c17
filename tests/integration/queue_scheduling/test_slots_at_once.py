"""Slots that several workers want, give back or take at the same moment."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bordergate.errors import Refusal
from bordergate.ids import new_id
from events.queue_scheduling import RouteStatus
from events.vehicle_registration import CrossingReady
from events.words import Direction
from services.queue_scheduling.commands import ChangeRoute, JoinQueue, change_route, join_queue, open_desks
from services.queue_scheduling.domain.route import Change
from services.queue_scheduling.slots import rows
from services.queue_scheduling.slots.attending import look_for_holders, state_presence
from services.queue_scheduling.slots.commands import reserve_slot
from services.queue_scheduling.slots.deadlines import HoldersDue, OfferEnds, SlotRound
from services.queue_scheduling.slots.holding import confirm_slot, decline_offer, move_slot
from services.queue_scheduling.slots.refusals import CannotBook
from services.queue_scheduling.slots.rounds import end_offer, slot_round
from services.queue_scheduling.timers import lock_queue
from tests.builders.queue import TEN
from tests.gates import eventually
from tests.integration.queue_scheduling.conftest import API, Border
from tests.integration.queue_scheduling.test_slots import (
    EIGHT,
    NINE,
    SEVEN,
    comes,
    filed,
    holds,
    rounds_of_slots,
    slot,
    stands_at,
)

WAITS = "SELECT FROM pg_locks WHERE NOT granted"
LOCKS_A_BUCKET = re.compile(r"(?s)FROM queue_scheduling.slot_buckets.*FOR UPDATE")
HELD = """
SELECT count(*) AS held FROM queue_scheduling.bookings WHERE carrier = %s
    AND (starts = %s AND stage IN ('RESERVED', 'CONFIRMED') OR offered = %s)
"""
TRACTOR = UUID(int=77)
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


@dataclass
class Meeting:
    """One transaction that stops once it has locked its first bucket, until another one waits for it."""

    border: Border
    circles: list[DBAPIError] = field(default_factory=list)
    locked: threading.Event = field(default_factory=threading.Event)

    def stopped(self, session: Session, work: Work) -> None:
        def stop(*asked: Any) -> None:  # noqa: ANN401 - what SQLAlchemy tells
            if LOCKS_A_BUCKET.search(asked[2]) and not self.locked.is_set():
                self.locked.set()
                eventually(lambda: self.border.gate.rows("queue_scheduling", WAITS))

        event.listen(session.connection(), "after_cursor_execute", stop)
        self.noted(session, work)

    def noted(self, session: Session, work: Work) -> None:
        """Whoever is half of a circle is stopped by the database, and begins again."""
        try:
            work(session)
        except DBAPIError as error:
            self.circles.append(error)
            raise

    def of(self, first: Work, second: Work) -> list[DBAPIError]:
        """Let both happen; returns what went wrong on the way."""
        with ThreadPoolExecutor(2) as workers:
            one = workers.submit(self.border.gate.do, "queue_scheduling", lambda session: self.stopped(session, first))
            assert self.locked.wait(30)
            two = workers.submit(self.border.gate.do, "queue_scheduling", lambda session: self.noted(session, second))
            one.result()
            with contextlib.suppress(Refusal):  # too late: the first took what it wanted
                two.result()
        return self.circles


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
    assert border.wrong_in_log() == []


def test_what_a_carrier_reserves_just_now_counts_for_what_it_is_offered(border: Border) -> None:
    carrier, wants, offering = before_seven_comes(border)
    before_it_is_committed(border, reserving(border, wants), offering)
    assert held_at_eight(border, carrier) == 2
    assert border.wrong_in_log() == []


def offered_eight(border: Border) -> CrossingReady:
    """Whoever holds nine is not seen, and is offered eight."""
    holder = holds(border, NINE)
    border.joins(holder)
    border.gate.clock.set(SEVEN)
    rounds_of_slots(border)
    assert slot(border, holder)["offered"] is not None
    return holder


def declining(border: Border, crossing: UUID) -> Work:
    return lambda session: decline_offer(crossing, session, border.gate.clock)


def running_out(border: Border, crossing: UUID) -> Work:
    """As the loop of deadlines does it."""
    timer = OfferEnds(crossing_id=crossing, offered=EIGHT)

    def due(session: Session) -> None:
        lock_queue(timer, session)
        end_offer(timer, session, border.gate.clock)

    return due


def saying_it_is_there(border: Border, crossing: UUID) -> Work:
    return lambda session: state_presence(crossing, None, session, border.gate.clock)


@pytest.mark.parametrize("second", [declining, running_out, saying_it_is_there])
def test_whoever_answers_an_offer_never_waits_in_a_circle_with_who_looks_for_the_holder(
    border: Border, second: Callable[[Border, UUID], Work]
) -> None:
    holder = offered_eight(border)
    border.gate.clock.forward(minutes=20)
    due = HoldersDue(route="hn-1119", direction=Direction.EXPORT, starts=NINE)

    def looking(session: Session) -> None:
        look_for_holders(due, session, border.gate.clock)

    assert Meeting(border).of(looking, second(border, holder.crossing_id)) == []
    assert (slot(border, holder)["cause"], slot(border, holder)["offered"]) == ("ABSENT", None)
    sold = border.gate.rows("queue_scheduling", "SELECT p2 + p3 + p4 + p5 AS sold FROM queue_scheduling.slot_buckets")
    assert [row.sold for row in sold] == [0, 0]


def moving(border: Border) -> Work:
    """A slot of a truck that never joined is exchanged, the other way round."""
    holder = holds(border, NINE)
    return lambda session: move_slot(holder.crossing_id, EIGHT, session, border.gate.clock, Decimal(1))


def reducing(border: Border) -> Work:
    change = ChangeRoute("hn-1119", Change(RouteStatus.REDUCED, "fog", None, 10, 10))
    return lambda session: change_route(change, session, border.gate.clock)


def booking_what_joins(border: Border) -> Work:
    """The truck that joins for another crossing is wanted for a slot of its own."""
    wanted = filed(border, plate="12C-77777", vehicle_id=TRACTOR)
    return lambda session: reserve_slot(rows.filed_of(session, wanted.crossing_id), NINE, session, border.gate.clock)


@pytest.mark.parametrize("second", [moving, reducing, booking_what_joins])
def test_whoever_books_moves_or_changes_a_route_never_waits_in_a_circle_with_who_joins(
    border: Border, second: Callable[[Border], Work]
) -> None:
    """Two join in one transaction: who holds nine, in another tractor, then who holds eight."""
    late, early = holds(border, NINE), holds(border, EIGHT)
    joining = [late.model_copy(update={"vehicle_id": TRACTOR, "plate": "12C-77777"}), early]
    work, now = second(border), border.gate.clock.now()

    def joins(session: Session) -> None:
        desks = open_desks(session, joining, border.gate.clock)
        for crossing in joining:
            join_queue(JoinQueue(crossing, now), desks)

    assert Meeting(border).of(joins, work) == []
    assert border.stages(late.crossing_id, early.crossing_id) == ["WAITING"] * 2
    assert border.wrong_in_log() == []


def test_who_confirms_while_his_truck_joins_waits_for_his_slot_and_not_by_number(border: Border) -> None:
    crossing, clock = filed(border), border.gate.clock

    def joins(session: Session) -> None:
        join_queue(JoinQueue(crossing, clock.now()), open_desks(session, [crossing], clock))

    def books(session: Session) -> None:
        reserving(border, crossing)(session)
        confirm_slot(crossing.crossing_id, session, clock)

    before_it_is_committed(border, joins, books)
    ticket = border.ticket(crossing.crossing_id)
    assert (ticket.slot, ticket.number) == (EIGHT, None)
    assert border.wrong_in_log() == []


def test_who_was_called_after_he_reserved_confirms_no_slot(border: Border) -> None:
    crossing, clock = filed(border), border.gate.clock
    comes(border, crossing)
    border.opens()
    border.gate.do("queue_scheduling", reserving(border, crossing))
    border.gate.wait(minutes=2)
    assert border.stages(crossing.crossing_id) == ["CALLED"]
    with pytest.raises(CannotBook) as refused:
        border.gate.do("queue_scheduling", lambda session: confirm_slot(crossing.crossing_id, session, clock))
    assert [wrong.code for wrong in refused.value.problems] == ["slots.already_called"]


def test_a_holder_called_by_hand_who_comes_before_all_by_our_doing_has_no_slot_beside_that(border: Border) -> None:
    holder = holds(border, TEN)
    comes(border, holder)
    border.opens(minutes=1)
    path = f"{API}/tickets/{holder.crossing_id}/override"
    assert border.two_operators().post(path, json={"reason": "an ambulance"}).status_code == 200
    assert border.operator().post(f"{API}/routes/hn-1119/pause", json={"reason": "flood"}).status_code == 200
    for _ in range(10):
        border.gate.wait(minutes=10)
    places = "SELECT line FROM queue_scheduling.places WHERE crossing_id = %s"
    assert [row.line for row in border.gate.rows("queue_scheduling", places, holder.crossing_id)] == ["EXTRAORDINARY"]
    assert slot(border, holder)["stage"] == "RELEASED"
    assert border.wrong_in_log() == []
