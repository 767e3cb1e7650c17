"""The gate's API and the bare endpoint on one database, each asked in turn."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import quantiles
from typing import Any

from sqlalchemy import event

from bordergate.auth import Role
from bordergate.service import installed
from tests.bench.parts.bare import PATH, Recorded
from tests.bench.parts.gate import PROCESSORS, Deployment
from tests.bench.parts.kinds import FIRM, KINDS, bodies
from tests.bench.parts.load import Load, Sent, addressed
from tests.bench.parts.programs import Program, program
from tests.builders.callers import a_caller
from tests.gates import a_still_gate
from tests.servers import a_free_port

MOST = 2_000
"""More than either endpoint answers a second."""


@dataclass(frozen=True)
class Measured:
    """What came of commands sent for a while, and the share of one processor that the endpoint used."""

    sent: Sent
    processor: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.sent.rate

    @property
    def p99(self) -> float:
        """Milliseconds that one answer of a hundred takes longer."""
        return quantiles(self.sent.times, n=100, method="inclusive")[98]


class Stock:
    """What can be sent, each once: both endpoints take from it, and give back what time did not suffice for."""

    def __init__(self, bodies: Iterator[str]) -> None:
        self._bodies = bodies

    def take(self, count: int) -> list[str]:
        """So many of them."""
        return list(itertools.islice(self._bodies, count))

    def give_back(self, unused: list[str]) -> None:
        """They come first the next time."""
        self._bodies = itertools.chain(unused, self._bodies)


@dataclass(frozen=True)
class Endpoint:
    """One of the two: its process, and where it takes commands."""

    process: Program
    port: int
    path: str

    headers: dict[str, str]
    stock: Stock
    most: int = MOST

    def measure(self, seconds: float) -> Measured:
        """Commands for a while, over eight connections, as fast as they are answered."""
        sendable = self.stock.take(int(self.most * seconds))
        load = Load(self.port, self.path, sendable, self.headers, seconds=seconds)
        used = self.process.cpu()
        sent = load.send()
        if sent.refused:
            raise RuntimeError(f"{self.path} refused {sent.refused} of {sent.answered + sent.refused} commands")
        self.stock.give_back(sendable[sent.answered :])
        return Measured(sent, (self.process.cpu() - used) / sent.seconds)


Pair = tuple[Measured, Measured]
"""The gate and the bare endpoint, one after the other."""


@contextmanager
def endpoints(deployment: Deployment, kind: str, most: int = MOST) -> Iterator[tuple[Endpoint, Endpoint]]:
    """The gate's API, and the bare endpoint on the same database."""
    told, stock = deployment.folder / "statements", Stock(bodies(kind))
    told.write_bytes(pickle.dumps(recorded(deployment, kind, stock.take(1)[0])))
    port = a_free_port()
    arguments = ("tests.bench.parts.bare", kind, str(told), str(port))
    environment = deployment.environment(BORDERGATE_PROCESSOR=PROCESSORS["api"])
    with (
        deployment.serving("api") as (api, ours),
        program("bare", *arguments, environment=environment, folder=deployment.folder) as process,
    ):
        process.await_port(port)
        headers = deployment.carrier(FIRM)
        yield (
            Endpoint(api, ours, KINDS[kind].path, headers, stock, most),
            Endpoint(process, port, PATH, headers, stock, most),
        )


def in_turn(ours: Endpoint, bare: Endpoint, seconds: float, pairs: int) -> list[Pair]:
    """Both, one after the other, several times."""
    return [(ours.measure(seconds), bare.measure(seconds)) for _ in range(pairs)]


def told(pairs: Sequence[Pair]) -> str:
    """What was measured, for people."""
    return "; ".join(
        ", ".join(
            f"{name} {one.rate:.0f}/s, p99 {one.p99:.0f} ms (processor {one.processor:.0%}, load {one.sent.cpu:.0%})"
            for name, one in (("gate", mine), ("bare", its))
        )
        for mine, its in pairs
    )


def recorded(deployment: Deployment, kind: str, body: str) -> Recorded:
    """What the gate says to the database for one command."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:  # noqa: ANN401 - SQLAlchemy's shape
        statements.append((statement, values))

    folder = deployment.folder / "recording"
    folder.mkdir()
    with a_still_gate(deployment.database.url, installed(), folder) as gate:
        gate.clock.set(datetime.now(UTC))
        KINDS[kind].prepare(deployment.database.owner_url)
        event.listen(gate.gate.engine, "before_cursor_execute", note)
        sending = gate.as_(a_caller(Role.CARRIER, organisation=FIRM))
        path, sent = addressed(KINDS[kind].path, body)
        answer = sending.post(path, content=sent, headers={"Content-Type": "application/json"})
    answer.raise_for_status()
    return Recorded(statements, answer.text, answer.headers["Bordergate-Event"])
