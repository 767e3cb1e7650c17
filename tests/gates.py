"""The whole gate inside a test: still (moved by hand, a broker in memory) or running (real broker, threads, a port)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import httpx
import uvicorn
from sqlalchemy import Engine, QueuePool
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from bordergate.auth import Caller
from bordergate.broker import ALL, Broker, Record
from bordergate.broker.kafka import KafkaBroker
from bordergate.broker.memory import MemoryBroker
from bordergate.clock import Clock, RealClock
from bordergate.commands import load_service_reference
from bordergate.http.server import KEPT_OPEN, app_for
from bordergate.runtime import Gate, Threads, engine_for, loops_of
from bordergate.service import Service
from bordergate.settings import Settings
from bordergate.transactions import Origin, system
from tests.builders.callers import Issuer
from tests.builders.clock import FakeClock
from tests.servers import a_free_port

WITHIN = 30.0
HALF = 0.5
HOUR = 3600.0


def eventually(look: Callable[[], Any], *, within: float = WITHIN) -> Any:  # noqa: ANN401 - whatever is looked for
    """What `look` finds, as soon as it is true; fails after `within` real seconds."""
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing was found within {within} s"
        time.sleep(0.02)
    return found


def load_all(gate: Gate) -> None:
    """Every service's reference rows."""
    for service in gate.services:
        load_service_reference(gate, service)


@dataclass
class Desk:
    """What both kinds of gate offer to a test."""

    gate: Gate
    issuer: Issuer

    def look(self, service: str, work: Callable[[Session], Any]) -> Any:  # noqa: ANN401 - whatever the work finds
        """Read a service's rows, past every wall."""
        return self.gate.transactions[service].read(work, scope="all")

    def do(self, service: str, work: Callable[[Session], Any]) -> Any:  # noqa: ANN401 - whatever the work returns
        """Do something inside a service, as the gate itself."""
        return self.gate.transactions[service].run(work, origin=Origin(system("test")), scope="all")

    def rows(self, service: str, sql: str, *values: Any) -> Sequence[Any]:  # noqa: ANN401 - any parameters
        """The rows of a query in a service's schema."""
        return self.look(service, lambda session: session.connection().exec_driver_sql(sql, values or None).all())


def twice_and_mixed(records: Sequence[Record], chance: Random) -> list[Record]:
    """Every record twice, the keys mixed at random; each key's first copies keep their order."""
    waiting: dict[str, list[Record]] = {}
    for record in records:
        waiting.setdefault(record.key, []).append(record)
    mixed: list[Record] = []
    while waiting:
        key = chance.choice(sorted(waiting))
        record = waiting[key].pop(0)
        mixed += [record] if chance.random() < HALF else [record, record]
        if not waiting[key]:
            del waiting[key]
    return mixed + list(records)


@dataclass
class StillGate(Desk):
    """Nothing moves unless the test moves it: relays, consumers and timers run in `settle`.

    With `chance`, every event is delivered at least twice, keys are mixed, and services hear in any order.
    """

    broker: MemoryBroker
    clock: FakeClock
    client: TestClient
    chance: Random | None = None

    def as_(self, caller: Caller, second: Caller | None = None) -> Asking:
        """Requests of a caller."""
        return Asking(self.client, self.issuer, caller, second)

    def settle(self, rounds: int = 200) -> None:
        """Let news travel and due timers run until nothing moves any more."""
        for _ in range(rounds):
            if not self._move():
                return
        raise AssertionError("the gate never came to rest")

    def wait(self, *, hours: float = 0, minutes: float = 0) -> None:
        """Let time pass, then let everything that follows happen."""
        self.clock.forward(hours=hours, minutes=minutes)
        self.settle()

    def publish(self, *records: Record) -> None:
        """Put records on the broker as a service's relay would."""
        self.broker.send(records)

    def _move(self) -> int:
        moved = sum(relay.drain() for relay in self.gate.relays())
        consumers = self.gate.consumers()
        if self.chance:
            self.chance.shuffle(consumers)
        for consumer in consumers:
            subscription = self.broker.subscribe(consumer.name, consumer.topic)
            while records := subscription.poll(0, self.chance.randint(1, 20) if self.chance else 200):
                consumer.handle(twice_and_mixed(records, self.chance) if self.chance else records)
                subscription.commit()
                moved += len(records)
                if self.chance:
                    break
            subscription.close()
        return moved + sum(loop.run_due() for loop in self.gate.timer_loops())

    def parked(self) -> list[Any]:
        """Everything any service has set aside."""
        return [
            row
            for service in self.gate.services
            for row in self.rows(service.name, f"SELECT * FROM {service.name}.parked")
        ]


@dataclass(frozen=True)
class Asking:
    """Requests in one caller's name; each carries a token of now."""

    client: TestClient | httpx.Client
    issuer: Issuer
    caller: Caller
    second: Caller | None = None

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's options
        """Any request."""
        headers = self.issuer.headers(self.caller, self.second) | options.pop("headers", {})
        return self.client.request(method, path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's options
        """A look."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's options
        """A command."""
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's options
        """A command that replaces."""
        return self.request("PUT", path, **options)


@contextmanager
def a_still_gate(
    database_url: str,
    services: Sequence[Service],
    folder: Path,
    settings: Mapping[str, str] | None = None,
    *,
    loaded: bool = False,
) -> Iterator[StillGate]:
    """The services on a migrated database, moved by hand; `settings` are set besides those every test needs.

    A `loaded` database has the reference rows already.
    """
    clock, broker, issuer = FakeClock(), MemoryBroker(), Issuer(folder / "keys")
    with _gate(database_url, services, folder, clock, broker, issuer, settings) as gate:
        if not loaded:
            load_all(gate)
        with TestClient(app_for(gate), base_url="http://localhost") as client:
            hears_all(gate)
            yield StillGate(gate, issuer, broker, clock, client)


def hears_all(gate: Gate, seconds_ago: float = -HOUR) -> None:
    """All consumers have heard everything; while a test moves the gate by hand nobody else says so."""
    for consumer in gate.consumers():
        consumer.say(dict.fromkeys(ALL, seconds_ago))


@dataclass
class RunningGate(Desk):
    """The gate as it runs: its own threads, the real broker, HTTP on a port."""

    origin: str
    client: httpx.Client

    def as_(self, caller: Caller, second: Caller | None = None) -> Asking:
        """Requests of a caller."""
        return Asking(self.client, self.issuer, caller, second)


@contextmanager
def a_running_gate(
    database_url: str,
    services: Sequence[Service],
    folder: Path,
    broker: KafkaBroker,
    clock: Clock | None = None,
    roles: Sequence[str] = ("worker", "relay"),
    settings: Mapping[str, str] | None = None,
) -> Iterator[RunningGate]:
    """The services on a migrated database and a real broker, with their loops in threads."""
    issuer = Issuer(folder / "keys")
    with _gate(database_url, services, folder, clock or RealClock(), broker, issuer, settings) as gate:
        load_all(gate)
        threads = Threads(loops_of(gate, roles))
        threads.start()
        try:
            with serving(gate) as origin, httpx.Client(base_url=origin, timeout=30) as client:
                yield RunningGate(gate, issuer, origin, client)
        finally:
            threads.stop()


def lent(engine: Engine) -> int:
    """How many connections are out of the pool."""
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedout()


@contextmanager
def serving(gate: Gate) -> Iterator[str]:
    """The API of a gate on its port."""
    port = gate.settings.http_port
    config = uvicorn.Config(
        app_for(gate),
        host="127.0.0.1",
        port=port,
        log_config=None,
        timeout_keep_alive=KEPT_OPEN,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    eventually(lambda: server.started, within=15)
    try:
        yield gate.settings.origin
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def _gate(
    database_url: str,
    services: Sequence[Service],
    folder: Path,
    clock: Clock,
    broker: Broker,
    issuer: Issuer,
    more: Mapping[str, str] | None = None,
) -> Iterator[Gate]:
    settings = Settings.read(
        {
            **(more or {}),
            "BORDERGATE_VAR": str(folder),
            "BORDERGATE_DATABASE_URL": database_url,
            "BORDERGATE_HTTP_PORT": str(a_free_port()),
            "BORDERGATE_CALLER_KEYS": str(issuer.path),
        }
    )
    engine = engine_for(database_url, 60)
    try:
        yield Gate(settings, engine, clock, broker, services)
    finally:
        broker.close()
        eventually(lambda: not lent(engine))  # a connection that is out when the pool goes is never closed
        engine.dispose()
