"""Reading JSON bodies strictly: UTF-8, finite numbers, no lone surrogates, no NUL, no endless nesting."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from pydantic_core import from_json
from starlette.requests import Request

SUSPECT = re.compile(rb"\\u0000|\d[eE]\+?\d{3}")


class StrictRequest(Request):
    """A request whose JSON is read strictly; raises json.JSONDecodeError, which becomes a 422."""

    async def json(self) -> Any:  # noqa: ANN401 - JSON is anything
        """The body's value."""
        if not hasattr(self, "_json"):
            self._json = read_json(await self.body())
        return self._json


def read_json(raw: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    """The value of a JSON text; raises json.JSONDecodeError."""
    try:
        value = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise json.JSONDecodeError(str(error), "", 0) from error
    if SUSPECT.search(raw) and is_unusable(value):
        raise json.JSONDecodeError("NUL or an infinite number", "", 0)
    return value


def is_unusable(value: Any) -> bool:  # noqa: ANN401 - JSON is anything
    """Whether a text in the value holds a NUL, or a number is too great to be one."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, dict):
        return any(is_unusable(name) or is_unusable(part) for name, part in value.items())
    return isinstance(value, list) and any(is_unusable(part) for part in value)
