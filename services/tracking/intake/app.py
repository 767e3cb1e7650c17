"""The intake's port: OsmAnd's forms at `/`, batches at `/positions`."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bordergate import metrics
from bordergate.broker import Record
from bordergate.clock import Clock
from bordergate.errors import Refusal
from bordergate.http import ops_for
from bordergate.http.edge import Edge
from bordergate.http.problems import language_of, problem, refused
from services.tracking.decode import read_json, read_query
from services.tracking.domain import TOPIC, Heard, Position, Report, Result, UnknownDevice, UnreadablePosition, judge
from services.tracking.intake.roster import Roster
from services.tracking.intake.sender import Sender
from services.tracking.queries import Carrying

BODY_LIMIT = 256 * 1024
MOST_AT_ONCE = 1_000


class Batch(BaseModel):
    """Positions that a device has gathered, in our own units."""

    model_config = ConfigDict(extra="forbid")

    device: Annotated[str, Field(min_length=1, max_length=64)]
    positions: Annotated[list[Position], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Intake:
    """Lets positions in: known device, inside the corridor, active crossing whose driver lets it, plausible time."""

    def __init__(self, roster: Roster, sender: Sender, clock: Clock) -> None:
        self.roster = roster
        self._sender = sender
        self._clock = clock

    async def osmand(self, request: Request) -> Response:
        """One position in OsmAnd's query string or form, or one or more in its JSON."""
        now = self._clock.now()
        body = await request.body() if request.method == "POST" else b""
        kind = request.headers.get("content-type", "").partition(";")[0]
        if kind == "application/json" and body:
            heard = read_json(body, now)
        else:
            heard = read_query("&".join(filter(None, (request.url.query, body.decode("ascii", "replace")))), now)
        return JSONResponse(await self.take(heard))

    async def batch(self, request: Request) -> Response:
        """Many positions of one device."""
        try:
            batch = Batch.model_validate_json(await request.body())
        except ValidationError as error:
            place = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise UnreadablePosition(field=f"$.{place}" if place else "$", why=error.errors()[0]["type"]) from None
        return JSONResponse(await self.take(Heard(batch.device, tuple(batch.positions))))

    async def take(self, heard: Heard) -> dict[str, int]:
        """How many positions were taken, and how many left out for which reason; raises UnknownDevice, FeedBusy."""
        carrying = await self.roster.carrying(heard.device)
        if carrying is None:
            metrics.POSITIONS.labels(Result.UNKNOWN_DEVICE).inc(len(heard.positions))
            raise UnknownDevice
        now = self._clock.now()
        crossing, ground, let = carrying.crossing_id, self.roster.corridor, carrying.consented
        judged = [(judge(position, crossing, ground, now, consented=let), position) for position in heard.positions]
        taken = [position for result, position in judged if result is Result.ACCEPTED]
        if taken:
            await self._sender.send(self._records(carrying, taken))
        counts = Counter(result for result, _ in judged)
        for result, count in counts.items():
            metrics.POSITIONS.labels(result).inc(count)
        return {result.value: counts[result] for result in Result if counts[result]}

    def _records(self, carrying: Carrying, positions: Sequence[Position]) -> list[Record]:
        now, crossing = self._clock.now(), carrying.crossing_id
        return [
            Record(
                TOPIC,
                str(carrying.device_id),
                {"content-type": "application/json"},
                Report(device_id=carrying.device_id, crossing_id=crossing, received=now, position=position)
                .model_dump_json(exclude_none=True)
                .encode(),
            )
            for position in positions
            if crossing is not None
        ]


def intake_app(roster: Roster, sender: Sender, clock: Clock) -> Starlette:
    """The intake as an application; it reads its roster and carries positions for as long as it serves."""
    intake = Intake(roster, sender, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        sender.start()
        reading = asyncio.create_task(roster.run())
        yield
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        sender.stop()

    routes = [
        *ops_for({"roster": roster.check, "broker": sender.check}),
        Route("/", intake.osmand, methods=["GET", "POST"]),
        Route("/positions", intake.batch, methods=["POST"]),
    ]
    edge = Middleware(Edge, service="intake", threads=4, https=False, body_limit=BODY_LIMIT)
    handlers = {Refusal: _refuse, HTTPException: _refuse_http}
    return Starlette(routes=routes, middleware=[edge], exception_handlers=handlers, lifespan=lifespan)


async def _refuse(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return refused(error, language_of(request))


async def _refuse_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return problem(error.status_code, f"http.{error.status_code}", language_of(request), headers=error.headers)
