"""Live streams: one LISTEN connection a process wakes every watching page; pages that watch one thing share bytes."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

import anyio.to_thread
import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url
from starlette.requests import Request
from starlette.responses import StreamingResponse

from bordergate import metrics

logger = logging.getLogger(__name__)

CHANNEL = "portal"
HEARTBEAT = 10.0
HERE_EVERY = 1.0
AT_MOST_EVERY = 0.1
AGAIN_AFTER = 1.0
MOST_WAITS = 4
NOT_BEFORE, NOT_LATER = 0.1, 0.5
"""Seconds between two looks at what somebody waits for: with news in between, and without."""
EVERYTHING = ""

Render = Callable[[], Mapping[str, str] | str]
Here = Callable[[], str]


@dataclass(eq=False)
class Watched:
    """One thing that pages watch: `render` runs once a change, however many watch."""

    key: str
    render: Render
    numbers: itertools.count[int]
    at_most_every: float
    here: Here = str
    number: int = 0
    sent: bytes = b""
    watchers: int = 0
    stale: bool = True
    rendered_at: float = 0.0
    said: bytes = b""
    said_at: float = float("-inf")
    turn: asyncio.Condition = field(default_factory=asyncio.Condition)
    making: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def wake(self) -> None:
        """It changed."""
        async with self.turn:
            self.stale = True
            self.turn.notify_all()

    async def newest(self) -> tuple[int, bytes]:
        """Its present bytes; made again only if it changed, and not more often than `at_most_every` allows."""
        async with self.making:
            if self.stale:
                await asyncio.sleep(max(0.0, self.rendered_at + self.at_most_every - time.monotonic()))
                self.stale = False
                try:
                    shown = await anyio.to_thread.run_sync(self.render)
                except BaseException:
                    self.stale = True
                    raise
                self.rendered_at = time.monotonic()
                self.number = next(self.numbers)
                self.sent = framed(shown, self.number)
            return self.number, self.sent

    async def alive(self) -> bytes:
        """That the stream lives, and what its page is to know beside its changes."""
        if time.monotonic() - self.said_at >= HERE_EVERY:
            self.said_at = time.monotonic()
            self.said = _frame("here", await anyio.to_thread.run_sync(self.here)).encode()
        return self.said

    async def changed(self, seen: int) -> bool:
        """Wait until it is newer than what was seen; False when the heartbeat's time has passed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEARTBEAT), self.turn:
                await self.turn.wait_for(lambda: self.stale or self.number > seen)
                return True
        return False


class Hub:
    """Listens to the database's channel and wakes the streams of this process."""

    def __init__(self, database_url: str, channel: str = CHANNEL) -> None:
        self._url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._channel = channel
        self._watched: dict[tuple[str, str], Watched] = {}
        self._by_key: dict[str, set[Watched]] = defaultdict(set)
        self._numbers = itertools.count(time.time_ns() // 1_000_000)
        self._waits: Counter[str] = Counter()
        self._news = asyncio.Condition()
        self.heard_at: float | None = None

    async def run(self) -> None:
        """Listen until cancelled; after a lost connection every stream is made anew, since news may be missed."""
        while True:
            try:
                await self._listen()
            except psycopg.Error as error:
                self.heard_at = None
                logger.warning("live streams wait for the database", exc_info=error)
                await asyncio.sleep(AGAIN_AFTER)

    def check(self) -> str | None:
        """Whether it listens."""
        return None if self.heard_at is not None else "not listening"

    async def wake(self, key: str) -> None:
        """Something changed: those who watch it, and those who watch everything."""
        for watched in [*self._by_key.get(key, ()), *self._by_key.get(EVERYTHING, ())]:
            await watched.wake()
        async with self._news:
            self._news.notify_all()

    async def comes_true(self, look: Callable[[], bool], *, whose: str, within: float) -> bool:
        """Whether it comes true within some seconds; who waits for more than a few things is not waited for.

        `look` runs in a thread, on news and otherwise seldom; between two looks nobody holds a thread.
        """
        until = time.monotonic() + within
        self._waits[whose] += 1
        try:
            while not await anyio.to_thread.run_sync(look):
                if self._waits[whose] > MOST_WAITS or time.monotonic() > until:
                    return False
                await self._some_news()
            return True
        finally:
            self._waits[whose] -= 1
            if not self._waits[whose]:
                del self._waits[whose]

    async def _some_news(self) -> None:
        await asyncio.sleep(NOT_BEFORE)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(NOT_LATER - NOT_BEFORE), self._news:
                await self._news.wait()

    def stream(
        self,
        request: Request,
        key: str,
        render: Render,
        *,
        shared: str = "",
        at_most_every: float = AT_MOST_EVERY,
        here: Here = str,
    ) -> StreamingResponse:
        """The answer that goes on: the thing as it is now, then again at each change of `key`.

        `render` runs in a thread and gives HTML, or {event name: HTML}; pages with the same `key` and `shared`
        (language and rights) share its bytes. A page that comes back with Last-Event-ID is not told twice. After each
        change, and between changes, the event `here` says that the stream lives, and what `here` gives.
        """
        request.scope["streaming"] = True
        seen = request.headers.get("last-event-id", "")
        wanted = Watched(key, render, self._numbers, at_most_every, here)
        frames = self._frames(wanted, shared, int(seen) if seen.isdecimal() else -1)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(frames, headers=headers, media_type="text/event-stream")

    async def _frames(self, wanted: Watched, shared: str, seen: int) -> AsyncIterator[bytes]:
        watched = self._watch(wanted, shared)
        metrics.STREAMS_OPEN.inc()
        try:
            yield b"retry: 2000\n\n"
            while True:
                number, frame = await watched.newest()
                if number != seen:
                    seen = number
                    yield frame
                yield await watched.alive()
                while not await watched.changed(seen):
                    yield await watched.alive()
        finally:
            metrics.STREAMS_OPEN.dec()
            self._leave(watched, (wanted.key, shared))

    def _watch(self, wanted: Watched, shared: str) -> Watched:
        watched = self._watched.get((wanted.key, shared))
        if watched is None:
            watched = self._watched[wanted.key, shared] = wanted
            self._by_key[wanted.key].add(watched)
        watched.watchers += 1
        return watched

    def _leave(self, watched: Watched, name: tuple[str, str]) -> None:
        watched.watchers -= 1
        if watched.watchers == 0:
            self._watched.pop(name, None)
            self._by_key[watched.key].discard(watched)
            if not self._by_key[watched.key]:
                del self._by_key[watched.key]

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
            self.heard_at = time.monotonic()
            for watched in list(self._watched.values()):
                await watched.wake()
            async for notice in connection.notifies():
                self.heard_at = time.monotonic()
                await self.wake(notice.payload)


def framed(shown: Mapping[str, str] | str, number: int) -> bytes:
    """Server-sent events: one a name, the last one carrying the number a page comes back with."""
    events = {"message": shown} if isinstance(shown, str) else dict(shown)
    frames = [_frame(name, data) for name, data in events.items()]
    return "".join([*frames[:-1], f"id: {number}\n", *frames[-1:]]).encode() if frames else b": nothing\n\n"


def _frame(name: str, data: str) -> str:
    lines = "\n".join(f"data: {line}" for line in data.splitlines() or [""])
    return f"event: {name}\n{lines}\n\n"
