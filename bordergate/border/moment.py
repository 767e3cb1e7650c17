"""Instants as they are written between machines: RFC 3339, always with an offset, and of this century."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from bordergate.border.value import BadValue, blocks
from bordergate.i18n import text as text_of

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_NAIVE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?")
_AWARE = re.compile(rf"{_NAIVE.pattern}([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])")


def moment_of(text: str) -> datetime:
    """The instant a text stands for, in UTC; a time without its offset is refused, nobody knows when it was."""
    if _NAIVE.fullmatch(text):
        raise BadValue("time", blocks("time.naive"))
    if not _AWARE.fullmatch(text):
        raise BadValue("time", blocks("time.form"))
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadValue("time", blocks("time.unreal")) from None


def moment_text(moment: datetime) -> str:
    """An aware instant as it is written on the wire."""
    if moment.tzinfo is None:
        raise BadValue("time", blocks("time.naive"))
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def is_of_this_century(moment: datetime) -> bool:
    """Whether an aware instant lies where every zone, column and program can still write it down."""
    return EARLIEST <= moment < LATEST


def _of_this_century(moment: datetime) -> datetime:
    if not is_of_this_century(moment):
        bad = BadValue("time", blocks("time.not_this_century"))
        raise PydanticCustomError(bad.code, text_of(bad.code, "en"), {"error": bad})
    return moment


Day = Annotated[date, Field(gt=EARLIEST.date(), lt=LATEST.date())]
"""A day in a request, in the years 2000 to 2099: its midnight can be said in every zone, and is a `Moment`.

Not the century's first, which in Hà Nội began seven hours before the century did in UTC.
"""

_WRITTEN = {"type": "string", "format": "date-time", "description": "RFC 3339 with offset, in the years 2000 to 2099."}

Moment = Annotated[AwareDatetime, AfterValidator(_of_this_century), WithJsonSchema(_WRITTEN)]
"""An instant in a request; its offset is obligatory, and it lies in the years 2000 to 2099.

One at the ends of the calendar is accepted by every column and then fails in the first zone it is shown in, for all.
"""
