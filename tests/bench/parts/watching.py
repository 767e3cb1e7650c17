"""Viewers of a live page, a program of its own: many kept streams, and when each was told of each change.

Reads whom to watch as JSON from the first line of standard input, says `watching` when every stream has spoken, and
writes what came of it when standard input ends.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

import uvloop

AT_ONCE = 50
LONGEST_LINE = 1 << 20
SPEAKS_WITHIN = 60.0


@dataclass(frozen=True)
class Watch:
    """What to watch, and by how many."""

    port: int
    path: str
    headers: Mapping[str, str]
    viewers: int


@dataclass
class Seen:
    """When each numbered change came to each viewer (seconds since 1970); `cpu` is its share of a processor."""

    changes: dict[str, list[float]] = field(default_factory=dict)
    cpu: float = 0.0
    lost: int = 0


class Viewers:
    """All viewers of one watch."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.changes: defaultdict[str, list[float]] = defaultdict(list)
        self.lost = 0
        self.speaking = asyncio.Semaphore(0)
        self.doors = asyncio.Semaphore(AT_ONCE)
        told = {"host": f"localhost:{watch.port}"} | dict(watch.headers)
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self.request = f"GET {watch.path} HTTP/1.1\r\n{lines}\r\n".encode()

    async def run(self) -> Seen:
        """Watch until standard input ends."""
        streams = [asyncio.create_task(self._one()) for _ in range(self.watch.viewers)]
        async with asyncio.timeout(SPEAKS_WITHIN):
            for _ in streams:
                await self.speaking.acquire()
        sys.stdout.write("watching\n")
        sys.stdout.flush()
        used, started = time.process_time(), time.perf_counter()
        await asyncio.to_thread(sys.stdin.read)
        cpu = (time.process_time() - used) / (time.perf_counter() - started)
        for stream in streams:
            stream.cancel()
        return Seen(dict(self.changes), cpu, self.lost)

    async def _one(self) -> None:
        async with self.doors:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.watch.port, limit=LONGEST_LINE)
            writer.write(self.request)
            await self._next(reader)
        self.speaking.release()
        while await self._next(reader):
            pass
        self.lost += 1

    async def _next(self, reader: asyncio.StreamReader) -> bool:
        while line := await reader.readline():
            if line.startswith(b"id: "):
                self.changes[line[4:].decode().strip()].append(time.time())
                return True
        return False


class Audience:
    """The program as its measurement sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def leave(self) -> Seen:
        """Everybody goes; what they have seen."""
        out, _ = self.process.communicate("")
        return Seen(**json.loads(out))


@contextmanager
def watching(watch: Watch) -> Iterator[Audience]:
    """Viewers in another process, each of whom has been told of the present state."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(json.dumps(asdict(watch)) + "\n")
        process.stdin.flush()
        if process.stdout.readline() != "watching\n":
            raise RuntimeError("the viewers did not all get a stream")
        yield Audience(process)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    wanted = Watch(**json.loads(sys.stdin.readline()))

    async def _main() -> Seen:
        return await Viewers(wanted).run()

    sys.stdout.write(json.dumps(asdict(uvloop.run(_main()))))
