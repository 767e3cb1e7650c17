"""The gate as anybody reaches it: HTTP with tokens, asked again until it answers, and the devices' port."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx

from services.replay.pace import Reading

PATIENCE = 180.0
LONGEST_WAIT = 5.0
RENEW_BEFORE = 90.0
AT_ONCE = 12
AGAIN = frozenset({429, 500, 502, 503, 504})
KMH_A_KNOT = 1.852


class Refused(Exception):
    """The gate said no to something that should have been all right; the message says to what and why.

    `status` is HTTP's, 0 when there was no answer.
    """

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Machine:
    """A client of the gate with credentials of its own, and its present token."""

    client_id: str
    client_secret: str
    token: str = ""
    until: float = float("-inf")


class Border:
    """Asks the gate for whoever acts; an answer that does not come is asked for again, under the same key."""

    def __init__(self, http: httpx.AsyncClient, intake: str) -> None:
        self._http = http
        self._intake = intake.rstrip("/")
        self._together = asyncio.Semaphore(AT_ONCE)

    async def get(self, path: str, by: Machine | str | None = None, **query: str | int) -> Any:  # noqa: ANN401 - JSON
        """A look."""
        return await self._ask("GET", path, by, params={name: value for name, value in query.items() if value != ""})

    async def post(
        self,
        path: str,
        by: Machine | str | None,
        body: Mapping[str, Any],
        again_on: frozenset[int] = frozenset(),
    ) -> Any:  # noqa: ANN401 - JSON
        """A command; done once, however often it must be asked."""
        return await self._ask("POST", path, by, again_on, json=body, headers={"Idempotency-Key": str(uuid4())})

    async def put(self, path: str, by: Machine | str | None, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """A command that replaces."""
        return await self._ask("PUT", path, by, json=body, headers={"Idempotency-Key": str(uuid4())})

    async def report(self, device: str, at: datetime, lon: float, lat: float, speed_kmh: float) -> dict[str, int]:
        """A device reports in OsmAnd's form; asked again until the port answers and knows the device."""
        query = {
            "id": device,
            "lat": f"{lat:.6f}",
            "lon": f"{lon:.6f}",
            "timestamp": f"{at.timestamp():.0f}",
            "speed": f"{speed_kmh / KMH_A_KNOT:.1f}",
        }
        counted: dict[str, int] = await self._ask("GET", self._intake + "/", None, frozenset({401}), params=query)
        return counted

    async def clock(self) -> Reading:
        """The gate's clock now; raises Refused unless everything in the database is invented."""
        asked = time.monotonic()
        told = await self.get("/api/identity/installation")
        if not told["demonstration"]:
            raise Refused("This database is not marked as a demonstration; run `bordergate demo` on one that is yours.")
        middle = (asked + time.monotonic()) / 2
        return Reading(datetime.fromisoformat(told["now"]), middle, float(told["speed"]))

    async def _ask(
        self,
        method: str,
        path: str,
        by: Machine | str | None,
        again_on: frozenset[int] = frozenset(),
        **options: Any,  # noqa: ANN401 - httpx's options
    ) -> Any:  # noqa: ANN401 - JSON
        deadline, wait = time.monotonic() + PATIENCE, 0.1
        headers = options.pop("headers", {})
        while True:
            answer = await self._once(method, path, headers | await self._authority(by), options)
            if answer is not None and answer.is_success:
                return answer.json() if answer.content else None
            if answer is not None and answer.status_code not in AGAIN | again_on:
                raise Refused(f"{method} {path}: {answer.status_code} {answer.text[:500]}", answer.status_code)
            if time.monotonic() > deadline:
                raise Refused(f"{method} {path}: no good answer within {PATIENCE:.0f} s ({_told(answer)})")
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _once(
        self, method: str, path: str, headers: Mapping[str, str], options: Mapping[str, Any]
    ) -> httpx.Response | None:
        async with self._together:
            try:
                return await self._http.request(method, path, headers=headers, **options)
            except httpx.TransportError:
                return None

    async def _authority(self, by: Machine | str | None) -> dict[str, str]:
        if by is None:
            return {}
        token = by if isinstance(by, str) else await self._token(by)
        return {"Authorization": f"Bearer {token}"}

    async def _token(self, machine: Machine) -> str:
        if time.monotonic() > machine.until:
            credentials = {"client_id": machine.client_id, "client_secret": machine.client_secret}
            told = await self.post("/api/identity/token", None, {"grant_type": "client_credentials", **credentials})
            machine.token = told["access_token"]
            machine.until = time.monotonic() + told["expires_in"] - RENEW_BEFORE
        return machine.token


def _told(answer: httpx.Response | None) -> str:
    return f"{answer.status_code} {answer.text[:200]}" if answer is not None else "not reached"


@asynccontextmanager
async def open_border(origin: str, intake: str) -> AsyncIterator[Border]:
    """The gate at its origin and its devices' port."""
    limits = httpx.Limits(max_connections=AT_ONCE * 2, max_keepalive_connections=AT_ONCE * 2)
    async with httpx.AsyncClient(base_url=origin, timeout=30, limits=limits) as http:
        yield Border(http, intake)
