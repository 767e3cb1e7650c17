"""Each part of the gate dies in the middle of 200 crossings, and nobody can tell afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from kafka import KafkaConsumer

from bordergate.broker import BrokerError, Record, Subscription
from bordergate.broker.kafka import KafkaBroker, read_all
from bordergate.topics import Topic, apply_topics
from tests.builders.rush import PLACES, a_rush, slots_given
from tests.faults.checker import findings
from tests.faults.conftest import Border
from tests.faults.processes import Part
from tests.gates import eventually


@pytest.mark.parametrize("part", ["api", "intake", "worker", "relay", "broker", "postgres"])
def test_after_a_part_was_killed_and_started_again_all_is_there_once_and_in_order(border: Border, part: str) -> None:
    with border.carrier.at_work() as work:
        work.reach(0.3)
        border.parts[part].kill()
        assert not work.over
        border.parts[part].start()
    assert findings(border.witness.evidence(work.answered)) == []


def test_a_second_worker_and_a_second_relay_go_on_for_those_that_were_killed(border: Border) -> None:
    with border.two_of("worker", "relay"), border.carrier.at_work() as work:
        work.reach(0.3)
        border.parts["worker"].kill()
        border.parts["relay"].kill()
        assert not work.over
        evidence = border.witness.evidence(work.answered)
        border.parts["worker"].start()
        border.parts["relay"].start()
    assert findings(evidence) == []


@pytest.mark.parametrize("part", ["broker", "postgres"])
def test_worker_and_relay_are_not_ready_while_what_they_stand_on_is_away(border: Border, part: str) -> None:
    loops = [border.processes[role] for role in ("worker", "relay")]
    eventually(lambda: all(process.ready() for process in loops))
    with away(border.parts[part]):
        waiting = loops[:1] if part == "broker" else loops  # a relay with nothing to carry asks nothing of the broker
        eventually(lambda: not any(process.ready() for process in waiting))
    eventually(lambda: all(process.ready() for process in loops), within=60)


def test_a_sender_outlives_a_broker_that_stays_away_longer_than_it_waits(border: Border) -> None:
    list(apply_topics(border.witness.kafka, [Topic("away", partitions=12)]))
    broker = KafkaBroker(border.witness.kafka, patience=2)
    broker.send(numbered(0, 50))
    with away(border.parts["broker"]):
        for _ in range(2):
            with pytest.raises(BrokerError):
                broker.send(numbered(50, 100))
    eventually(accepted(broker, numbered(50, 100)), within=60)
    broker.send(numbered(100, 150))
    broker.close()
    consumer = KafkaConsumer(bootstrap_servers=border.witness.kafka, enable_auto_commit=False)
    read = [int(record.body) for records in read_all(consumer, "away") for record in records]
    consumer.close()
    assert list(dict.fromkeys(read)) == list(range(150))


def test_a_member_with_no_partition_to_read_sees_that_the_broker_is_away(border: Border) -> None:
    list(apply_topics(border.witness.kafka, [Topic("narrow", partitions=1)]))
    members = [KafkaBroker(border.witness.kafka, instance=str(number), look_every=0.2) for number in range(2)]
    subscriptions = [member.subscribe("narrow", "narrow") for member in members]
    for subscription in subscriptions:
        subscription.poll(1, 1)
    with away(border.parts["broker"]):
        for subscription in subscriptions:
            eventually(lambda subscription=subscription: fails(subscription))
    for subscription in subscriptions:
        subscription.close()


def test_of_a_thousand_who_want_a_slot_a_hundred_have_it_whatever_dies_meanwhile(border: Border) -> None:
    rush = a_rush(border.witness.owner_url, border.carrier.issuer, str(border.carrier.api.base_url), 1000, within=280)
    asking = threading.Thread(target=rush.run)
    asking.start()
    for part, share in (("worker", 0.05), ("broker", 0.1), ("postgres", 0.3)):
        eventually(lambda share=share: rush.answered >= share or not asking.is_alive(), within=120)
        border.parts[part].kill()
        border.parts[part].start()
    asking.join()
    assert rush.answered == 1
    assert (len(rush.stages), set(rush.stages.values())) == (PLACES, {"CONFIRMED"})
    assert set(rush.statuses) <= {200, 201, 409, 503}, "nothing broke but what was away"
    assert slots_given(border.witness.owner_url, rush.starts) == (set(rush.stages), PLACES, PLACES)


@contextmanager
def away(part: Part) -> Iterator[None]:
    """For a while the part is dead."""
    part.kill()
    try:
        yield
    finally:
        part.start()


def fails(subscription: Subscription) -> bool:
    """Whether the broker is found to be away."""
    try:
        subscription.poll(0.1, 1)
    except BrokerError:
        return True
    return False


def numbered(first: int, end: int) -> list[Record]:
    """Records of one key."""
    return [Record("away", "key", {}, str(number).encode()) for number in range(first, end)]


def accepted(broker: KafkaBroker, records: list[Record]) -> Callable[[], bool]:
    """Whether the broker takes the records now."""

    def sends() -> bool:
        try:
            broker.send(records)
        except BrokerError:
            return False
        return True

    return sends
