"""Instants as they are written between machines: RFC 3339, always with an offset."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from bordergate.border.value import BadValue, blocks
from bordergate.i18n import text as text_of

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


def _aware(given: object) -> object:
    try:
        return moment_of(given) if isinstance(given, str) else given
    except BadValue as bad:
        raise PydanticCustomError(bad.code, text_of(bad.code, "en"), {"error": bad}) from None


Moment = Annotated[AwareDatetime, BeforeValidator(_aware), WithJsonSchema({"type": "string", "format": "date-time"})]
"""An instant in a request; its offset is obligatory."""
