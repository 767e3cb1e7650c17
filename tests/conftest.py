"""What every test may ask for: real servers, fresh databases, a whole gate."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import make_url

from bordergate.broker.kafka import KafkaBroker
from bordergate.service import Service, installed
from tests.databases import copied, drop, migrated, named, own_topics
from tests.gates import RunningGate, StillGate, a_running_gate, a_still_gate
from tests.servers import Servers, open_servers

ROOT = Path(__file__).parents[1]
settings.register_profile("gate", deadline=None)  # how long an example takes is the machine's load, not ours
settings.load_profile("gate")


@pytest.fixture(autouse=True)
def no_network_in_unit_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit test that opens a connection fails."""
    if "unit" not in Path(str(request.node.fspath)).relative_to(ROOT / "tests").parts[:1]:
        return
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            raise AssertionError(f"a unit test connected to {address}")
        connect(self, address)  # type: ignore[arg-type] # handed on as it came

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL with PostGIS, and Kafka; a missing server fails the run."""
    with open_servers() as opened:
        yield opened


@pytest.fixture(scope="session")
def services() -> list[Service]:
    """Every installed service."""
    return installed()


@pytest.fixture(scope="session")
def templates(servers: Servers) -> Iterator[Callable[[list[Service]], str]]:
    """Gives the name of a migrated database of some services, made once; each test's own is copied from it."""
    made: dict[tuple[str, ...], str] = {}

    def template_of(services: list[Service]) -> str:
        names = tuple(service.name for service in services)
        if names not in made:
            made[names] = migrated(servers, services)
        return made[names]

    yield template_of
    for name in made.values():
        drop(servers, name)


@pytest.fixture
def owner_url(servers: Servers, services: list[Service], templates: Callable[[list[Service]], str]) -> Iterator[str]:
    """A fresh migrated database, as its owner sees it."""
    with copied(servers, templates(services)) as url:
        yield url


@pytest.fixture
def database_url(servers: Servers, owner_url: str) -> str:
    """The same database, as the gate's processes see it."""
    return named(servers.database_url, str(make_url(owner_url).database))


@pytest.fixture
def kafka(servers: Servers) -> Iterator[Callable[..., KafkaBroker]]:
    """Makes brokers on topics of this test's own."""
    with own_topics(servers) as prefix:
        yield lambda instance="0": KafkaBroker(servers.kafka, prefix=prefix, instance=instance)


@pytest.fixture
def still_gate(database_url: str, services: list[Service], tmp_path: Path) -> Iterator[StillGate]:
    """The whole gate, moved by hand."""
    with a_still_gate(database_url, services, tmp_path) as gate:
        yield gate


@pytest.fixture
def running_gate(
    database_url: str, services: list[Service], tmp_path: Path, kafka: Callable[..., KafkaBroker]
) -> Iterator[RunningGate]:
    """The whole gate, running."""
    with a_running_gate(database_url, services, tmp_path, kafka()) as gate:
        yield gate
