"""The load, a program of its own: requests over a few kept connections, as fast as answered or at a steady rate.

Reads what to send as JSON from standard input, writes what came of it as JSON to standard output.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import uvloop

ANSWERED_WITHIN = 30.0
OK = b" 20"


@dataclass(frozen=True)
class Load:
    """What to send: each body once, until none is left or the time is over; `rate` a second, or as fast as answered.

    What the path names in braces is taken out of each body.
    """

    port: int
    path: str
    bodies: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    connections: int = 8
    seconds: float = 60.0
    rate: float | None = None
    method: str = "POST"

    def send(self) -> Sent:
        """Send it from another process."""
        told = subprocess.run(
            [sys.executable, "-m", __name__], input=json.dumps(asdict(self)), capture_output=True, text=True, check=True
        )
        return Sent(**json.loads(told.stdout))


@dataclass(frozen=True)
class Sent:
    """What came of it; `times` are the milliseconds that each answer took.

    `cpu` is the sender's own share of one processor, `late` by how much it fell behind its rate.
    """

    answered: int
    refused: int
    seconds: float
    cpu: float
    late: float
    times: Sequence[float] = ()

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds


class Sender:
    """Sends one load."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.answered = self.refused = 0
        self.late = 0.0
        self.times: list[float] = []
        self.started = time.perf_counter()
        self.numbered = enumerate(load.bodies)
        told = {"host": f"localhost:{load.port}", "content-type": "application/json"} | dict(load.headers)
        self.head = f"{load.method} {load.path} HTTP/1.1\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in told.items()
        )

    async def send(self) -> Sent:
        """All of it, over all connections."""
        used = time.process_time()
        await asyncio.gather(*(self._one_connection() for _ in range(self.load.connections)))
        seconds = time.perf_counter() - self.started
        return Sent(self.answered, self.refused, seconds, (time.process_time() - used) / seconds, self.late, self.times)

    async def _one_connection(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.load.port)
        async for body in self._turns():
            path, body = addressed(self.load.path, body)  # noqa: PLW2901 - the part of it that is sent
            head = self.head if path == self.load.path else self.head.replace(self.load.path, path, 1)
            asked = time.perf_counter()
            writer.write(f"{head}content-length: {len(body)}\r\n\r\n{body}".encode())
            status = await asyncio.wait_for(_answer(reader), ANSWERED_WITHIN)
            self.times.append((time.perf_counter() - asked) * 1_000)
            self.answered += OK in status
            self.refused += OK not in status
        writer.close()

    async def _turns(self) -> AsyncIterator[str]:
        for number, body in self.numbered:
            if self.load.rate:
                due = self.started + number / self.load.rate
                await asyncio.sleep(due - time.perf_counter())
                self.late = max(self.late, time.perf_counter() - due)
            if time.perf_counter() - self.started > self.load.seconds:
                return
            yield body


def addressed(path: str, body: str) -> tuple[str, str]:
    """The path with what it names in braces, and the body without that."""
    name = path.partition("{")[2].partition("}")[0]
    if not name:
        return path, body
    told = json.loads(body)
    return path.replace(f"{{{name}}}", told.pop(name)), json.dumps(told)


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    length = next((int(line.partition(b":")[2]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    await reader.readexactly(length)
    return lines[0][8:]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(uvloop.run(Sender(Load(**json.load(sys.stdin))).send()))))
