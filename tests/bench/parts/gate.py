"""The gate as it is deployed, on a database and streams of the measurement's own: each role a process."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import make_url

from bordergate.auth import Role
from bordergate.ids import new_id
from bordergate.runtime import open_gate
from bordergate.service import installed
from bordergate.settings import Settings
from tests.bench.parts.programs import Program, program
from tests.bench.rows import Database, Setup
from tests.builders.callers import Issuer, a_caller
from tests.gates import eventually, load_all
from tests.servers import a_free_port

VEHICLES = "/api/vehicle-registration/vehicles"
PROCESSORS = {"api": "0", "worker": "1"}
"""As `deploy/up` gives them out."""


@dataclass(frozen=True)
class Deployment:
    """Where the gate's processes find everything."""

    setup: Setup
    database: Database
    prefix: str
    issuer: Issuer

    @property
    def folder(self) -> Path:
        """Where its processes write."""
        return self.setup.folder

    def environment(self, **more: str) -> dict[str, str]:
        """What its processes are told."""
        return {
            "BORDERGATE_VAR": str(self.folder),
            "BORDERGATE_DATABASE_URL": self.database.url,
            "BORDERGATE_OWNER_URL": self.database.owner_url,
            "BORDERGATE_KAFKA": self.setup.servers.kafka,
            "BORDERGATE_TOPIC_PREFIX": self.prefix,
            "BORDERGATE_CALLER_KEYS": str(self.issuer.path),
            "BORDERGATE_LOG_LEVEL": "WARNING",
        } | more

    @contextmanager
    def serving(self, role: str) -> Iterator[tuple[Program, int]]:
        """The API or the intake, with its port."""
        port = a_free_port()
        ports = {"BORDERGATE_HTTP_PORT": str(port), "BORDERGATE_INTAKE_PORT": str(port)}
        with self.running(role, **ports) as process:
            process.await_port(port)
            yield process, port

    @contextmanager
    def working(self) -> Iterator[Program]:
        """The worker with its relays."""
        with self.running("worker", "relay") as process:
            yield process

    @contextmanager
    def running(self, *roles: str, **more: str) -> Iterator[Program]:
        """A process of these roles, with every service."""
        more = {"BORDERGATE_PROCESSOR": PROCESSORS.get(roles[0], "")} | more
        named = itertools.chain.from_iterable(("--role", role) for role in roles)
        arguments = ("bordergate.cli", "run", *named)
        with program("-".join(roles), *arguments, environment=self.environment(**more), folder=self.folder) as process:
            yield process

    def learn_routes(self) -> None:
        """Let the gate read its own lists, and the portal hear of the routes in them."""
        gate = open_gate(Settings.read(self.environment()), installed(), connections=2)
        try:
            load_all(gate)
        finally:
            gate.engine.dispose()
        with self.working(), psycopg.connect(self.plain_url, autocommit=True) as connection:
            eventually(lambda: connection.execute("SELECT 1 FROM portal.routes WHERE opposite <> ''").fetchone())

    @property
    def plain_url(self) -> str:
        """The owner's address of the database, without a driver's name."""
        url = make_url(self.database.owner_url).set(drivername="postgresql")
        return url.render_as_string(hide_password=False)

    def carrier(self, organisation: UUID | None = None) -> dict[str, str]:
        """The headers of a new carrier's requests."""
        return self.issuer.headers(a_caller(Role.CARRIER, organisation=organisation or new_id()))


@contextmanager
def deployed(setup: Setup) -> Iterator[Deployment]:
    """A fresh place for the gate to run in."""
    with setup.database() as database, setup.topics() as prefix:
        yield Deployment(setup, database, prefix, Issuer(setup.folder / "keys"))


def new_vehicles() -> Iterator[str]:
    """Bodies that each make a truck known, with a plate nobody else has."""
    papers = {"country": "VN", "vehicle_type": "VT4", "axles": 2, "tare_kg": 7_000, "gross_kg": 15_000}
    for series, number in itertools.product("CDHK", range(100_000)):
        yield json.dumps({"plate": f"12{series}-{number // 100:03}.{number % 100:02}"} | papers)
