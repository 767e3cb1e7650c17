"""Both brokers keep the same promises."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest

from bordergate.broker import Broker, Record, Subscription
from bordergate.broker.memory import MemoryBroker
from tests.builders.news import TOPIC, a_stream

Make = Callable[..., Broker]


@pytest.fixture(params=["memory", "kafka"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Makes brokers over one log: another instance is another process."""
    opened: list[Broker] = []
    factory = request.getfixturevalue("kafka") if request.param == "kafka" else None
    memory = MemoryBroker()

    def open_one(instance: str = "0") -> Broker:
        broker = factory(instance) if factory else memory
        opened.append(broker)
        return broker

    yield open_one
    for broker in opened:
        broker.close()


def taken(subscription: Subscription, count: int, within: float = 20) -> list[Record]:
    """The next `count` records."""
    found: list[Record] = []
    deadline = time.monotonic() + within
    while len(found) < count and time.monotonic() < deadline:
        found += subscription.poll(0.2, count - len(found))
    return found


def labels(records: list[Record], key: UUID) -> list[str]:
    return [record.headers["ce_sequence"] for record in records if record.key == str(key)]


def test_each_key_is_read_in_the_order_sent(make: Make) -> None:
    broker = make()
    keys = [uuid4() for _ in range(5)]
    streams = [a_stream(key, [str(n) for n in range(20)]) for key in keys]
    broker.send([record for together in zip(*streams, strict=True) for record in together])
    subscription = broker.subscribe("portal.crossings", TOPIC)
    found = taken(subscription, 100)
    subscription.close()
    assert len(found) == 100
    for key in keys:
        assert labels(found, key) == [str(n) for n in range(1, 21)]


def test_a_record_keeps_its_headers_and_its_body(make: Make) -> None:
    broker = make()
    (sent,) = a_stream(uuid4(), ["Hữu Nghị 友谊关"])
    broker.send([sent])
    subscription = broker.subscribe("portal.crossings", TOPIC)
    (found,) = taken(subscription, 1)
    subscription.close()
    assert (found.topic, found.key, dict(found.headers), found.body) == (
        sent.topic,
        sent.key,
        dict(sent.headers),
        sent.body,
    )


def test_what_was_not_committed_is_given_again(make: Make) -> None:
    broker = make()
    broker.send(a_stream(uuid4(), ["a", "b", "c"]))
    first = broker.subscribe("portal.crossings", TOPIC)
    assert len(taken(first, 1)) == 1
    first.commit()
    assert len(taken(first, 2)) == 2
    first.close()
    again = broker.subscribe("portal.crossings", TOPIC)
    assert [record.headers["ce_sequence"] for record in taken(again, 2)] == ["2", "3"]
    again.close()


def test_each_group_reads_everything_for_itself(make: Make) -> None:
    broker = make()
    broker.send(a_stream(uuid4(), ["a", "b"]))
    for group in ("portal.crossings", "tracking.crossings"):
        subscription = broker.subscribe(group, TOPIC)
        assert len(taken(subscription, 2)) == 2
        subscription.commit()
        subscription.close()


def test_two_members_of_a_group_share_the_keys(make: Make) -> None:
    members = [make(str(n)).subscribe("portal.crossings", TOPIC) for n in range(2)]
    keys = [uuid4() for _ in range(24)]
    make("sender").send([record for key in keys for record in a_stream(key, ["a", "b"])])
    found: list[list[Record]] = [[], []]
    deadline = time.monotonic() + 30
    for place in itertools.cycle(range(2)):
        found[place] += members[place].poll(0.2, 200)
        members[place].commit()
        known = {(r.key, r.headers["ce_sequence"]) for r in itertools.chain(*found)}
        if len(known) == 48 or time.monotonic() > deadline:
            break
    for member in members:
        member.close()
    assert len(known) == 48


def test_the_history_is_everything_each_key_in_its_order_and_belongs_to_no_group(make: Make) -> None:
    broker = make()
    keys = [uuid4() for _ in range(4)]
    broker.send([record for key in keys for record in a_stream(key, ["a", "b", "c"])])
    for _ in range(2):
        told = list(itertools.chain.from_iterable(broker.history(TOPIC)))
        assert [labels(told, key) for key in keys] == [["1", "2", "3"]] * 4
    subscription = broker.subscribe("portal.crossings", TOPIC)
    assert len(taken(subscription, 12)) == 12
    subscription.close()
