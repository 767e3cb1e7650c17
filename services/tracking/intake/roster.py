"""Who may report: enrolled devices and their vehicles' active crossings, in memory, read again each second."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from bordergate.transactions import infrastructure
from services.tracking.domain import Corridor
from services.tracking.queries import Carrying

log = logging.getLogger(__name__)
EVERY = 1.0
STALE_AFTER = 30.0
MISSES_REMEMBERED = 10_000


@dataclass(frozen=True)
class Known:
    """What the intake must know to judge a position."""

    devices: Mapping[str, Carrying]
    corridor: Corridor


class Roster:
    """The devices as they were at most a second ago.

    A device nobody knows is looked for at once, and then not again for a while: strangers cost nothing.
    """

    def __init__(self, read: Callable[[], Known], patience: float = 5.0) -> None:
        self._read = read
        self._patience = patience
        self._known = Known({}, Corridor(()))
        self._read_at = float("-inf")
        self._misses: dict[str, float] = {}
        self._reading = asyncio.Lock()

    @property
    def corridor(self) -> Corridor:
        """The ground on which positions may be taken."""
        return self._known.corridor

    async def carrying(self, device: str) -> Carrying | None:
        """Whom a device speaks for; None when it is not enrolled."""
        found = self._known.devices.get(device)
        if found is not None or self._missed_lately(device):
            return found
        await self.refresh(asked_at=time.monotonic())
        found = self._known.devices.get(device)
        if found is None:
            self._miss(device)
        return found

    def check(self) -> str | None:
        """Whether the roster is fresh enough to judge by."""
        return "stale" if time.monotonic() - self._read_at > STALE_AFTER else None

    async def run(self) -> None:
        """Read the roster again and again; one that cannot be read leaves the one before in force."""
        while True:
            try:
                await self.refresh(asked_at=time.monotonic())
            except Exception as error:
                if not infrastructure(error):
                    log.exception("roster not read")
            await asyncio.sleep(EVERY)

    async def refresh(self, asked_at: float) -> None:
        """Read the roster, unless somebody else has read it since this was asked."""
        async with self._reading:
            if self._read_at >= asked_at:
                return
            started = time.monotonic()
            self._known = await run_in_threadpool(self._read)
            self._read_at = started

    def _missed_lately(self, device: str) -> bool:
        return time.monotonic() - self._misses.get(device, float("-inf")) < self._patience

    def _miss(self, device: str) -> None:
        if len(self._misses) >= MISSES_REMEMBERED:
            self._misses.clear()
        self._misses[device] = time.monotonic()
