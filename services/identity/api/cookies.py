"""The two cookies of a signed-in browser, and the token a program takes from the same answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from bordergate.auth import LIFETIME, Caller, Role, sign
from bordergate.http import CALLER_COOKIE, SESSION_COOKIE, Doorway
from services.identity.domain import SESSION_LASTS, SessionOver
from services.identity.keys import ring_of
from services.identity.signing_in import Stay


class CallerToken(BaseModel):
    """A caller token: ten minutes, for every service."""

    token: str
    expires: datetime
    caller: UUID
    organisation: UUID | None
    roles: list[Role]
    crossing: UUID | None


def token_of(caller: Caller, door: Doorway) -> CallerToken:
    """The caller's token, signed."""
    return CallerToken(
        token=sign(caller, ring_of(door.settings).signing()),
        expires=caller.expires,
        caller=caller.id,
        organisation=caller.organisation,
        roles=sorted(caller.roles),
        crossing=caller.crossing,
    )


def answer_stay(stay: Stay, door: Doorway, status: int = 200) -> Response:
    """The answer that signs a browser in."""
    token = token_of(stay.caller, door)
    answer = Response(token.model_dump_json(), status, media_type="application/json")
    _set(answer, CALLER_COOKIE, token.token, int(LIFETIME.total_seconds()))
    if stay.secret:
        _set(answer, SESSION_COOKIE, stay.secret, int(SESSION_LASTS.total_seconds()))
    return answer


def answer_left() -> Response:
    """The answer that signs a browser out."""
    answer = Response(status_code=204)
    for name in (CALLER_COOKIE, SESSION_COOKIE):
        _set(answer, name, "", 0)
    return answer


def session_secret(request: Request) -> str:
    """The session's secret; raises SessionOver without one."""
    secret = request.cookies.get(SESSION_COOKIE)
    if not secret:
        raise SessionOver
    return secret


def _set(answer: Response, name: str, value: str, seconds: int) -> None:
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")
