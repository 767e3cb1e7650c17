"""Reading JSON bodies strictly: UTF-8, finite numbers, no lone surrogates, no NUL, nothing hidden, shallow."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic_core import from_json
from starlette.requests import Request

SUSPECT = re.compile(rb"\\u0000|\d[eE]\+?\d{3}")
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What nobody sees and what turns the writing round: two plates that look alike would be two."""
MAY_HIDE = re.compile(rb"\\u(?:00|06|20)|\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]")


class StrictRequest(Request):
    """A request whose JSON is read strictly; raises json.JSONDecodeError, which becomes a 422."""

    async def json(self) -> Any:  # noqa: ANN401 - JSON is anything
        """The body's value."""
        if not hasattr(self, "_json"):
            self._json = read_json(await self.body())
        return self._json

    async def refuse_hidden(self) -> None:
        """Refuse JSON with characters that nobody sees, by their places; raises RequestValidationError."""
        kind = self.headers.get("content-type", "application/json")
        if "json" not in kind or not MAY_HIDE.search(await self.body()):
            return
        with suppress(json.JSONDecodeError):  # said by who reads it
            places = [("body", *place) for place in hidden_places(await self.json())]
            if places:
                raise RequestValidationError([{"type": "hidden_marks", "loc": place, "msg": ""} for place in places])


def read_json(raw: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    """The value of a JSON text; raises json.JSONDecodeError."""
    try:
        value = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise json.JSONDecodeError(str(error), "", 0) from error
    if SUSPECT.search(raw) and is_unusable(value):
        raise json.JSONDecodeError("NUL or an infinite number", "", 0)
    return value


def hidden_places(value: Any, *here: int | str) -> Iterator[tuple[int | str, ...]]:  # noqa: ANN401 - JSON is anything
    """Where texts of the value hold characters that nobody sees; of a field whose own name does, where it stands."""
    if isinstance(value, str):
        if HIDDEN.search(value):
            yield here
    elif isinstance(value, dict):
        for name, part in value.items():
            if HIDDEN.search(name):
                yield here
            else:
                yield from hidden_places(part, *here, name)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from hidden_places(part, *here, place)


def is_unusable(value: Any) -> bool:  # noqa: ANN401 - JSON is anything
    """Whether a text in the value holds a NUL, or a number is too great to be one."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, dict):
        return any(is_unusable(name) or is_unusable(part) for name, part in value.items())
    return isinstance(value, list) and any(is_unusable(part) for part in value)
