"""What becomes of everything that goes wrong behind the door: always a problem, never a bare 500."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from bordergate.errors import Conflict, Forbidden, Invalid, Refusal, Unavailable, Wrong, wrong_places
from bordergate.http.csrf import SAFE
from bordergate.http.forms import sent_back
from bordergate.http.malformed import OTHER, malformed, malformed_places
from bordergate.http.problems import language_of, problem, refused

logger = logging.getLogger(__name__)

FRAMEWORK_CODES = {
    400: "payload.not_json",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "http.405",
    413: "http.413",
    415: "http.415",
    429: "too_many",
    503: "unavailable",
}


class BadAddress(Invalid):
    """A page was asked for with something in its address that it does not know."""

    code = "page.bad_address"


Handler = Callable[[Request, Exception], Awaitable[Response]]


def answer_failures(app: FastAPI) -> None:
    """Let the app answer refusals and failures as problems."""
    handlers: dict[type[Exception], Handler] = {
        Refusal: on_refusal,
        RequestValidationError: on_malformed,
        HTTPException: on_http,
        PoolTimeout: on_unreachable,
        OperationalError: on_unreachable,
        InterfaceError: on_unreachable,
        DataError: on_impossible_value,
        IntegrityError: on_clash,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


async def on_refusal(request: Request, error: Exception) -> Response:
    """A refusal: one for want of a permission is audited, one of a plain form goes back to its page."""
    if not isinstance(error, Refusal):
        raise error
    door = getattr(request.state, "door", None)
    if isinstance(error, Forbidden) and door is not None and door.visitor is not None:
        await run_in_threadpool(door.note_denial)
    logger.debug("refused", extra={"code": error.code})
    if kept := sent_back(request, wrong_places(error)):
        return kept
    back = getattr(request.state, "back", None)
    if back:
        return RedirectResponse(f"{back}?{urlencode({'problem': error.code})}", HTTPStatus.SEE_OTHER)
    show = getattr(request.scope.get("route"), "show_refusal", None)
    return show(request, error) if show else refused(error, language_of(request))


async def on_malformed(request: Request, error: Exception) -> Response:
    """A payload that cannot be read; a page's reader is told as a reader."""
    if not isinstance(error, RequestValidationError):
        raise error
    if kept := sent_back(request, malformed_places(error)):
        return kept
    show = getattr(request.scope.get("route"), "show_refusal", None)
    if show is None:
        return malformed(error, language_of(request))
    shown: Response = show(request, BadAddress())
    shown.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return shown


async def on_http(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: unknown paths and methods, bodies too large."""
    if not isinstance(error, HTTPException):
        raise error
    code = FRAMEWORK_CODES.get(error.status_code, "refused")
    return problem(error.status_code, code, language_of(request), headers=error.headers)


async def on_unreachable(request: Request, error: Exception) -> Response:
    """The database, or a free connection to it, could not be had in time."""
    logger.warning("database not reachable", exc_info=error)
    away = Unavailable(retry_after=1)
    return sent_back(request, wrong_places(away)) or refused(away, language_of(request))


async def on_impossible_value(request: Request, error: Exception) -> Response:
    """A value no column can hold, such as a number of twenty digits; in a look, a row of ours that nobody can read."""
    if request.method in SAFE:
        logger.error("a row cannot be read", exc_info=error)
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", language_of(request))
    logger.info("value refused by the database", exc_info=error)
    return sent_back(request, [Wrong(None, OTHER)]) or problem(
        HTTPStatus.UNPROCESSABLE_ENTITY, OTHER, language_of(request)
    )


async def on_clash(request: Request, error: Exception) -> Response:
    """Another transaction took what must be unique in the same instant."""
    logger.info("refused by a constraint", exc_info=error)
    clash = Conflict()
    return sent_back(request, wrong_places(clash)) or refused(clash, language_of(request))
