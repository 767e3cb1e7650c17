"""Programs of their own beside the measurement: started, waited for, ended by their id."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STARTS_WITHIN, ENDS_WITHIN = 60.0, 15.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Program:
    """One that runs."""

    process: subprocess.Popen[bytes]
    log: Path

    def cpu(self) -> float:
        """Seconds of processor it has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def await_port(self, port: int) -> None:
        """Wait until it listens; raises RuntimeError with its last words when it ends first."""
        deadline = time.monotonic() + STARTS_WITHIN
        while not listens(port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"it does not listen: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)


@contextmanager
def program(name: str, *arguments: str, environment: Mapping[str, str], folder: Path) -> Iterator[Program]:
    """A Python module as a program, for as long as it is needed."""
    log = folder / f"{name}.log"
    with log.open("wb") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env=os.environ | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
        )
        try:
            yield Program(process, log)
        finally:
            process.terminate()
            try:
                process.wait(ENDS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def listens(port: int) -> bool:
    """Whether somebody answers on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
