"""Commands a second through the API, against a bare endpoint that issues the same statements."""

from __future__ import annotations

import itertools
import json
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import event

from bordergate.auth import Role
from bordergate.ids import new_id
from bordergate.service import installed
from services.vehicle_registration.queries import VehicleView
from tests.bench.parts.bare import Recorded
from tests.bench.parts.gate import PROCESSORS, VEHICLES, Deployment, deployed, new_vehicles
from tests.bench.parts.load import Load, Sent
from tests.bench.parts.programs import Program, program
from tests.bench.rows import Row, Setup
from tests.builders.callers import a_caller
from tests.gates import a_still_gate
from tests.servers import a_free_port

GOAL = 0.7
PAIRS, SECONDS, WARM_UP = 9, 2.0, 2.0
MOST = 2_000
"""More than either endpoint answers a second."""


@dataclass(frozen=True)
class Endpoint:
    """One of the two: its process, and where it takes commands."""

    process: Program
    port: int
    path: str

    headers: dict[str, str]
    vehicles: Iterator[str]

    def measure(self, seconds: float) -> tuple[Sent, float]:
        """Commands for a while, with the share of one processor the process used."""
        bodies = list(itertools.islice(self.vehicles, int(MOST * seconds)))
        load = Load(self.port, self.path, bodies, self.headers, seconds=seconds)
        used = self.process.cpu()
        sent = load.send()
        if sent.refused:
            raise RuntimeError(f"{self.path} refused {sent.refused} of {sent.answered + sent.refused} commands")
        return sent, (self.process.cpu() - used) / sent.seconds


def run(setup: Setup) -> list[Row]:
    """Both endpoints in turn, several times; the medians."""
    with deployed(setup) as deployment, endpoints(deployment) as (ours, bare):
        for endpoint in (ours, bare):
            endpoint.measure(WARM_UP)
        pairs = [(ours.measure(SECONDS), bare.measure(SECONDS)) for _ in range(PAIRS)]
    return [
        Row(
            "commands through the API",
            median(mine.rate for (mine, _), _ in pairs),
            "commands/s",
            against=median(its.rate for _, (its, _) in pairs),
            ratios=[mine.rate / its.rate for (mine, _), (its, _) in pairs],
            goal=GOAL,
            note="; ".join(_told(mine, its) for mine, its in pairs),
        )
    ]


def _told(mine: tuple[Sent, float], its: tuple[Sent, float]) -> str:
    return ", ".join(
        f"{name} {sent.rate:.0f}/s (processor {cpu:.0%}, load {sent.cpu:.0%})"
        for name, (sent, cpu) in (("gate", mine), ("bare", its))
    )


@contextmanager
def endpoints(deployment: Deployment) -> Iterator[tuple[Endpoint, Endpoint]]:
    """The gate's API, and the bare endpoint on the same database."""
    told = deployment.folder / "statements"
    told.write_bytes(pickle.dumps(recorded(deployment)))
    port = a_free_port()
    arguments = ("tests.bench.parts.bare", str(told), str(port))
    environment = deployment.environment(BORDERGATE_PROCESSOR=PROCESSORS["api"])
    with (
        deployment.serving("api") as (api, ours),
        program("bare", *arguments, environment=environment, folder=deployment.folder) as process,
    ):
        process.await_port(port)
        headers, vehicles = deployment.carrier(), new_vehicles()
        yield (
            Endpoint(api, ours, VEHICLES, headers, vehicles),
            Endpoint(process, port, "/vehicles", headers, vehicles),
        )


def recorded(deployment: Deployment) -> Recorded:
    """What the gate says to the database for one command."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:  # noqa: ANN401 - SQLAlchemy's shape
        statements.append((statement, values))

    folder = deployment.folder / "recording"
    folder.mkdir()
    with a_still_gate(deployment.database.url, installed(), folder) as gate:
        event.listen(gate.gate.engine, "before_cursor_execute", note)
        carrier = gate.as_(a_caller(Role.CARRIER, organisation=new_id()))
        answer = carrier.post(VEHICLES, json=json.loads(next(new_vehicles())))
    answer.raise_for_status()
    return Recorded(statements, VehicleView.model_validate_json(answer.text), answer.headers["Bordergate-Event"])
