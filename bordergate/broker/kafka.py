"""Kafka, through kafka-python: idempotent and acknowledged in, committed by hand out."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import CommitFailedError, KafkaError, RebalanceInProgressError

from bordergate import metrics
from bordergate.broker import ALL, BrokerError, Record, Subscription
from bordergate.broker.abreast import Abreast
from bordergate.broker.stalls import Stalls

log = logging.getLogger(__name__)
ACKNOWLEDGED_WITHIN = 30
GIVEN_UP_AFTER = 2 * ACKNOWLEDGED_WITHIN
"""Longer than anybody waits: a producer is abandoned whole before it drops one record and sends the next."""
LOOK_EVERY = 5.0
MANY = 5_000
"""Records that a reader of the whole log takes at once."""


class KafkaBroker:
    """The log of records on Kafka; `prefix` separates installations (and tests) that share a cluster.

    A sender waits `patience` seconds for an acknowledgement; a subscription looks every `look_every` seconds whether
    its partitions move.
    """

    shared: ClassVar[bool] = True

    def __init__(
        self,
        bootstrap: str,
        *,
        prefix: str = "",
        instance: str = "0",
        patience: int = ACKNOWLEDGED_WITHIN,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._bootstrap = bootstrap
        self._prefix = prefix
        self._instance = instance
        self._patience = patience
        self._look_every = look_every
        self._producer: Any = None
        self._lock = threading.Lock()

    def send(self, records: Sequence[Record]) -> None:
        """Append in order and wait for every acknowledgement; a producer that failed is made anew."""
        producer = self._open()
        try:
            futures = [
                producer.send(
                    self._prefix + record.topic,
                    key=record.key.encode(),
                    value=record.body,
                    headers=[(name, value.encode()) for name, value in record.headers.items()],
                )
                for record in records
            ]
            producer.flush(timeout=self._patience)
            for future in futures:
                future.get(timeout=self._patience)
        except KafkaError as error:
            self._abandon(producer)
            raise BrokerError(type(error).__name__) from error

    def subscribe(self, group: str, topic: str) -> Subscription:
        """Join the group as a static member, so that a restart takes its partitions back at once."""
        try:
            consumer = KafkaConsumer(
                bootstrap_servers=self._bootstrap,
                group_id=self._prefix + group,
                group_instance_id=f"{self._prefix}{group}-{self._instance}",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                isolation_level="read_committed",
                allow_auto_create_topics=False,
                partition_assignment_strategy=[CooperativeStickyAssignor],
                session_timeout_ms=10_000,
                heartbeat_interval_ms=3_000,
                reconnect_backoff_max_ms=1_000,
                metadata_max_age_ms=30_000,
            )
        except KafkaError as error:
            raise BrokerError(type(error).__name__) from error
        self._join(consumer, self._prefix + topic)
        return KafkaSubscription(consumer, self._prefix, topic, self._look_every)

    def _join(self, consumer: Any, topic: str) -> None:  # noqa: ANN401 - kafka-python is untyped
        """Know the partitions before joining: a leader that does not deals out none, until its metadata is old."""
        try:
            known = consumer.partitions_for_topic(topic)
            consumer.subscribe([topic])
        except KafkaError as error:
            consumer.close(autocommit=False)
            raise BrokerError(type(error).__name__) from error
        if not known:
            consumer.close(autocommit=False)
            raise BrokerError("NoSuchStream")

    def __reduce__(self) -> tuple[Any, ...]:
        """In another process the same log, with connections of its own."""
        return (_broker_at, (self._bootstrap, self._prefix))

    def history(self, topic: str, partitions: Sequence[int] = ALL) -> Iterator[Sequence[Record]]:
        """All that is on the log now, as a reader who belongs to no group."""
        try:
            reader = KafkaConsumer(
                bootstrap_servers=self._bootstrap,
                enable_auto_commit=False,
                isolation_level="read_committed",
                max_partition_fetch_bytes=8 * 1024 * 1024,
            )
        except KafkaError as error:
            raise BrokerError(type(error).__name__) from error
        try:
            yield from read_all(reader, topic, self._prefix, partitions)
        except KafkaError as error:
            raise BrokerError(type(error).__name__) from error
        finally:
            reader.close()

    def close(self) -> None:
        """Let go of the producer."""
        with self._lock:
            producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError):
                producer.close(timeout=5)

    def _open(self) -> Any:  # noqa: ANN401 - kafka-python is untyped
        with self._lock:
            if self._producer is None:
                try:
                    self._producer = KafkaProducer(
                        bootstrap_servers=self._bootstrap,
                        acks="all",
                        enable_idempotence=True,
                        linger_ms=5,
                        compression_type="zstd",
                        reconnect_backoff_max_ms=1_000,
                        delivery_timeout_ms=GIVEN_UP_AFTER * 1_000,
                        request_timeout_ms=10_000,
                        max_block_ms=10_000,
                        allow_auto_create_topics=False,
                    )
                except KafkaError as error:
                    raise BrokerError(type(error).__name__) from error
            return self._producer

    def _abandon(self, producer: Any) -> None:  # noqa: ANN401 - kafka-python is untyped
        """What it has not sent it shall never send: the next producer sends it, in its order."""
        with self._lock:
            if self._producer is producer:
                self._producer = None
        producer._sender.force_close()  # noqa: SLF001 - close() alone raises, and goes on sending, while records wait
        with suppress(KafkaError):
            producer.close(timeout=1)


class KafkaSubscription:
    """One member of a consumer group on one topic."""

    def __init__(self, consumer: Any, prefix: str, topic: str, look_every: float) -> None:  # noqa: ANN401 - kafka-python is untyped
        self._consumer = consumer
        self._prefix = prefix
        self._topic = topic
        self._look_every = look_every
        self._looked_at = time.monotonic()
        self._stalls = Stalls()
        self._abreast = Abreast()

    def poll(self, seconds: float, limit: int) -> Sequence[Record]:
        """The next records of this member's partitions; raises BrokerError too when one of them is stuck."""
        try:
            if time.monotonic() - self._looked_at >= self._look_every:
                self._look()
            found = self._consumer.poll(timeout_ms=int(seconds * 1000), max_records=limit)
        except KafkaError as error:
            raise BrokerError(type(error).__name__) from error
        return [record_of(message, self._prefix) for messages in found.values() for message in messages]

    def heard(self) -> Mapping[int, float]:
        """As of the last look at the broker, which a broker that is away does not answer."""
        now = time.monotonic()
        return {partition: now - at for partition, at in self._abreast.heard().items()}

    def commit(self) -> None:
        """Commit what was polled; during a rebalance it is given again, and the inbox knows it."""
        try:
            self._consumer.commit()
        except (RebalanceInProgressError, CommitFailedError) as error:
            log.info("commit waits for the group", extra={"reason": type(error).__name__})
        except KafkaError as error:
            raise BrokerError(type(error).__name__) from error

    def close(self) -> None:
        """Leave without a commit."""
        with suppress(KafkaError):
            self._consumer.close(autocommit=False)

    def _look(self) -> None:
        """Ask the broker, which a member without partitions would never do, and compare."""
        self._looked_at = time.monotonic()
        places = self._consumer.assignment()
        asked = places or {TopicPartition(self._prefix + self._topic, 0)}
        ends = {place.partition: end for place, end in self._consumer.end_offsets(asked, timeout_ms=3_000).items()}
        positions = {place.partition: self._consumer.position(place, timeout_ms=1_000) for place in places}
        known = {number: at for number, at in positions.items() if at is not None}
        self._abreast.look(self._looked_at, known, ends)
        stuck = self._stalls.look(known, ends)
        if stuck:
            metrics.STALLS.labels(self._topic).inc()
            log.error("partitions stuck", extra={"stream": self._topic, "count": len(stuck)})
            raise BrokerError("Stalled")


def _broker_at(bootstrap: str, prefix: str) -> KafkaBroker:
    return KafkaBroker(bootstrap, prefix=prefix)


def read_all(
    reader: Any,  # noqa: ANN401 - kafka-python is untyped
    topic: str,
    prefix: str = "",
    partitions: Sequence[int] = ALL,
) -> Iterator[list[Record]]:
    """Everything on a topic now, batch by batch, each partition in its order."""
    places = [TopicPartition(prefix + topic, number) for number in partitions]
    reader.assign(places)
    reader.seek_to_beginning(*places)
    ends = reader.end_offsets(places)
    while any(reader.position(place) < ends[place] for place in places):
        found = reader.poll(timeout_ms=1_000, max_records=MANY)
        if records := [record_of(message, prefix) for messages in found.values() for message in messages]:
            yield records


def record_of(message: Any, prefix: str) -> Record:  # noqa: ANN401 - kafka-python is untyped
    """A message as the gate knows it, whoever wrote it."""
    headers = {name: _readable(value) for name, value in message.headers}
    return Record(message.topic.removeprefix(prefix), _readable(message.key), headers, message.value or b"")


def _readable(raw: bytes | None) -> str:
    """What is no text, or one no column can hold, must not stop who reads the stream: it is set aside as it looks."""
    return (raw or b"").decode(errors="replace").replace("\0", "\ufffd")
