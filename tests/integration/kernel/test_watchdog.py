"""A consumer does not stand before a partition that gives nothing; a worker says what it waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from bordergate.broker import BrokerError
from bordergate.broker.kafka import KafkaBroker, KafkaSubscription
from bordergate.broker.memory import MemoryBroker
from bordergate.inbox import Consumer
from bordergate.outbox import Relay
from bordergate.runtime import Listening, Threads, engine_for
from bordergate.timers import TimerLoop
from bordergate.transactions import Transactions
from tests.builders.clock import FakeClock
from tests.builders.news import TOPIC, Renamed, a_stream
from tests.gates import eventually
from tests.servers import Servers

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


class Recorder:
    """A reaction that notes that it was asked."""

    def __init__(self) -> None:
        self.heard = threading.Event()

    def __call__(self, *_: object) -> None:
        self.heard.set()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = engine_for(database_url, 10)
    yield engine
    engine.dispose()


def test_a_subscription_before_a_stuck_partition_says_so(servers: Servers, kafka: Callable[..., KafkaBroker]) -> None:
    sender = kafka()
    broker = KafkaBroker(servers.kafka, prefix=sender._prefix, look_every=0.05)
    subscription = broker.subscribe("portal.crossings", TOPIC)
    assert isinstance(subscription, KafkaSubscription)
    eventually(lambda: subscription.poll(0.1, 200) == [] and subscription._consumer.assignment())
    subscription._consumer.pause(*subscription._consumer.assignment())
    sender.send(a_stream(uuid4(), ["a"]))
    with pytest.raises(BrokerError, match="Stalled"):
        eventually(lambda: subscription.poll(0.1, 200))
    subscription.close()
    again = broker.subscribe("portal.crossings", TOPIC)
    assert len(eventually(lambda: again.poll(0.2, 200))) == 1
    again.close()
    broker.close()
    sender.close()


def test_loops_without_a_database_name_themselves_until_it_is_there(engine: Engine) -> None:
    nowhere = engine_for(NOWHERE, 4)
    clock, broker = FakeClock(), MemoryBroker()
    broker.send(a_stream(uuid4(), ["a"]))
    away = Transactions(nowhere, "portal", clock)
    reaction = Recorder()
    consumer = Consumer(away, TOPIC, {Renamed: reaction}, clock)
    threads = Threads([Listening(consumer, broker), TimerLoop(away, {}, clock), Relay(nowhere, "portal", broker)])
    threads.start()
    told = eventually(lambda: (check := threads.check()) and check.count("OperationalError") == 3 and check)
    assert [name in told for name in (consumer.name, "portal.timers", "portal.relay")] == [True, True, True]
    away._sessions.configure(bind=engine)
    eventually(lambda: consumer.name not in (threads.check() or ""))
    assert reaction.heard.is_set()
    threads.stop()
    nowhere.dispose()


def test_a_loop_that_ended_by_itself_is_named() -> None:
    class Ended:
        name, waits_for = "ended", None

        def run(self) -> None: ...

        def stop(self) -> None: ...

    threads = Threads([Ended()])
    threads.start()
    assert eventually(threads.check) == "ended ended"


def test_a_stream_that_is_not_there_is_waited_for(servers: Servers) -> None:
    broker = KafkaBroker(servers.kafka, prefix="nowhere.")
    with pytest.raises(BrokerError, match="NoSuchStream"):
        broker.subscribe("portal.crossings", TOPIC)
    broker.close()
