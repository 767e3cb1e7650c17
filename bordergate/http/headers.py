"""The headers that an operation takes, as its OpenAPI description names them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bordergate.auth import Permission
from bordergate.http.door import MATCH, SECOND
from bordergate.http.idempotency import HEADER, LONGEST

OF_SECOND = (
    "The token of a second officer: another person with the same permission. Both tokens are younger than a minute"
    " (POST /api/identity/sessions/second gives the second officer's)."
)
OF_MATCH = (
    "The version that was looked at, as its ETag gave it; when another stands there now: 412. Without it the change is"
    " made to whatever stands, where it is made at all."
)
OF_KEY = "A name of this request that its sender chose: sent again within 24 hours, it is answered and not done again."


def headers_taken(permission: Permission | None, *, versioned: bool, once: bool) -> list[dict[str, Any]]:
    """What a route declares of itself, in the words of OpenAPI."""
    return list(_headers(permission, versioned=versioned, once=once))


def _headers(permission: Permission | None, *, versioned: bool, once: bool) -> Iterator[dict[str, Any]]:
    if permission and permission.seconded:
        yield _header(SECOND, OF_SECOND, {}, required=True)
    if versioned:
        yield _header(MATCH, OF_MATCH, {"examples": ['"3"']})
    if once:
        yield _header(HEADER, OF_KEY, {"minLength": 1, "maxLength": LONGEST})


def _header(name: str, about: str, shape: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    schema = {"type": "string"} | shape
    return {"name": name, "in": "header", "required": required, "description": about, "schema": schema}
