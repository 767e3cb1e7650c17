"""The parts of a gate, each of which may be killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx

from tests.gates import eventually
from tests.servers import ROOT, NativeServers, a_free_port

OK = 200


class Part(Protocol):
    """Something that can die."""

    def start(self) -> None:
        """Start, or start again."""

    def kill(self) -> None:
        """Die at once, without a last word."""


@dataclass
class Process:
    """One role of the gate in a process of its own; two of one role differ in their instance."""

    role: str
    environment: Mapping[str, str]
    folder: Path
    instance: str = "0"
    ops_port: int = field(default_factory=a_free_port)
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the role; what it says is kept in the folder."""
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "bordergate.cli", "run", "--role", self.role],
                env={
                    **self.environment,
                    "BORDERGATE_INSTANCE": self.instance,
                    "BORDERGATE_OPS_PORT": str(self.ops_port),
                },
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """kill -9."""
        process = self._process()
        assert process.poll() is None, f"{self.role} ended by itself: {self.log}"
        process.kill()
        process.wait()

    def end(self) -> None:
        """Ask it to end, as a deployment does."""
        if self.running is not None and self.running.poll() is None:
            self.running.terminate()
            try:
                self.running.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def ready(self) -> bool:
        """Whether a worker or relay says that it can work."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.ops_port}/readyz", timeout=5).status_code == OK
        except httpx.TransportError:
            return False

    @property
    def log(self) -> Path:
        """Where it says what it does."""
        return self.folder / f"{self.role}-{self.instance}.log"

    def _process(self) -> subprocess.Popen[bytes]:
        assert self.running is not None
        return self.running


@dataclass(frozen=True)
class Server:
    """PostgreSQL or Kafka, with all its processes."""

    servers: NativeServers
    name: str

    def start(self) -> None:
        """Start again on the data that is there."""
        self.servers.start(self.name)

    def kill(self) -> None:
        """kill -9 of the first process, then of those it had started."""
        first = self.servers.pid(self.name)
        family = [first, *children_of(first)]
        for pid in family:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        eventually(lambda: not any(alive(pid) for pid in family))


def children_of(pid: int) -> list[int]:
    """The processes that this one has started."""
    return [child for child, (_, parent) in _everybody() if parent == pid]


def alive(pid: int) -> bool:
    """Whether a process has not ended yet."""
    state, _ = _told(pid)
    return state not in ("gone", "Z")


def _everybody() -> list[tuple[int, tuple[str, int]]]:
    return [(int(entry.name), _told(int(entry.name))) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _told(pid: int) -> tuple[str, int]:
    """A process's state and parent."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return "gone", 0
    return state, int(parent)
