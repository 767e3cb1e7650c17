"""A whole gate on servers of its own, in as many processes as it has parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bordergate.runtime import Gate, open_gate
from bordergate.service import Service
from bordergate.settings import Settings
from bordergate.topics import apply_topics, read_topics
from tests.builders.callers import Issuer
from tests.databases import TOPICS, migrated, named
from tests.faults.checker import Evidence, findings
from tests.faults.processes import Part, Process, Server
from tests.faults.traffic import Carrier
from tests.faults.witness import Witness
from tests.gates import load_all
from tests.servers import NAMED, NativeServers, a_free_port, native_servers

DEVICES = 5


@dataclass
class Border:
    """The gate with its parts, a carrier who uses it, and a witness."""

    parts: Mapping[str, Part]
    processes: Mapping[str, Process]
    spare: Mapping[str, Process]
    carrier: Carrier
    witness: Witness

    @contextmanager
    def two_of(self, *roles: str) -> Iterator[None]:
        """For a while a second process of some roles runs beside the first."""
        for role in roles:
            self.spare[role].start()
        try:
            yield
        finally:
            for role in roles:
                self.spare[role].end()

    def a_whole_run(self) -> Evidence:
        """Work during which nothing dies."""
        with self.carrier.at_work() as work:
            pass
        return self.witness.evidence(work.answered)


@pytest.fixture(scope="module")
def border(services: list[Service], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Border]:
    """The gate at work; what is killed must be started again."""
    folder = tmp_path_factory.mktemp("faults")
    with native_servers(durable=True) as native, ExitStack() as ended:
        issuer = Issuer(folder / "keys")
        database = migrated(native.servers, services)
        environment = environment_of(native, database, folder, issuer)
        gate = open_gate(Settings.read(environment), services, connections=4)
        prepare(gate)
        processes = {role: Process(role, environment, folder) for role in ("api", "intake", "worker", "relay")}
        spare = {role: Process(role, environment, folder, instance="1") for role in ("worker", "relay")}
        for process in processes.values():
            ended.callback(process.end)
            process.start()
        servers = {"broker": Server(native, "kafka"), "postgres": Server(native, "postgres")}
        api = ended.enter_context(httpx.Client(base_url=gate.settings.origin, timeout=10))
        port = gate.settings.intake_port
        intake = ended.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10))
        carrier = Carrier(api, intake, issuer)
        carrier.equips(DEVICES)
        witness = Witness(named(native.servers.owner_url, database), native.servers.kafka, services, gate.consumers())
        yield Border(processes | servers, processes, spare, carrier, witness)


@pytest.fixture(scope="module")
def a_recorded_run(border: Border) -> Evidence:
    """What a run without any fault leaves behind."""
    evidence = border.a_whole_run()
    assert findings(evidence) == []
    return evidence


def environment_of(native: NativeServers, database: str, folder: Path, issuer: Issuer) -> dict[str, str]:
    """What the gate's processes are told."""
    port = a_free_port()
    others = {name: value for name, value in native.environment.items() if name not in NAMED}
    return others | {
        "BORDERGATE_VAR": str(folder),
        "BORDERGATE_DATABASE_URL": named(native.servers.database_url, database),
        "BORDERGATE_KAFKA": native.servers.kafka,
        "BORDERGATE_HTTP_PORT": str(port),
        "BORDERGATE_ORIGIN": f"http://127.0.0.1:{port}",
        "BORDERGATE_INTAKE_PORT": str(a_free_port()),
        "BORDERGATE_CALLER_KEYS": str(issuer.path),
    }


def prepare(gate: Gate) -> None:
    """Streams and reference rows."""
    list(apply_topics(gate.settings.kafka, read_topics(TOPICS)))
    load_all(gate)
    gate.engine.dispose()
