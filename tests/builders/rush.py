"""A thousand traders who want the same hundred places at once, over HTTP; each asks until he has an answer."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import create_engine

from bordergate.auth import Role
from bordergate.clock import HANOI
from bordergate.ids import new_id
from events.vehicle_registration import CrossingReady
from events.words import TicketClass
from services.queue_scheduling.slots import rows
from tests.builders.callers import Issuer, a_caller
from tests.builders.queue import a_ready_crossing

API = "/api/queue-scheduling"
PER_HOUR = 1_000
PLACES = 100
"""What can be booked of so many calls where nobody has booked yet."""
WIDE = "UPDATE queue_scheduling.hours SET export_per_hour = %s WHERE route = 'hn-1119'"
OURS_TO_REPEAT = 500
CONFIRMED = """
SELECT crossing_id FROM queue_scheduling.bookings WHERE starts = %s AND stage = 'CONFIRMED'
"""
SOLD = "SELECT places, p2 + p3 + p4 + p5 AS sold FROM queue_scheduling.slot_buckets WHERE starts = %s"


@dataclass
class Rush:
    """Clients, what they were answered, and how long that took."""

    origin: str
    issuer: Issuer
    crossings: list[CrossingReady]
    starts: datetime
    until: float
    statuses: Counter[int] = field(default_factory=Counter)
    stages: dict[UUID, str] = field(default_factory=dict)
    refused: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    lines_cut: int = 0

    @property
    def answered(self) -> float:
        """The share of clients that have their last answer."""
        return (len(self.stages) + len(self.refused)) / len(self.crossings)

    def run(self) -> None:
        """Let all ask at once."""
        asyncio.run(self._all())

    async def _all(self) -> None:
        limits = httpx.Limits(max_connections=len(self.crossings), max_keepalive_connections=len(self.crossings))
        async with httpx.AsyncClient(base_url=self.origin, limits=limits, timeout=120) as client:
            await asyncio.gather(*(self._one(client, crossing) for crossing in self.crossings))

    async def _one(self, client: httpx.AsyncClient, crossing: CrossingReady) -> None:
        token = self.issuer.headers(a_caller(Role.TRADER, organisation=crossing.parties[0]))
        path = f"{API}/slots/{crossing.crossing_id}"
        reserved = await self._ask(client, f"{path}/reserve", token, {"starts": self.starts.isoformat()})
        if not reserved.is_success:
            problems = reserved.json().get("problems", [])
            self.refused[crossing.crossing_id] = tuple(problem["code"] for problem in problems)
            return
        confirmed = await self._ask(client, f"{path}/confirm", token, {})
        self.stages[crossing.crossing_id] = confirmed.json().get("stage", confirmed.text)

    async def _ask(self, client: httpx.AsyncClient, path: str, token: dict[str, str], body: Any) -> httpx.Response:  # noqa: ANN401 - any JSON
        """Ask under one key until there is an answer that is not the gate's own trouble."""
        key = {"Idempotency-Key": str(new_id())}
        while True:
            began = time.monotonic()
            try:
                answer = await client.post(path, json=body, headers=token | key)
            except httpx.TransportError:
                self.lines_cut += 1
            else:
                self.statuses[answer.status_code] += 1
                if answer.status_code < OURS_TO_REPEAT:
                    self.seconds.append(time.monotonic() - began)
                    return answer
            assert time.monotonic() < self.until, f"no answer to {path}"
            await asyncio.sleep(0.2)


def a_rush(owner_url: str, issuer: Issuer, origin: str, clients: int, *, within: float = 200.0) -> Rush:
    """So many crossings that are filed, a few of them empty, and want the same slot of tomorrow."""
    crossings = [a_ready_crossing(empty=number % 20 == 0) for number in range(clients)]
    filed = [rows.filing_of(one, one.crossing_id, TicketClass.P5 if one.empty else TicketClass.P4) for one in crossings]
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(rows.NOTE, filed)
        connection.exec_driver_sql(WIDE, (PER_HOUR,))
    engine.dispose()
    tomorrow = datetime.now(HANOI) + timedelta(days=1)
    starts = tomorrow.replace(hour=10, minute=0, second=0, microsecond=0)
    return Rush(origin, issuer, crossings, starts, time.monotonic() + within)


def slots_given(owner_url: str, starts: datetime) -> tuple[set[UUID], int, int]:
    """Which crossings have the slot, how many places it has, and how many of them are taken."""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        confirmed = connection.exec_driver_sql(CONFIRMED, (starts,)).scalars().all()
        bucket = connection.exec_driver_sql(SOLD, (starts,)).one()
    engine.dispose()
    return set(confirmed), bucket.places, bucket.sold
