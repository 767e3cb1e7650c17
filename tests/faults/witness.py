"""Who looks, from outside, at what the database holds and what is on the log."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import psycopg
from kafka import KafkaConsumer
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import make_url

from bordergate.broker import Record
from bordergate.broker.kafka import read_all
from bordergate.inbox import Consumer
from bordergate.service import Service
from events.streams import CROSSINGS, DECLARATIONS, FLEET, ORGANISATIONS, ROUTES
from tests.faults.checker import Answered, Evidence, Kept, Position

STREAMS = (CROSSINGS, DECLARATIONS, FLEET, ORGANISATIONS, ROUTES)
FEED = "bordergate.positions"
REST_WITHIN = 60.0


class Somewhere(BaseModel):
    """When a reported position was taken."""

    at: AwareDatetime


class Reported(BaseModel):
    """A report as it stands in the feed, as far as the checker cares."""

    device_id: str
    position: Somewhere


@dataclass(frozen=True)
class Witness:
    """Sees everything, past every wall."""

    owner_url: str
    kafka: str
    services: Sequence[Service]
    consumers: Sequence[Consumer]

    def evidence(self, answered: Answered) -> Evidence:
        """What there is once the gate has come to rest, or has not within a minute.

        First what was written, then the log, then what was heard of it: what a timer does meanwhile is no finding.
        """
        _patiently(lambda: self._at_rest() and answered.positions <= self._positions())
        written = self._written()
        events, feed = self._log()
        _patiently(self._at_rest)
        listens = {consumer.name: consumer.topic for consumer in self.consumers}
        return Evidence(answered, self._kept(written), events, feed, listens)

    def _kept(self, written: dict[tuple[str, str, str], int]) -> Kept:
        crossings = self._rows("SELECT id::text, vehicle_id::text FROM vehicle_registration.crossings")
        return Kept(
            crossings=[(crossing, vehicle) for crossing, vehicle in crossings],
            tickets=self._column("SELECT crossing_id::text FROM queue_scheduling.tickets"),
            files=self._column("SELECT crossing_id::text FROM portal.crossings"),
            joins=sum(self._column("SELECT joined FROM queue_scheduling.queues")),
            written=written,
            waiting=self._waiting(),
            parked=self._column(self._everywhere("SELECT consumer || ' ' || key || ': ' || error FROM {}.parked")),
            heard=self._heard(),
            positions=self._positions(),
        )

    def _waiting(self) -> int:
        return sum(self._column(self._everywhere("SELECT count(*) FROM {}.outbox")))

    def _written(self) -> dict[tuple[str, str, str], int]:
        rows = self._rows(self._everywhere("SELECT '{}', topic, key, last FROM {}.counters"))
        return {(service, topic, key): last for service, topic, key, last in rows}

    def _heard(self) -> dict[str, frozenset[str]]:
        heard = defaultdict(set)
        for consumer, event in self._rows(self._everywhere("SELECT consumer, event_id::text FROM {}.inbox")):
            heard[consumer].add(event)
        return {consumer: frozenset(events) for consumer, events in heard.items()}

    def _at_rest(self) -> bool:
        """Whether everybody has heard whatever was ever written, and so nobody has anything left to answer."""
        heard = " UNION ALL ".join(
            f"SELECT (SELECT count(*) FROM {consumer.name.partition('.')[0]}.inbox WHERE consumer = '{consumer.name}')"
            f" = (SELECT coalesce(sum(last), 0) FROM written WHERE topic = '{consumer.topic}')"
            for consumer in self.consumers
        )
        written = self._everywhere("SELECT topic, last FROM {}.counters")
        return all(self._column(f"WITH written AS ({written}) {heard}")) and not self._waiting()

    def _positions(self) -> frozenset[Position]:
        rows: list[tuple[str, datetime]] = self._rows("SELECT device_id::text, at FROM tracking.positions")
        return frozenset(rows)

    def _log(self) -> tuple[list[Record], frozenset[Position]]:
        consumer = KafkaConsumer(bootstrap_servers=self.kafka, enable_auto_commit=False)
        try:
            events = [record for topic in STREAMS for records in read_all(consumer, topic) for record in records]
            fed = chain.from_iterable(read_all(consumer, FEED))
            reports = [Reported.model_validate_json(record.body) for record in fed]
        finally:
            consumer.close()
        return events, frozenset((report.device_id, report.position.at) for report in reports)

    def _everywhere(self, query: str) -> str:
        return " UNION ALL ".join(query.replace("{}", service.name) for service in self.services)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        url = make_url(self.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url) as connection:
            return connection.execute(query).fetchall()  # type: ignore[arg-type] # built from names of our own

    def _column(self, query: str) -> list[Any]:
        return list(chain.from_iterable(self._rows(query)))


def _patiently(look: Callable[[], bool]) -> None:
    """Wait until it is so, or no longer; the checker says what is missing."""
    deadline = time.monotonic() + REST_WITHIN
    while not look() and time.monotonic() < deadline:
        time.sleep(0.2)
