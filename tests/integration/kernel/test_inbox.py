"""Each event takes effect once; what cannot be taken is set aside with all of its key behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bordergate.broker import Record
from bordergate.broker.memory import MemoryBroker
from bordergate.clock import Clock
from bordergate.errors import Conflict
from bordergate.event import Envelope
from bordergate.hearing import unheard_for
from bordergate.inbox import ALARM_KEYS, Consumer, answering, in_batches
from bordergate.outbox import Relay
from bordergate.parked import drop_parked, list_parked
from bordergate.runtime import engine_for
from bordergate.timers import Timer, TimerLoop, start_timer, stop_timer
from bordergate.transactions import Origin, Transactions, system
from tests.builders.clock import FakeClock
from tests.builders.news import TOPIC, Painted, Renamed, a_stream, as_record, enveloped
from tests.builders.things import Thing, locked, make_things_table
from tests.gates import eventually

US = Origin(system("test"))
A, B = UUID(int=1), UUID(int=2)


@pytest.fixture
def engine(database_url: str, owner_url: str) -> Iterator[Engine]:
    make_things_table(owner_url)
    engine = engine_for(database_url, 10)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def transactions(engine: Engine, clock: FakeClock) -> Transactions:
    transactions = Transactions(engine, "portal", clock)
    transactions.run(lambda session: session.add_all([Thing(A), Thing(B)]), origin=US, scope="all")
    return transactions


def append(heard: Envelope[Renamed], session: Session, clock: Clock) -> None:
    """The thing's label grows by each name heard."""
    if heard.data.label == "bad":
        raise Conflict
    thing = locked(session, heard.data.thing)
    thing.label += heard.data.label
    thing.paint(heard.data.label)


def a_consumer(transactions: Transactions, **reactions: object) -> Consumer:
    return Consumer(transactions, TOPIC, reactions.get("of") or {Renamed: append}, transactions.clock)


def label(transactions: Transactions, identity: UUID) -> str:
    return transactions.read(lambda session: session.get(Thing, identity).label, scope="all")


def test_an_event_sent_twice_takes_effect_once(transactions: Transactions) -> None:
    consumer = a_consumer(transactions)
    records = a_stream(A, ["a", "b"])
    consumer.handle([*records, *records])
    consumer.handle(records)
    assert label(transactions, A) == "ab"


def test_what_a_reaction_records_names_the_event_it_answers(transactions: Transactions, engine: Engine) -> None:
    records = a_stream(A, ["a", "b"]) + a_stream(B, ["c"])
    a_consumer(transactions).handle(records)
    broker = MemoryBroker()
    Relay(engine, "portal", broker).drain()
    answers = broker.subscribe("reader", TOPIC).poll(0, 100)
    assert {r.headers["ce_causation"] for r in answers} == {r.headers["ce_id"] for r in records}


def test_a_bad_event_is_set_aside_and_its_key_waits_while_others_go_on(transactions: Transactions) -> None:
    consumer = a_consumer(transactions)
    consumer.handle([*a_stream(A, ["a", "bad", "c"]), *a_stream(B, ["x"])])
    consumer.handle(a_stream(B, ["y"]))
    assert (label(transactions, A), label(transactions, B)) == ("a", "xy")
    rows = transactions.read(list_parked, scope="all")
    assert [row.error.partition(":")[0] for row in rows] == ["Conflict", "waits behind an earlier event of its key"]


def test_a_parked_key_comes_back_in_order_when_its_first_event_is_dropped(transactions: Transactions) -> None:
    consumer = a_consumer(transactions)
    records = a_stream(A, ["bad", "b", "c"])
    consumer.handle(records)
    first = transactions.read(list_parked, scope="all")[0]
    transactions.run(lambda session: drop_parked(session, first.id), origin=US, scope="all")
    assert consumer.retry(str(A)) == 2
    consumer.handle(records)
    assert label(transactions, A) == "bc"
    assert transactions.read(list_parked, scope="all") == []


def test_a_record_given_again_is_parked_once(transactions: Transactions) -> None:
    consumer = a_consumer(transactions)
    records = a_stream(A, ["bad"])
    consumer.handle(records)
    consumer.handle(records)
    assert len(transactions.read(list_parked, scope="all")) == 1


def test_an_unknown_version_of_a_known_type_is_parked(transactions: Transactions) -> None:
    (record,) = a_stream(A, ["a"])
    later = {**record.headers, "ce_type": "bordergate.portal.renamed.v9"}
    a_consumer(transactions).handle([type(record)(record.topic, record.key, later, record.body)])
    assert [row.type for row in transactions.read(list_parked, scope="all")] == ["bordergate.portal.renamed.v9"]


@pytest.mark.parametrize(
    "damage",
    [
        {"ce_id": None},
        {"ce_id": "7"},
        {"ce_type": None},
        {"ce_source": None},
        {"ce_sequence": "x"},
        {"ce_time": None},
        {"ce_actor": "{"},
        dict.fromkeys(("ce_id", "ce_type", "ce_source", "ce_sequence", "ce_time", "ce_actor")),
    ],
    ids=lambda damage: " ".join(damage) if len(damage) == 1 else "none at all",
)
def test_a_record_that_is_no_event_is_parked_once_and_the_stream_goes_on(
    transactions: Transactions, damage: dict[str, str | None]
) -> None:
    (record,) = a_stream(B, ["a"])
    headers = {name: value for name, value in {**record.headers, **damage}.items() if value is not None}
    damaged = Record(record.topic, "nobody's", headers, record.body)
    consumer = a_consumer(transactions)
    for _ in range(2):
        consumer.handle([damaged, *a_stream(A, ["x"])])
    assert label(transactions, A) == "xx"
    (parked,) = transactions.read(list_parked, scope="all")
    assert parked.event_id == damaged.identity
    transactions.run(lambda session: drop_parked(session, parked.id), origin=US, scope="all")
    consumer.handle([damaged])
    assert transactions.read(list_parked, scope="all") == []


def test_an_unknown_type_is_skipped(transactions: Transactions) -> None:
    a_consumer(transactions).handle([as_record(enveloped(Painted(thing=A, colour="red")))])
    assert label(transactions, A) == ""
    assert transactions.read(list_parked, scope="all") == []


def test_many_bad_keys_stop_the_consumer(transactions: Transactions) -> None:
    def refuse(heard: Envelope[Renamed], session: Session, clock: Clock) -> None:
        raise Conflict

    consumer = a_consumer(transactions, of={Renamed: refuse})
    consumer._stop.set()  # no waiting between the tries
    consumer.handle([record for _ in range(ALARM_KEYS) for record in a_stream(uuid4(), ["a"])])
    assert consumer.alarmed


def test_a_reaction_may_take_a_list(transactions: Transactions) -> None:
    sizes = []

    @in_batches
    def together(heard: Sequence[Envelope[Renamed]], session: Session, clock: Clock) -> None:
        sizes.append(len(heard))
        for envelope in heard:
            answering(session, envelope)
            locked(session, envelope.data.thing).label += envelope.data.label

    a_consumer(transactions, of={Renamed: together}).handle(a_stream(A, ["a", "b"]) + a_stream(B, ["c"]))
    assert sizes == [3]
    assert label(transactions, A) == "ab"


class Wake(Timer):
    """A thing is to be named."""

    kind: ClassVar = "portal.wake"
    thing: UUID


def wake(timer: Wake, session: Session, clock: Clock) -> None:
    locked(session, timer.thing).label += "!"


def test_a_timer_runs_once_when_it_is_due_and_not_before(transactions: Transactions, clock: FakeClock) -> None:
    loop = TimerLoop(transactions, {Wake: wake}, clock)
    due = clock.now() + timedelta(minutes=5)
    transactions.run(lambda session: start_timer(session, Wake(thing=A), due=due), origin=US, scope="all")
    assert loop.run_due() == 0
    clock.forward(minutes=5)
    assert loop.run_due() == 1
    assert loop.run_due() == 0
    assert label(transactions, A) == "!"


def test_a_timer_moved_or_stopped_does_not_run_at_its_first_hour(transactions: Transactions, clock: FakeClock) -> None:
    loop = TimerLoop(transactions, {Wake: wake}, clock)

    def plan(session: Session) -> None:
        start_timer(session, Wake(thing=A), due=clock.now())
        start_timer(session, Wake(thing=A), due=clock.now() + timedelta(minutes=9))
        start_timer(session, Wake(thing=B), due=clock.now())
        stop_timer(session, Wake(thing=B))

    transactions.run(plan, origin=US, scope="all")
    assert loop.run_due() == 0
    clock.forward(minutes=9)
    assert loop.run_due() == 1


def test_a_timer_that_is_to_come_at_the_latest_is_never_put_off(transactions: Transactions, clock: FakeClock) -> None:
    loop = TimerLoop(transactions, {Wake: wake}, clock)
    for minutes in (9, 5, 7):
        due = clock.now() + timedelta(minutes=minutes)
        transactions.run(lambda s, due=due: start_timer(s, Wake(thing=A), due=due, or_earlier=True), origin=US)
    clock.forward(minutes=4)
    assert loop.run_due() == 0
    clock.forward(minutes=1)
    assert loop.run_due() == 1
    clock.forward(minutes=9)
    assert loop.run_due() == 0


def test_a_timer_that_somebody_moves_is_passed_over_once_and_others_run(
    transactions: Transactions, clock: FakeClock
) -> None:
    met: list[UUID] = []
    loop = TimerLoop(transactions, {Wake: wake}, clock, lambda timer, _: met.append(timer.thing))
    for thing in (A, B):
        transactions.run(lambda session, t=thing: start_timer(session, Wake(thing=t), due=clock.now()), origin=US)
        clock.forward(seconds=1)
    ran: list[int] = []

    def move(session: Session) -> None:
        start_timer(session, Wake(thing=A), due=clock.now() + timedelta(minutes=9))
        looking = threading.Thread(target=lambda: ran.append(loop.run_due()))
        looking.start()
        looking.join(10)
        assert (ran, met) == ([1], [A, B]), "neither waited for nor looked at again and again"

    transactions.run(move, origin=US, scope="all")
    assert (label(transactions, A), label(transactions, B)) == ("", "!")
    clock.forward(minutes=9)
    assert loop.run_due() == 1
    assert label(transactions, A) == "!"


def test_a_timer_that_fails_is_tried_three_times_and_kept_with_its_error(
    transactions: Transactions, clock: FakeClock
) -> None:
    def fail(timer: Wake, session: Session, clock: Clock) -> None:
        raise Conflict

    loop = TimerLoop(transactions, {Wake: fail}, clock)
    transactions.run(lambda session: start_timer(session, Wake(thing=A), due=clock.now()), origin=US, scope="all")
    for _ in range(5):
        loop.run_due()
        clock.forward(seconds=1)
    rows = transactions.read(
        lambda session: session.connection().exec_driver_sql("SELECT tries, error FROM portal.timers").all(),
        scope="all",
    )
    assert [tuple(row) for row in rows] == [(3, "Conflict: conflict()")]


def test_events_of_one_poll_take_effect_in_the_order_of_their_keys(transactions: Transactions) -> None:
    heard: list[str] = []

    def note(envelope: Envelope[Renamed], session: Session, clock: Clock) -> None:
        heard.append(envelope.data.label)

    ours, theirs = a_stream(A, ["a1", "a2"]), a_stream(B, ["b1", "b2"])
    a_consumer(transactions, of={Renamed: note}).handle([theirs[0], ours[0], ours[1], theirs[1]])
    assert heard == ["a1", "a2", "b1", "b2"]


def test_who_stops_a_timer_does_not_wait_for_one_that_fires(transactions: Transactions, clock: FakeClock) -> None:
    fires, stopped = threading.Event(), threading.Event()

    def wake_slowly(timer: Wake, session: Session, clock: Clock) -> None:
        fires.set()
        assert stopped.wait(10)
        wake(timer, session, clock)

    def stop(session: Session) -> None:
        locked(session, A).label += "stopped"
        stop_timer(session, Wake(thing=A))
        stopped.set()

    transactions.run(lambda session: start_timer(session, Wake(thing=A), due=clock.now()), origin=US, scope="all")
    firing = threading.Thread(target=TimerLoop(transactions, {Wake: wake_slowly}, clock).run_due)
    firing.start()
    assert fires.wait(10)
    transactions.run(stop, origin=US, scope="all")
    firing.join(10)
    assert label(transactions, A) == "stopped!"


def test_a_timer_that_waits_for_what_it_needs_is_left_to_who_waits_and_others_run(
    transactions: Transactions, clock: FakeClock
) -> None:
    waits, goes_on = threading.Event(), threading.Event()

    def wait(timer: Wake, session: Session) -> None:
        if timer.thing == A:
            waits.set()
            assert goes_on.wait(10)

    for thing in (A, B):
        transactions.run(lambda session, t=thing: start_timer(session, Wake(thing=t), due=clock.now()), origin=US)
        clock.forward(seconds=1)
    first, second = (TimerLoop(transactions, {Wake: wake}, clock, wait) for _ in range(2))
    waiting = threading.Thread(target=first.run_due)
    waiting.start()
    assert waits.wait(10)
    assert second.run_due() == 1
    assert (label(transactions, A), label(transactions, B)) == ("", "!")
    goes_on.set()
    waiting.join(10)
    assert label(transactions, A) == "!"


def test_a_consumer_says_how_far_it_has_heard_also_when_nothing_comes_and_no_more_once_it_stands(
    transactions: Transactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bordergate.inbox.SAY_EVERY", 0.05)
    monkeypatch.setattr("bordergate.inbox.POLL", 0.02)

    def unheard() -> float | None:
        return transactions.read(lambda session: unheard_for(session, "portal", [TOPIC]), scope="all")

    consumer = a_consumer(transactions)
    assert unheard() is None
    thread = threading.Thread(target=consumer.run, args=(MemoryBroker(),))
    thread.start()
    eventually(lambda: unheard() is not None)
    time.sleep(0.4)
    assert (unheard() or 0) < 0.4
    consumer.stop()
    thread.join()
    time.sleep(0.5)
    assert (unheard() or 0) >= 0.5
