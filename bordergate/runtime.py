"""The runner: one service, one role, or all of them in one process."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Engine, create_engine

from bordergate.broker import Broker
from bordergate.broker.kafka import KafkaBroker
from bordergate.clock import Clock
from bordergate.housekeeping import Housekeeping
from bordergate.inbox import Consumer
from bordergate.installation import clock_for
from bordergate.outbox import Relay
from bordergate.service import Service
from bordergate.settings import Settings
from bordergate.timers import TimerLoop
from bordergate.transactions import Transactions

ROLES = ("api", "worker", "relay", "intake")
log = logging.getLogger(__name__)


class Loop(Protocol):
    """Something that runs in a thread until it is told to stop."""

    @property
    def name(self) -> str:
        """What it is, for logs and checks."""

    @property
    def waits_for(self) -> str | None:
        """The infrastructure's failure it waits out, or nothing."""

    def run(self) -> None:
        """Run until stopped."""

    def stop(self) -> None:
        """End soon."""


def engine_for(url: str, connections: int, name: str = "bordergate") -> Engine:
    """One pool a process; a caller waits two seconds for a connection, then is told to come back."""
    return create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=2,
        connect_args={
            "application_name": name,
            "connect_timeout": 5,
            "options": "-c search_path=public,postgis -c jit=off -c timezone=UTC",
        },
    )


@dataclass
class Gate:
    """Everything the services of one process share."""

    settings: Settings
    engine: Engine
    clock: Clock
    broker: Broker
    services: Sequence[Service]
    transactions: dict[str, Transactions] = field(init=False)

    def __post_init__(self) -> None:
        self.transactions = {
            service.name: Transactions(self.engine, service.name, self.clock) for service in self.services
        }

    def consumers(self) -> list[Consumer]:
        """One consumer a service and stream."""
        return [
            Consumer(
                self.transactions[service.name],
                topic,
                reactions,
                self.clock,
                before_batch=service.before_batch,
                after_batch=service.after_batch,
            )
            for service in self.services
            for topic, reactions in service.by_topic().items()
        ]

    def timer_loops(self) -> list[TimerLoop]:
        """One loop a service that has timers."""
        return [
            TimerLoop(self.transactions[service.name], service.timers, self.clock, service.before_timer)
            for service in self.services
            if service.timers
        ]

    def relays(self) -> list[Relay]:
        """One relay a service."""
        return [Relay(self.engine, service.name, self.broker) for service in self.services]

    def feeds(self) -> list[Loop]:
        """The services' own loops beside reactions and timers."""
        return [make(self) for service in self.services for make in service.workers.values()]


@dataclass(frozen=True)
class Listening:
    """A consumer and the broker it listens to, as a loop."""

    consumer: Consumer
    broker: Broker

    @property
    def name(self) -> str:
        """The consumer's."""
        return self.consumer.name

    @property
    def waits_for(self) -> str | None:
        """As the consumer says."""
        return self.consumer.waits_for

    def run(self) -> None:
        """Listen until stopped."""
        self.consumer.run(self.broker)

    def stop(self) -> None:
        """End after the batch under way."""
        self.consumer.stop()


def open_gate(settings: Settings, services: Sequence[Service], connections: int) -> Gate:
    """The gate as the settings describe it."""
    engine = engine_for(settings.database_url, connections)
    broker = KafkaBroker(settings.kafka, prefix=settings.topic_prefix, instance=settings.instance)
    return Gate(settings, engine, clock_for(settings.clock, engine), broker, services)


def loops_of(gate: Gate, roles: Iterable[str]) -> list[Loop]:
    """What the roles run in threads."""
    found: list[Loop] = []
    if "worker" in roles:
        found += [Listening(consumer, gate.broker) for consumer in gate.consumers()]
        found += gate.timer_loops()
        found += gate.feeds()
        found.append(Housekeeping(list(gate.transactions.values())))
    if "relay" in roles:
        found += gate.relays()
    return found


class Threads:
    """Loops in threads, all stopped together."""

    def __init__(self, loops: Sequence[Loop]) -> None:
        self._loops = loops
        self._threads = [threading.Thread(target=loop.run, name=loop.name, daemon=True) for loop in loops]

    def start(self) -> None:
        """Start every loop."""
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 10) -> None:
        """Tell all to end, and wait for them."""
        for loop in self._loops:
            loop.stop()
        for thread in self._threads:
            thread.join(seconds)

    def check(self) -> str | None:
        """Which loops ended though nobody stopped them, or wait for the infrastructure."""
        told = [
            f"{thread.name} {loop.waits_for or 'ended'}"
            for loop, thread in zip(self._loops, self._threads, strict=True)
            if loop.waits_for or not thread.is_alive()
        ]
        return ", ".join(told) or None


def run(settings: Settings, services: Sequence[Service], roles: Sequence[str]) -> None:
    """Run the roles in this process until it is told to end (SIGTERM, SIGINT)."""
    from bordergate.http.server import serve, serve_ops  # noqa: PLC0415 - the command line's other verbs need no HTTP

    keep_to(settings.processor)
    loops = sum(len(service.by_topic()) + 3 for service in services)
    gate = open_gate(settings, services, settings.threads if "worker" not in roles else settings.threads + loops)
    threads = Threads(loops_of(gate, roles))
    threads.start()
    log.info("running", extra={"role": ",".join(roles), "count": len(services)})
    try:
        servers: list[Callable[[], Any]] = [
            lambda process=process: process(gate)  # type: ignore[misc] # bound now, called once
            for role in roles
            for service in services
            for name, process in service.processes.items()
            if name == role
        ]
        if "api" in roles:
            servers.append(lambda: serve(gate, {"loops": threads.check}))
        _run_all(servers or [lambda: serve_ops(gate, {"loops": threads.check})])
    finally:
        threads.stop()
        gate.broker.close()
        gate.engine.dispose()


def keep_to(processor: int | None) -> None:
    """Keep this process and all it will start to one of the processors it may use, counted round; None: to no one.

    Python runs one thread at a time, and handing the turn to a thread on another processor costs about as much as
    the work of a turn (docs/decisions/0013).
    """
    if processor is None or not hasattr(os, "sched_setaffinity"):
        return
    usable = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {usable[processor % len(usable)]})


def _run_all(servers: Sequence[Callable[[], Any]]) -> None:
    others = [threading.Thread(target=server, daemon=True) for server in servers[:-1]]
    for thread in others:
        thread.start()
    servers[-1]()
