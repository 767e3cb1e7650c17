"""Lists in pages: the reader hands back an opaque cursor to go on."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Generic, Self, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel

from bordergate.errors import Invalid

USUAL = 50
MOST = 200
LONGEST = 1000
LARGEST = 2**63 - 1

T = TypeVar("T")
R = TypeVar("R")


class BadCursor(Invalid):
    """The cursor is none of ours."""

    code = "page.bad_cursor"


class Page(BaseModel, Generic[T]):
    """One page; `next` is the cursor of the page after it, None on the last."""

    items: list[T]
    next: str | None = None

    @classmethod
    def of(
        cls, rows: Sequence[R], wanted: PageRequest, shown: Callable[[R], T], after: Callable[[R], Sequence[Any]]
    ) -> Self:
        """A page from `wanted.limit + 1` rows: one row more tells that there is more.

        `after` names the row's place in the order; the next query starts behind it.
        """
        kept = rows[: wanted.limit]
        more = len(rows) > wanted.limit
        return cls(items=[shown(row) for row in kept], next=cursor_of(after(kept[-1])) if more else None)


@dataclass(frozen=True)
class PageRequest:
    """Which page is wanted."""

    limit: int
    after: tuple[Any, ...] | None

    @property
    def rows(self) -> int:
        """How many rows to read."""
        return self.limit + 1


def cursor_of(place: Sequence[Any]) -> str:
    """A place in an order, opaque to the reader."""
    return base64.urlsafe_b64encode(json.dumps(list(place), default=str).encode()).rstrip(b"=").decode()


def place_of(cursor: str) -> tuple[Any, ...]:
    """The place a cursor names; raises BadCursor."""
    try:
        place = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, RecursionError) as error:
        raise BadCursor(field="query.cursor") from error
    if not isinstance(place, list) or not all(isinstance(part, (str, int, float)) for part in place):
        raise BadCursor(field="query.cursor")
    return tuple(place)


def parts_of(place: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    """The place a cursor names, of so many parts; raises BadCursor: it may be another list's."""
    if len(place) != count:
        raise BadCursor(field="query.cursor")
    return place


def day_of(place: object) -> date:
    """The day a cursor names; raises BadCursor."""
    try:
        return date.fromisoformat(str(place))
    except ValueError as error:
        raise BadCursor(field="query.cursor") from error


def instant_of(place: object) -> datetime:
    """The aware instant a cursor names; raises BadCursor."""
    try:
        instant = datetime.fromisoformat(str(place))
    except ValueError as error:
        raise BadCursor(field="query.cursor") from error
    if instant.tzinfo is None:
        raise BadCursor(field="query.cursor")
    return instant


def id_of(place: object) -> UUID:
    """The id a cursor names; raises BadCursor: it may be another list's."""
    try:
        return UUID(str(place))
    except ValueError as error:
        raise BadCursor(field="query.cursor") from error


def number_of(place: object) -> int:
    """The number a cursor names; raises BadCursor for one that no column can hold."""
    if not isinstance(place, int) or isinstance(place, bool) or abs(place) > LARGEST:
        raise BadCursor(field="query.cursor")
    return place


def text_of(place: object) -> str:
    """The text a cursor names; raises BadCursor for one that no column can hold."""
    if not isinstance(place, str) or not place.isprintable():
        raise BadCursor(field="query.cursor")
    return place


async def page_request(
    cursor: Annotated[str | None, Query(max_length=LONGEST, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most.")] = USUAL,
) -> PageRequest:
    """The page the query asks for."""
    return PageRequest(limit, place_of(cursor) if cursor else None)


Paging = Annotated[PageRequest, Depends(page_request)]
