"""Refusals: what the gate says no to, and the code by which everybody knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple


class Refusal(Exception):
    """Something asked that may not be done; its `code` is stable and translated in the service's `messages`.

    `details` fill the placeholders of the message; `field` is the JSONPath of the offending input, if one is.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, *, field: str | None = None, **details: Any) -> None:  # noqa: ANN401 - details are free
        super().__init__(self.code)
        self.field = field
        self.details = details

    def __str__(self) -> str:
        """Code and details, for logs and tests."""
        shown = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{self.code}({shown})"


class Wrong(NamedTuple):
    """One wrong place: its JSONPath, the code that names what is wrong, and what fills its text."""

    field: str | None
    code: str
    details: Mapping[str, Any] = {}


def wrong_places(refusal: Refusal) -> list[Wrong]:
    """Every place a refusal complains of: its `problems`, else the refusal itself."""
    parts = getattr(refusal, "problems", None)
    if not parts:
        return [Wrong(refusal.field, refusal.code, refusal.details)]
    return [
        Wrong(
            getattr(part, "field", None) or refusal.field,
            getattr(part, "code", str(part)),
            dict(getattr(part, "details", {}) or {}),
        )
        for part in parts
    ]


class Invalid(Refusal):
    """What was sent is well-formed but breaks a rule (400)."""

    code = "invalid"


class Unauthenticated(Refusal):
    """Nobody known is asking (401)."""

    code = "unauthenticated"


class Forbidden(Refusal):
    """The caller is known and may not (403)."""

    code = "forbidden"


class NotFound(Refusal):
    """There is no such thing, or none this caller may know of (404)."""

    code = "not_found"


class Conflict(Refusal):
    """The thing's present state does not allow it (409)."""

    code = "conflict"


class Stale(Refusal):
    """The caller looked at an older version (412); `details["current"]` holds the version now."""

    code = "stale"


class TooMany(Refusal):
    """Asked too often (429); `details["retry_after"]` is in seconds."""

    code = "too_many"


class Unavailable(Refusal):
    """A part the answer needs cannot be reached now (503); `details["retry_after"]` is in seconds."""

    code = "unavailable"
