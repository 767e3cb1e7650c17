"""The outbox: events leave with the transaction that made them, and the relay carries them to the broker."""

from __future__ import annotations

import logging
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bordergate import metrics
from bordergate.aggregate import Aggregate, Recorded
from bordergate.broker import Broker, BrokerError, Record
from bordergate.event import Envelope, Event
from bordergate.ids import new_id

if TYPE_CHECKING:
    from bordergate.transactions import Origin

SHARDS = 12
BATCH = 500
BUSY, IDLE = 0.005, 0.05
Place = tuple[str, str]
"""A stream and a key in it."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Waiting:
    """An event with the origin it had when it was recorded, before it has a sequence."""

    recorded: Recorded
    origin: Origin


def gather(session: Session, others: Iterable[Aggregate] = ()) -> None:
    """Take what the session's aggregates, and others that are about to be its, have recorded, under the present origin.

    The consumer loop calls it after each reaction, so that every event names the one it answers.
    """
    origin = session.info["origin"]
    found = [
        Waiting(recorded, origin)
        for thing in (*session.new, *session.dirty, *others)
        if isinstance(thing, Aggregate)
        for recorded in thing.release()
    ]
    session.info["pending"].extend(sorted(found, key=lambda waiting: waiting.recorded.order))


def publish(session: Session, event: Event, recorded_order: int = 0) -> None:
    """Record an event that no aggregate keeps, as a feed's crossing of an area; it leaves with the transaction."""
    session.info["pending"].append(Waiting(Recorded(event, None, recorded_order), session.info["origin"]))


def capture(session: Session, *_flush: Any) -> None:  # noqa: ANN401 - SQLAlchemy's shape
    """Before each flush, write what was recorded to the outbox.

    Not at commit: by then an aggregate may have left the session's weak identity map, and its events with it.
    """
    gather(session)
    write_pending(session)


def write_pending(session: Session) -> None:
    """Give the waiting events their sequences and rows."""
    pending: list[Waiting] = session.info["pending"]
    if not pending:
        return
    session.info["pending"] = []
    connection, source = session.connection(), session.info["service"]
    places = [(waiting.recorded.event.topic, waiting.recorded.event.key) for waiting in pending]
    counts = Counter(places)
    sequences = {place: last - counts[place] for place, last in _advance(connection, source, counts).items()}
    now = session.info["clock"].now()  # after the counter's lock, so that a key's times follow its sequence
    envelopes = []
    for place, waiting in zip(places, pending, strict=True):
        sequences[place] += 1
        envelopes.append(
            Envelope(
                id=new_id(),
                source=source,
                sequence=sequences[place],
                time=now,
                actor=waiting.origin.actor,
                data=waiting.recorded.event,
                occurred=waiting.recorded.occurred,
                causation=waiting.origin.causation,
                traceparent=waiting.origin.traceparent,
            )
        )
    _insert(connection, source, places, envelopes)
    session.info["captured"].extend(envelope.id for envelope in envelopes)


def _advance(connection: Connection, schema: str, counts: Counter[Place]) -> dict[Place, int]:
    """Raise each key's counter, in sorted order; the row lock orders the key until the commit."""
    places = sorted(counts)
    rows = connection.exec_driver_sql(
        f"INSERT INTO {schema}.counters AS c (topic, key, last)"
        " SELECT * FROM unnest(%b::text[], %b::text[], %b::bigint[]) AS u (topic, key, n) ORDER BY topic, key"
        " ON CONFLICT (topic, key) DO UPDATE SET last = c.last + excluded.last RETURNING topic, key, last",
        ([topic for topic, _ in places], [key for _, key in places], [counts[place] for place in places]),
    ).all()
    return {(topic, key): last for topic, key, last in rows}


def _insert(connection: Connection, schema: str, places: Sequence[Place], envelopes: Sequence[Envelope[Event]]) -> None:
    connection.exec_driver_sql(
        f"INSERT INTO {schema}.outbox (shard, topic, key, headers, body) SELECT shard, topic, key, headers::jsonb, body"
        " FROM unnest(%b::smallint[], %b::text[], %b::text[], %b::text[], %b::bytea[])"
        " WITH ORDINALITY AS u (shard, topic, key, headers, body, place) ORDER BY place",
        (
            [shard_of(key) for _, key in places],
            [topic for topic, _ in places],
            [key for _, key in places],
            [to_json(envelope.headers()).decode() for envelope in envelopes],
            [envelope.body() for envelope in envelopes],
        ),
    )


def shard_of(key: str) -> int:
    """The shard that carries a key; one relay at a time holds a shard."""
    return zlib.crc32(key.encode()) % SHARDS


class Relay:
    """Carries one service's outbox to the broker: ordered by key, at least once, nothing skipped.

    A shard's advisory lock is held by one connection. Rows are read by `seq`, sent, acknowledged, and only then
    deleted: a row that commits late with a lower `seq` is simply read later, its key's order held by the counter row.
    """

    def __init__(self, engine: Engine, service: str, broker: Broker) -> None:
        self._engine = engine
        self.name = f"{service}.relay"
        self._service = service
        self._broker = broker
        self.waits_for: str | None = None
        self._stop = threading.Event()
        self._shards: list[int] = []

    def stop(self) -> None:
        """End after the batch under way."""
        self._stop.set()

    def run(self) -> None:
        """Carry until stopped; infrastructure that fails is tried again for ever."""
        backoff = 0.1
        while not self._stop.is_set():
            try:
                with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    self._enter(connection)
                    backoff = 0.1
                    self._carry(connection)
            except (SQLAlchemyError, BrokerError) as error:
                self.waits_for = type(error).__name__
                metrics.RELAY_FAILURES.labels(self._service).inc()
                log.warning("relay waits", extra={"service": self._service, "reason": type(error).__name__})
                self._stop.wait(backoff)
                backoff = min(backoff * 2, 30)

    def drain(self) -> int:
        """Carry what is there now, for tests and shutdown; returns how many rows."""
        carried = 0
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            self._enter(connection)
            try:
                while moved := self._carry_once(connection):
                    carried += moved
            finally:
                self._leave(connection)
        return carried

    def _enter(self, connection: Connection) -> None:
        """Be the service; a deletion need not reach the disk at once, for what is sent again does nothing."""
        connection.exec_driver_sql(
            "SELECT set_config('role', %s, false), set_config('synchronous_commit', 'off', false)",
            (f"bordergate_{self._service}",),
        )
        self._shards = []

    def _leave(self, connection: Connection) -> None:
        for statement in ("SELECT pg_advisory_unlock_all()", "RESET synchronous_commit", "RESET ROLE"):
            connection.exec_driver_sql(statement)

    def _carry(self, connection: Connection) -> None:
        looked, pause = 0.0, IDLE
        try:
            while not self._stop.is_set():
                if len(self._shards) < SHARDS and time.monotonic() - looked > 1:
                    self._shards += self._free_shards(connection)
                    looked = time.monotonic()
                moved = self._carry_once(connection) if self._shards else 0
                self.waits_for = None
                pause = BUSY if moved else min(pause * 2, IDLE)
                self._stop.wait(pause)
        finally:
            if not connection.invalidated:
                self._leave(connection)

    def _free_shards(self, connection: Connection) -> list[int]:
        missing = [shard for shard in range(SHARDS) if shard not in self._shards]
        rows = connection.exec_driver_sql(
            "SELECT shard FROM unnest(%s::int[]) AS shard"
            " WHERE pg_try_advisory_lock(hashtext(current_database() || %s), shard)",
            (missing, f"{self._service}.relay"),
        )
        return list(rows.scalars())

    def _carry_once(self, connection: Connection) -> int:
        if not self._shards:
            self._shards = self._free_shards(connection)
        rows = connection.exec_driver_sql(
            f"SELECT seq, topic, key, headers, body FROM {self._service}.outbox"
            " WHERE shard = ANY(%b::smallint[]) ORDER BY seq LIMIT %s",
            (self._shards, BATCH),
        ).all()
        if not rows:
            return 0
        self._broker.send([Record(row.topic, row.key, row.headers, bytes(row.body)) for row in rows])
        connection.exec_driver_sql(
            f"DELETE FROM {self._service}.outbox WHERE seq = ANY(%b::bigint[])", ([row.seq for row in rows],)
        )
        metrics.RELAYED.labels(self._service).inc(len(rows))
        return len(rows)
