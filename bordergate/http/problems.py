"""Problem answers (RFC 9457): one table from refusal to status, one shape for every "no"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from bordergate.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Stale,
    TooMany,
    Unauthenticated,
    Unavailable,
    wrong_places,
)
from bordergate.i18n import Language, chosen, hint, text, texts
from bordergate.logs import trace_id

MEDIA_TYPE = "application/problem+json"
LANGUAGE_HEADER = "Bordergate-Language"
LANGUAGE_COOKIE = "language"

STATUS: Mapping[type[Refusal], int] = {
    Invalid: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Stale: 412,
    TooMany: 429,
    Unavailable: 503,
}


class Problem(BaseModel):
    """Why something was refused; `problems` lists every wrong place of a malformed payload."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    field: str | None = None
    hint: str | None = None
    messages: dict[str, str]
    trace: str
    current: int | None = None
    problems: list[Place] | None = None


class Place(BaseModel):
    """One wrong place: `field` is its JSONPath, or the element in XML; `line` is where it stands in a text."""

    field: str | None
    line: int | None = None
    code: str
    message: str
    messages: dict[str, str]
    hint: str | None = None


Problem.model_rebuild()


def status_of(refusal: type[Refusal]) -> int:
    """The HTTP status of a kind of refusal."""
    return next((STATUS[kind] for kind in refusal.__mro__ if kind in STATUS), 400)


def language_of(request: Request) -> Language:
    """The caller's language: what the page chose, else what the browser asks for."""
    return chosen(
        request.headers.get(LANGUAGE_HEADER),
        request.cookies.get(LANGUAGE_COOKIE),
        request.headers.get("accept-language"),
    )


def place(language: str, code: str, field: str | None, details: Mapping[str, Any]) -> Place:
    """One wrong place in words."""
    known = {name: value for name, value in details.items() if name not in ("code", "language")}
    line = known.get("line")
    return Place(
        field=field,
        line=line if isinstance(line, int) else None,
        code=code,
        message=text(code, language, **known),
        messages=texts(code, **known),
        hint=hint(code, language, **known),
    )


def problem(
    status: int,
    code: str,
    language: str,
    *,
    details: Mapping[str, Any] | None = None,
    field: str | None = None,
    problems: Sequence[Place] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that says no, why, and what to do."""
    told = place(language, code, field, details or {})
    current = (details or {}).get("current")
    body = Problem(
        type=f"urn:bordergate:problem:{code}",
        title=text(f"http.{status}", language),
        status=status,
        code=code,
        detail=told.message,
        field=field,
        hint=told.hint,
        messages=told.messages,
        trace=trace_id(),
        current=current if isinstance(current, int) else None,
        problems=list(problems) if problems else None,
    )
    sent = dict(headers or {}) | {"Content-Language": language}
    return Response(body.model_dump_json(exclude_none=True), status, sent, MEDIA_TYPE)


def refused(refusal: Refusal, language: str) -> Response:
    """A refusal as an answer."""
    status = status_of(type(refusal))
    headers: dict[str, str] = {}
    if status in (429, 503):
        headers["Retry-After"] = str(int(refusal.details.get("retry_after", 1)))
    if status == 401:  # noqa: PLR2004 - the status table's own number
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(refusal, Stale) and "current" in refusal.details:
        headers["ETag"] = f'"{refusal.details["current"]}"'
    return problem(
        status,
        refusal.code,
        language,
        details=refusal.details,
        field=refusal.field,
        problems=_parts(refusal, language),
        headers=headers,
    )


def _parts(refusal: Refusal, language: str) -> list[Place]:
    """A refusal with several `problems` names them all."""
    if not getattr(refusal, "problems", None):
        return []
    return [place(language, wrong.code, wrong.field, wrong.details) for wrong in wrong_places(refusal)]


def documented(statuses: Iterable[int]) -> dict[int | str, dict[str, Any]]:
    """How an operation's refusals appear in its OpenAPI description."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": text(f"http.{status}", "en"), "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in sorted(set(statuses))
    }
