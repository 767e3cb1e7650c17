"""What keeps pages live: streams that end with their token, and the wait for one's own news."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from starlette.responses import Response, StreamingResponse

from bordergate.auth import Caller
from bordergate.http import Door, Doorway, GateRouter
from services.portal.pages.frame import SEE_PAGES
from services.portal.queries.files import has_heard

PAGE_WAITS, SCRIPT_WAITS = 3.0, 3.0
"""Seconds: a page that comes after a command, before it says that the news follows; a script that asks for news."""
AT_MOST_EVERY = 1.0
T = TypeVar("T")


def register(router: GateRouter) -> None:
    """What pages ask after a command."""
    router.get("/events/{event_id:uuid}", permission=SEE_PAGES)(get_event)


async def unheard(door: Door, event: Annotated[UUID | Literal[""] | None, Query()] = None) -> UUID | None:
    """The event a page was asked to wait for, if the pages have not heard of it within three seconds."""
    return event if event and not await heard_in_time(door, event, PAGE_WAITS) else None


Unheard = Annotated[UUID | None, Depends(unheard)]


async def get_event(door: Door, event_id: UUID) -> Response:
    """Whether the pages know of an event: waits up to three seconds; 200 when they do, 202 when they will follow."""
    return Response(status_code=200 if await heard_in_time(door, event_id, SCRIPT_WAITS) else 202)


async def heard_in_time(door: Doorway, event_id: UUID, within: float) -> bool:
    """Whether the pages hear of an event within so many seconds; one caller waits for few at a time."""
    transactions = door.house.transactions

    def look() -> bool:
        return transactions.read(lambda session: has_heard(session, event_id))

    return await door.hub.comes_true(look, whose=str(door.caller.id), within=within)


def until_token_ends(stream: StreamingResponse, caller: Caller) -> StreamingResponse:
    """A stream lives no longer than the token that opened it; the page comes back with a renewed one."""
    stream.body_iterator = _until(stream.body_iterator, caller.expires)
    return stream


async def _until(frames: AsyncIterable[T], end: datetime) -> AsyncIterator[T]:
    async for frame in frames:
        yield frame
        if datetime.now(UTC) >= end:
            return
