"""Is the gate whole? Settings, database, migrations, streams, timers, parked messages, gaps, processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from kafka import KafkaConsumer
from kafka.errors import KafkaError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bordergate.broker import PARTITIONS
from bordergate.broker.kafka import read_all
from bordergate.gaps import irregularities
from bordergate.installation import clock_for
from bordergate.readiness import SILENT, lacking
from bordergate.runtime import engine_for
from bordergate.service import Service
from bordergate.settings import Settings
from bordergate.timers import TRIES

A_MINUTE = timedelta(minutes=1)
BEHIND = "deploy/logs worker says what it waits for; when none runs, deploy/up starts it"
NEXT = "compare the source's outbox with the log; `bordergate parked list` shows what waits"


@dataclass(frozen=True)
class Finding:
    """One thing looked at; a fault has a next step."""

    what: str
    next_step: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it is as it should be."""
        return self.next_step is None


def examine_gate(settings: Settings, services: Sequence[Service]) -> Iterator[Finding]:
    """Every finding, faults and all, database first."""
    yield from _database(settings, services)
    yield from examine_processes(settings)
    yield from _streams(settings, services)
    yield _callers(settings)


def examine_processes(settings: Settings) -> Iterator[Finding]:
    """What the processes of this machine say of themselves; one that runs elsewhere is no fault."""
    ports = {"api": settings.http_port, "worker": settings.ops_port, "intake": settings.intake_port}
    for name, port in ports.items():
        lack = lacking(settings.host, port)
        if lack is None:
            yield Finding(f"{name}: ready")
        elif lack == SILENT:
            yield Finding(f"{name}: nothing answers on port {port} of this machine")
        else:
            yield Finding(f"{name}: not ready, {lack}", f"deploy/logs {name}; deploy/up starts it anew")


def _callers(settings: Settings) -> Finding:
    there = settings.caller_keys.exists()
    return Finding(f"caller keys {settings.caller_keys}{'' if there else ': none yet, the first token brings them'}")


def _database(settings: Settings, services: Sequence[Service]) -> Iterator[Finding]:
    engine = engine_for(settings.database_url, 1)
    clock = clock_for(settings.clock, engine)
    try:
        overdue = clock.now() - A_MINUTE * max(1.0, clock.speed())
        with engine.connect() as connection:
            yield Finding("database answers")
            for service in services:
                yield from _schema(connection, service)
                yield from examine_timers(connection, service.name, overdue)
                yield from _own_findings(connection, service, settings)
    except SQLAlchemyError as error:
        yield Finding(f"database: {type(error).__name__}", "check BORDERGATE_DATABASE_URL; run `bordergate migrate`")
    finally:
        engine.dispose()


def _schema(connection: Any, service: Service) -> Iterator[Finding]:  # noqa: ANN401 - rows by name
    connection.exec_driver_sql("SELECT set_config('role', %s, false)", (f"bordergate_{service.name}",))
    row = connection.exec_driver_sql(
        f"SELECT (SELECT count(*) FROM {service.name}.outbox) AS waiting,"
        f" (SELECT count(*) FROM {service.name}.parked) AS parked,"
        f" (SELECT count(*) FROM {service.name}.timers WHERE tries >= {TRIES}) AS failed"
    ).one()
    connection.exec_driver_sql("RESET ROLE")
    connection.commit()
    yield Finding(f"{service.name}: {row.waiting} events wait for the relay")
    if row.parked:
        yield Finding(f"{service.name}: {row.parked} parked", "bordergate parked list")
    if row.failed:
        yield Finding(f"{service.name}: {row.failed} timers failed", f"look at {service.name}.timers.error")


def examine_timers(connection: Connection, service: str, overdue: datetime) -> Iterator[Finding]:
    """The deadlines of a service that should have been met by an instant, by kind; those that failed are told apart."""
    connection.exec_driver_sql("SELECT set_config('role', %s, false)", (f"bordergate_{service}",))
    rows = connection.exec_driver_sql(
        f"SELECT kind, count(*) AS timers, min(due) AS oldest FROM {service}.timers"
        " WHERE due < %s AND tries < %s GROUP BY kind ORDER BY oldest",
        (overdue, TRIES),
    ).all()
    connection.exec_driver_sql("RESET ROLE")
    connection.commit()
    for row in rows:
        oldest = f"{row.oldest.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"
        yield Finding(f"{service}: {row.timers} timers {row.kind} are overdue, the oldest since {oldest}", BEHIND)


def _own_findings(connection: Connection, service: Service, settings: Settings) -> Iterator[Finding]:
    """What a service says of what it stands on, seen under its own role."""
    if service.findings is None:
        return
    with Session(connection) as session:
        enter = "SELECT set_config('role', %s, true), set_config('bordergate.scope', 'all', true)"
        session.connection().exec_driver_sql(enter, (f"bordergate_{service.name}",))
        yield from (Finding(f"{service.name}: {what}", step) for what, step in service.findings(session, settings))


def _streams(settings: Settings, services: Sequence[Service]) -> Iterator[Finding]:
    topics = sorted({topic for service in services for topic in service.by_topic()})
    try:
        for topic in topics:
            yield from _stream(settings, topic)
    except KafkaError as error:
        yield Finding(f"broker: {type(error).__name__}", "check BORDERGATE_KAFKA; run `bordergate topics apply`")


def _stream(settings: Settings, topic: str) -> Iterator[Finding]:
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, enable_auto_commit=False)
    try:
        partitions = consumer.partitions_for_topic(settings.topic_prefix + topic) or set()
        if len(partitions) != PARTITIONS:
            yield Finding(f"{topic}: {len(partitions)} partitions, not {PARTITIONS}", "bordergate topics apply")
            return
        records = list(chain.from_iterable(read_all(consumer, topic, settings.topic_prefix)))
        broken = irregularities(records)
        yield Finding(f"{topic}: {len(records)} events, {len(broken)} keys broken", NEXT if broken else None)
        for irregularity in broken[:10]:
            yield Finding(str(irregularity), NEXT)
    finally:
        consumer.close()
