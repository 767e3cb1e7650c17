"""Many workers at one queue at once: joins, calls, absences, withdrawals, overrides, no-shows and pauses."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from bordergate.broker import Record
from bordergate.errors import Refusal
from bordergate.event import Event
from bordergate.ids import new_id
from bordergate.timers import TimerLoop, start_timer
from events.gate_operations import TruckCheckedIn
from events.queue_scheduling import RouteStatus
from events.streams import CrossingEvent
from events.vehicle_registration import CrossingCancelled, CrossingNotReady, CrossingReady
from events.words import Direction, Failure
from services.queue_scheduling import commands, repository, timers
from services.queue_scheduling.domain.deadlines import NoShow, next_look
from services.queue_scheduling.domain.route import Change
from services.queue_scheduling.ledger.check import LogCheck, QueueCheck
from services.queue_scheduling.ledger.leaf import Leaf
from services.queue_scheduling.ledger.sequencer import Sequencer
from services.queue_scheduling.service import service
from tests.builders.news import as_record, enveloped
from tests.builders.queue import DURIAN, FUEL, LYCHEE, MACHINES, PHONES, RELIEF, TEN, a_ready_crossing
from tests.builders.queue_log import LogChecker
from tests.gates import eventually
from tests.integration.queue_scheduling.conftest import STATED, Border

SEVEN = TEN - timedelta(hours=3)
CAPACITY = 26
LOADS = (*[MACHINES] * 8, PHONES, PHONES, DURIAN, DURIAN, LYCHEE, LYCHEE, FUEL, RELIEF)
ROUNDS = 150


@dataclass
class Crowd:
    """Threads that each do their own thing to one queue."""

    border: Border
    seed: int
    crossings: list[CrossingReady] = field(default_factory=list)
    absent: set[UUID] = field(default_factory=set)
    failures: list[BaseException] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    joining: int = 3

    def record(self, event: CrossingEvent) -> Record:
        source = event.name.partition(".")[0]
        return as_record(enveloped(event, 1, source=source, time=self.border.gate.clock.now()))

    def hear(self, *events: CrossingEvent) -> None:
        """One worker's consumer takes one poll, each event twice."""
        (consumer,) = self.border.gate.gate.consumers()
        consumer.handle_for_ever([record for event in events for record in [self.record(event)] * 2])

    def joiner(self, dice: random.Random) -> None:
        for _ in range(12):
            plate = f"12C-{dice.randrange(200):05d}"
            several = [
                a_ready_crossing(goods=dice.choice(LOADS), empty=dice.random() < 0.15, plate=f"{plate}{number}")
                for number in range(dice.randrange(1, 6))
            ]
            self.crossings += several
            self.hear(*several)
        self.joining -= 1

    def begin(self) -> None:
        """Some wait before it opens, of whom the first cannot come and the last changes his mind."""
        early = [a_ready_crossing() for _ in range(6)]
        self.crossings += early
        self.absent.add(early[0].crossing_id)
        failure = Failure(code="R020", field="$.goods")
        self.hear(*early)
        self.hear(CrossingNotReady(crossing_id=early[0].crossing_id, failures=(failure,)))
        self.hear(CrossingCancelled(crossing_id=early[-1].crossing_id, reason="other plans"))
        self.crossings.remove(early[0])

    def meddler(self, dice: random.Random) -> None:
        while not self.over.is_set():
            if not self.crossings:
                continue
            crossing = dice.choice(self.crossings)
            other = dice.choice(self.crossings)
            failure = Failure(code=dice.choice(("R020", "R040")), field="$.goods")
            self.absent.add(crossing.crossing_id)
            self.hear(CrossingNotReady(crossing_id=crossing.crossing_id, failures=(failure,)))
            if dice.random() < 0.5:
                self.hear(crossing)
            if dice.random() < 0.3:
                self.hear(CrossingCancelled(crossing_id=other.crossing_id, reason="other plans"))
            self._serve_somebody()

    def _serve_somebody(self) -> None:
        """Half of the trucks are seen by both authorities while their call is good; the others never come."""
        soon = self.border.gate.clock.now() + timedelta(minutes=30)
        rows = self.border.gate.rows(
            "queue_scheduling",
            "SELECT crossing_id FROM queue_scheduling.tickets WHERE stage = 'CALLED' AND valid_until > %s"
            " AND crossing_id::text ~ '[02468ace]$' LIMIT 2",
            soon,
        )
        self.hear(*[TruckCheckedIn(crossing_id=row.crossing_id) for row in rows])

    def officer(self, dice: random.Random) -> None:
        while not self.over.is_set():
            if self.crossings:
                crossing = dice.choice(self.crossings).crossing_id
                self._try(lambda crossing=crossing: self._command(crossing))
            self.over.wait(0.5)

    def _command(self, crossing: UUID) -> None:
        by_hand = commands.CallByHand(crossing, "medicine", (new_id(), new_id()))
        gate = self.border.gate
        gate.do("queue_scheduling", lambda session: commands.call_by_hand(by_hand, session, gate.clock))

    def _try(self, command: Callable[[], None]) -> None:
        try:
            command()
        except Refusal:
            self.over.wait(0.001)

    def pauser(self, dice: random.Random) -> None:
        gate = self.border.gate
        pause, reopen = (
            commands.ChangeRoute("hn-1119", Change(status)) for status in (RouteStatus.PAUSED, RouteStatus.OPEN)
        )
        while not self.over.is_set():
            self._try(lambda: gate.do("queue_scheduling", lambda s: commands.change_route(pause, s, gate.clock)))
            self.over.wait(0.05)
            self._try(lambda: gate.do("queue_scheduling", lambda s: commands.change_route(reopen, s, gate.clock)))
            self.over.wait(dice.random())

    def caller(self, _dice: random.Random) -> None:
        (loop,) = self.border.gate.gate.timer_loops()
        while not self.over.is_set():
            loop.run_due()
            self.over.wait(0.002)

    def time(self, dice: random.Random) -> None:
        """Two or three hours, and longer while trucks still join or nobody was called by number yet."""
        rounds = 0
        while (rounds < ROUNDS or self.joining or self._goes_on(rounds)) and not self.over.is_set():
            rounds += 1
            self.over.wait(0.04)
            self.border.gate.clock.forward(minutes=dice.randrange(1, 4))
        self.over.set()

    def _goes_on(self, rounds: int) -> bool:
        return rounds < 4 * ROUNDS and not self.border.queue().called

    def work(self) -> None:
        """Everybody at once, until the time is over."""
        roles = (
            [self.joiner] * self.joining
            + [self.meddler] * 2
            + [self.caller] * 3
            + [self.officer, self.pauser, self.time]
        )
        threads = [threading.Thread(target=self._safely, args=(role, n)) for n, role in enumerate(roles)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert not self.failures, self.failures

    def _safely(self, role: Callable[[random.Random], None], number: int) -> None:
        try:
            role(random.Random(f"{self.seed}/{number}"))  # noqa: S311 - the same dice every time
        except BaseException as error:  # a thread's failure is the test's
            self.failures.append(error)
            self.over.set()
            raise

    def log(self) -> list[tuple[datetime, Event]]:
        """What the queue recorded, in the order in which it did: the queue's row was locked while each was written."""
        rows = self.border.gate.rows(
            "queue_scheduling",
            "SELECT headers, body FROM queue_scheduling.outbox WHERE topic = 'bordergate.crossings' ORDER BY seq",
        )
        return [(happened(row.headers), STATED[row.headers["ce_type"]](**json.loads(row.body))) for row in rows]


def happened(headers: dict[str, str]) -> datetime:
    """When it was decided, else when it was recorded."""
    return datetime.fromisoformat(headers.get("ce_occurred", headers["ce_time"]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_workers_at_once_break_no_promise(border: Border, seed: int) -> None:
    border.gate.clock.set(SEVEN)
    crowd = Crowd(border, seed)
    crowd.begin()
    crowd.work()
    checker = LogChecker(CAPACITY, frozenset(crowd.absent))
    checker.read(crowd.log())
    assert checker.number == border.queue().called
    assert len(checker.numbered) == border.queue().numbered
    assert set(checker.waiting) == waiting_in_rows(border)
    assert not border.gate.parked()
    assert {"TruckQueued", "TruckCalled", "TicketWithdrawn", "CallMissed"} <= set(checker.kinds)
    assert checker.number > 0
    assert checker.kinds["TruckCalled"] > 10, checker.kinds
    check = told_to_the_public(border)
    assert (check.number, check.numbered) == (checker.number, len(checker.numbered))
    assert len(check.waiting) == len(checker.waiting)


def told_to_the_public(border: Border) -> QueueCheck:
    """What the public log says after all that, without anything wrong in it."""
    sequencer = Sequencer(border.gate.gate)
    while sequencer.step():
        pass
    rows = border.gate.rows(
        "queue_scheduling", "SELECT leaf FROM queue_scheduling.leaves WHERE route = 'hn-1119' ORDER BY index"
    )
    check = LogCheck("hn-1119")
    assert [finding for row in rows for finding in check.read(Leaf.read(bytes(row.leaf)))] == []
    return check.queues[Direction.EXPORT]


def waiting_in_rows(border: Border) -> set[UUID]:
    return {row.crossing_id for row in border.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.places")}


WAITS = "SELECT count(*) AS waiting FROM pg_locks WHERE NOT granted"
FREE = "SELECT key FROM queue_scheduling.queues WHERE route = 'hn-1119' FOR UPDATE SKIP LOCKED"


def test_a_batch_that_decides_at_two_queues_locks_them_in_one_order(border: Border) -> None:
    """Whoever waits for the first queue holds no later one: so nobody can wait for him in return."""
    outward, inward = (a_ready_crossing(direction=direction) for direction in Direction)
    border.joins(outward, inward)
    crowd, failure = Crowd(border, 1), Failure(code="R020", field="$.goods")
    told = [CrossingNotReady(crossing_id=one.crossing_id, failures=(failure,)) for one in (inward, outward)]
    worker = threading.Thread(target=crowd.hear, args=told)

    def hold_the_first(session: Session) -> list[str]:
        repository.lock_queue(session, "hn-1119", Direction.EXPORT)
        worker.start()
        eventually(lambda: border.gate.rows("queue_scheduling", WAITS)[0].waiting)
        return list(session.connection().exec_driver_sql(FREE).scalars())

    assert sorted(border.gate.do("queue_scheduling", hold_the_first)) == ["hn-1119/EXPORT", "hn-1119/IMPORT"]
    worker.join(60)
    assert not border.ticket(inward.crossing_id).ready
    assert not border.ticket(outward.crossing_id).ready


def test_a_deadline_waits_for_its_queue_and_may_be_moved_meanwhile(border: Border) -> None:
    """Whoever extends a call holds the queue and moves this very deadline: neither waits for the other in a circle."""
    extended, missed = border.trucks_join(2)
    border.opens(minutes=5)
    border.gate.clock.forward(minutes=61)
    transactions = border.gate.gate.transactions["queue_scheduling"]
    loop = TimerLoop(transactions, {NoShow: timers.miss_call}, border.gate.clock, service.before_timer)
    worker = threading.Thread(target=loop.run_due)

    def hold_and_move(session: Session) -> None:
        repository.lock_queue(session, "hn-1119", Direction.EXPORT)
        worker.start()
        eventually(lambda: border.gate.rows("queue_scheduling", WAITS)[0].waiting)
        session.connection().exec_driver_sql("SET LOCAL lock_timeout = '300ms'")
        start_timer(session, NoShow(crossing_id=extended), due=border.gate.clock.now() + timedelta(minutes=5))

    border.gate.do("queue_scheduling", hold_and_move)
    worker.join(20)
    assert not worker.is_alive()
    assert "CallMissed" not in border.kinds(extended)
    assert "CallMissed" in border.kinds(missed), "who waited for the queue had his turn when it was free"


def test_those_who_join_never_put_off_the_look_at_what_is_to_come(border: Border) -> None:
    border.trucks_join(1)
    border.gate.clock.set(next_look(border.gate.clock.now()) + timedelta(seconds=0.1))
    Crowd(border, 1).hear(a_ready_crossing())
    border.gate.settle()
    assert border.gate.rows("queue_scheduling", "SELECT * FROM queue_scheduling.forecasts"), (
        "it was due before they came"
    )


def test_of_many_crossings_with_one_plate_exactly_one_joins(border: Border) -> None:
    crowd = Crowd(border, 1)
    same = [a_ready_crossing(plate="12C-00001") for _ in range(8)]
    threads = [threading.Thread(target=crowd.hear, args=(crossing,)) for crossing in same]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    stages = sorted(border.stages(*[crossing.crossing_id for crossing in same]))
    assert stages == ["REFUSED"] * 7 + ["WAITING"]
