"""What keeps pages live: streams that end with their token, and the wait for one's own news."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import TypeVar
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from bordergate.auth import Caller
from bordergate.http import Door, Doorway, GateRouter
from services.portal.pages.frame import SEE_PAGES
from services.portal.queries.files import has_heard

LONGEST_WAIT = 3.0
LOOK_EVERY = 0.1
AT_MOST_EVERY = 1.0
T = TypeVar("T")


def register(router: GateRouter) -> None:
    """What pages ask after a command."""
    router.get("/events/{event_id:uuid}", permission=SEE_PAGES)(get_event)


def get_event(door: Door, event_id: UUID) -> Response:
    """Whether the pages know of an event: waits up to three seconds; 200 when they do, 202 when they will follow."""
    return Response(status_code=200 if heard_in_time(door, event_id) else 202)


def heard_in_time(door: Doorway, event_id: UUID) -> bool:
    """Whether the pages hear of an event within three seconds."""
    until = monotonic() + LONGEST_WAIT
    transactions = door.house.transactions
    while not transactions.read(lambda session: has_heard(session, event_id)):
        if monotonic() > until:
            return False
        sleep(LOOK_EVERY)
    return True


def until_token_ends(stream: StreamingResponse, caller: Caller) -> StreamingResponse:
    """A stream lives no longer than the token that opened it; the page comes back with a renewed one."""
    stream.body_iterator = _until(stream.body_iterator, caller.expires)
    return stream


async def _until(frames: AsyncIterable[T], end: datetime) -> AsyncIterator[T]:
    async for frame in frames:
        yield frame
        if datetime.now(UTC) >= end:
            return
