"""Events leave with the transaction that made them, each key in its order."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from bordergate.broker.memory import MemoryBroker
from bordergate.clock import RealClock
from bordergate.errors import Conflict
from bordergate.gaps import irregularities
from bordergate.outbox import Relay
from bordergate.runtime import engine_for
from bordergate.transactions import Origin, Transactions, system
from tests.builders.news import TOPIC
from tests.builders.things import Thing, locked, make_things_table

US = Origin(system("test"))


@pytest.fixture
def engine(database_url: str, owner_url: str) -> Iterator[Engine]:
    make_things_table(owner_url)
    engine = engine_for(database_url, 20)
    yield engine
    engine.dispose()


@pytest.fixture
def transactions(engine: Engine) -> Transactions:
    return Transactions(engine, "portal", RealClock())


def some_things(transactions: Transactions, count: int) -> list[UUID]:
    ids = [uuid4() for _ in range(count)]
    transactions.run(lambda session: session.add_all([Thing(identity) for identity in ids]), origin=US, scope="all")
    return ids


def carried(engine: Engine) -> list[object]:
    broker = MemoryBroker()
    Relay(engine, "portal", broker).drain()
    return list(broker.subscribe("reader", TOPIC).poll(0, 100_000))


def test_events_of_an_aggregate_that_has_left_the_session_are_not_lost(
    engine: Engine, transactions: Transactions
) -> None:
    (identity,) = some_things(transactions, 1)

    def work(session: object) -> None:
        locked(session, identity).rename("early")
        session.flush()
        gc.collect()
        locked(session, identity).rename("late")
        gc.collect()

    transactions.run(work, origin=US, scope="all")
    assert [record.headers["ce_sequence"] for record in carried(engine)] == ["1", "2"]


def test_nothing_leaves_a_transaction_that_was_refused(engine: Engine, transactions: Transactions) -> None:
    (identity,) = some_things(transactions, 1)

    def work(session: object) -> None:
        locked(session, identity).rename("never")
        session.flush()
        raise Conflict

    with pytest.raises(Conflict):
        transactions.run(work, origin=US, scope="all")
    assert carried(engine) == []


def test_each_key_keeps_its_order_whichever_transactions_write_it(engine: Engine, transactions: Transactions) -> None:
    ids = some_things(transactions, 6)

    def rename_all(name: str) -> None:
        for count in range(25):
            transactions.run(
                lambda session, count=count: [locked(session, i).rename(f"{name}{count}") for i in sorted(ids)],
                origin=US,
                scope="all",
            )

    broker, relays = MemoryBroker(), [Relay(engine, "portal", MemoryBroker())]
    relays = [Relay(engine, "portal", broker) for _ in range(2)]
    carriers = [threading.Thread(target=relay.run) for relay in relays]
    writers = [threading.Thread(target=rename_all, args=(f"w{n}",)) for n in range(4)]
    for thread in (*carriers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    for relay in relays:
        relay.stop()
    for thread in carriers:
        thread.join()
    Relay(engine, "portal", broker).drain()
    records = broker.subscribe("reader", TOPIC).poll(0, 100_000)
    assert len({record.headers["ce_id"] for record in records}) == 6 * 4 * 25
    assert irregularities(records) == []


def test_a_read_cannot_write(transactions: Transactions) -> None:
    (identity,) = some_things(transactions, 1)
    with pytest.raises(Exception, match="read-only"):
        transactions.read(
            lambda session: session.connection().exec_driver_sql(
                "DELETE FROM portal.things WHERE id = %s", (identity,)
            ),
            scope="all",
        )


def test_rows_show_to_their_parties_and_to_scope_all_only(transactions: Transactions) -> None:
    owner, stranger, identity = uuid4(), uuid4(), uuid4()
    transactions.run(lambda session: session.add(Thing(identity, owner)), origin=US, scope="all")

    def seen(**who: object) -> bool:
        return transactions.read(lambda session: session.get(Thing, identity), **who) is not None

    assert seen(scope="all")
    assert seen(party=owner)
    assert not seen(party=stranger)
    assert not seen()


def test_a_row_cannot_be_written_for_strangers(transactions: Transactions) -> None:
    owner, stranger = uuid4(), uuid4()
    with pytest.raises(Exception, match="row-level security"):
        transactions.run(lambda session: session.add(Thing(uuid4(), owner)), origin=US, party=stranger)


def test_a_service_cannot_read_anothers_schema(transactions: Transactions) -> None:
    with pytest.raises(Exception, match="permission denied"):
        transactions.read(
            lambda session: session.connection().exec_driver_sql("SELECT * FROM identity.outbox").all(), scope="all"
        )
