"""A demonstration, running: scaled clock, accounts of every role, the intake on its port, and days to replay on it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine

from bordergate.broker.kafka import KafkaBroker
from bordergate.installation import clock_for, mark_demonstration
from bordergate.service import Service
from services.identity.demo import keep, seed_demo
from tests.builders.intake import an_intake
from tests.gates import RunningGate, a_running_gate

HEAD = "time,route,direction,vehicle,goods,count\n"
REPLAY = "import sys; from services.replay.command import main; sys.exit(main(sys.argv[1:]))"


@dataclass(frozen=True)
class Demonstration:
    """A running gate in which everything is invented."""

    gate: RunningGate
    intake: str
    folder: Path

    def replay(self, day: str, *options: str, within: float = 280) -> subprocess.CompletedProcess[str]:
        """Replay a day's lines as a stranger would, from the command line."""
        return subprocess.run(self._command(day, options), capture_output=True, text=True, timeout=within, check=False)

    def begin(self, day: str, *options: str) -> subprocess.Popen[str]:
        """Let a day run on; it has begun once it says so on its standard output."""
        return subprocess.Popen(self._command(day, options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def _command(self, day: str, options: Sequence[str]) -> list[str]:
        file = self.folder / "day.csv"
        file.write_text(HEAD + day, encoding="utf-8")
        where = [
            "--origin",
            self.gate.origin,
            "--intake",
            self.intake,
            "--accounts",
            str(self.folder / "accounts.json"),
        ]
        return [sys.executable, "-c", REPLAY, str(file), *where, *options]


@contextmanager
def a_demonstration(
    owner_url: str,
    database_url: str,
    services: Sequence[Service],
    folder: Path,
    broker: KafkaBroker,
    *,
    marked: bool = True,
) -> Iterator[Demonstration]:
    """A running gate with a scaled clock; `marked` false leaves out what says that all is invented, once it runs."""
    owner, paces = create_engine(owner_url), create_engine(database_url)
    with owner.begin() as connection:
        mark_demonstration(connection)
    clock = clock_for("scaled", paces)
    with a_running_gate(database_url, services, folder, broker, clock) as gate:
        keep(gate.do("identity", lambda session: seed_demo(session, clock)), folder / "accounts.json")
        if not marked:
            with owner.begin() as connection:
                connection.exec_driver_sql("UPDATE bordergate.installation SET demonstration = false")
        with an_intake(gate.gate) as intake:
            yield Demonstration(gate, intake, folder)
    owner.dispose()
    paces.dispose()
