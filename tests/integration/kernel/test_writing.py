"""Many new things are written in one statement, and nothing that a flush promises is lost by it."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Engine, LargeBinary, MetaData, Table, event
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from bordergate.broker import Record
from bordergate.broker.memory import MemoryBroker
from bordergate.clock import RealClock
from bordergate.errors import Conflict
from bordergate.gaps import irregularities
from bordergate.outbox import Relay
from bordergate.runtime import engine_for
from bordergate.transactions import Origin, Transactions, system
from bordergate.writing import add_new, insert_rows
from tests.builders.news import TOPIC
from tests.builders.things import Thing, locked, make_things_table, things

US = Origin(system("test"))
MANY = 300


@pytest.fixture
def engine(database_url: str, owner_url: str) -> Iterator[Engine]:
    make_things_table(owner_url)
    engine = engine_for(database_url, 5)
    yield engine
    engine.dispose()


@pytest.fixture
def transactions(engine: Engine) -> Transactions:
    return Transactions(engine, "portal", RealClock())


def named(*labels: str, identity: UUID | None = None, parties: tuple[UUID, ...] = ()) -> Thing:
    thing = Thing(identity or uuid4(), *parties)
    for label in labels:
        thing.rename(label)
    return thing


def carried(engine: Engine) -> list[Record]:
    broker = MemoryBroker()
    Relay(engine, "portal", broker).drain()
    return broker.subscribe("reader", TOPIC).poll(0, 100_000)


def labels(transactions: Transactions) -> list[str]:
    return sorted(transactions.read(lambda session: [thing.label for thing in session.query(Thing)], scope="all"))


def test_many_new_things_are_one_statement_and_their_events_keep_each_key_s_order(
    engine: Engine, transactions: Transactions
) -> None:
    told: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_: told.append(statement))
    new = [named("first", f"last {number}") for number in range(MANY)]
    transactions.run(lambda session: add_new(session, new), origin=US, scope="all")
    assert len([statement for statement in told if statement.startswith("INSERT")]) == 3  # counters, outbox, things
    assert labels(transactions) == sorted(f"last {number}" for number in range(MANY))
    records = carried(engine)
    assert len(records) == 2 * MANY
    assert irregularities(records) == []
    last = {record.key: json.loads(record.body)["label"] for record in records}
    assert last == {str(thing.id): f"last {number}" for number, thing in enumerate(new)}


def test_what_was_written_so_is_the_session_s_and_may_be_changed_at_once(
    engine: Engine, transactions: Transactions
) -> None:
    def work(session: Session) -> None:
        thing = named("new")
        add_new(session, [thing])
        thing.rename("changed")
        identity = thing.id
        session.flush()
        del thing
        gc.collect()
        locked(session, identity).rename("changed again")

    transactions.run(work, origin=US, scope="all")
    assert labels(transactions) == ["changed again"]
    assert [record.headers["ce_sequence"] for record in carried(engine)] == ["1", "2", "3"]


def test_what_others_recorded_before_leaves_before(engine: Engine, transactions: Transactions) -> None:
    identity = uuid4()
    transactions.run(lambda session: session.add(Thing(identity)), origin=US, scope="all")

    def work(session: Session) -> None:
        locked(session, identity).rename("one")
        other = named()
        other.paint("red")
        locked(session, identity).rename("two")
        add_new(session, [other])
        locked(session, identity).rename("three")

    transactions.run(work, origin=US, scope="all")
    records = carried(engine)
    told = [json.loads(record.body)["label"] for record in records if record.key == str(identity)]
    assert (told, len(records)) == (["one", "two", "three"], 4)
    assert irregularities(records) == []


def test_nothing_of_it_stays_when_the_work_is_refused(engine: Engine, transactions: Transactions) -> None:
    def work(session: Session) -> None:
        add_new(session, [named("never")])
        raise Conflict

    with pytest.raises(Conflict):
        transactions.run(work, origin=US, scope="all")
    assert (labels(transactions), carried(engine)) == ([], [])


def test_nobody_writes_so_what_is_not_his(transactions: Transactions) -> None:
    mine, theirs = uuid4(), uuid4()
    transactions.run(lambda session: add_new(session, [named("mine", parties=(mine,))]), origin=US, party=mine)
    for parties in ((theirs,), ()):
        with pytest.raises(ProgrammingError, match="row-level security"):
            transactions.run(
                lambda session, parties=parties: add_new(session, [named("theirs", parties=parties)]),
                origin=US,
                party=mine,
            )
    assert labels(transactions) == ["mine"]


def test_no_things_and_no_rows_are_nothing(engine: Engine, transactions: Transactions) -> None:
    def work(session: Session) -> None:
        add_new(session, [])
        insert_rows(session, things, [])

    transactions.run(work, origin=US, scope="all")
    assert (labels(transactions), carried(engine)) == ([], [])


def test_bytes_are_refused_for_json_cannot_say_them(transactions: Transactions) -> None:
    scans = Table("scans", MetaData(schema="portal"), Column("content", LargeBinary))
    with pytest.raises(TypeError, match="content"):
        transactions.run(lambda s: insert_rows(s, scans, [{"content": b"\xff"}]), origin=US, scope="all")
