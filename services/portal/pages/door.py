"""The pages before and about signing in: the door, links that let somebody in, the language, the account."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from bordergate.errors import NotFound
from bordergate.http import SESSION_COOKIE, Door, GateRouter
from bordergate.http.forms import own_path
from bordergate.http.problems import LANGUAGE_COOKIE
from bordergate.i18n import LANGUAGES, catalogue
from services.portal.pages.frame import SEE_PAGES, SIGN_IN, page

YEAR = 365 * 24 * 3600
Next = Annotated[str | None, Query(alias="next", max_length=500)]
Told = Annotated[str | None, Query(max_length=80)]
Token = Annotated[str, Query(max_length=200)]


def register(router: GateRouter) -> None:
    """The door's pages."""
    router.get(SIGN_IN, public="whoever is not signed in signs in here")(get_sign_in)
    router.get("/invitation", public="the link's token is the proof")(get_invitation)
    router.get("/driver", public="the link's token is the proof")(get_driver)
    router.get("/language/{language}", public="anybody chooses the language of the pages")(get_language)
    router.get("/account", permission=SEE_PAGES)(get_account)


def get_sign_in(door: Door, next_: Next = None, problem: Told = None) -> Response:
    """The form; who is signed in already goes on, whose session still runs is let in again by the page."""
    onward = own_path(next_) or "/"
    if door.visitor is not None and not problem:
        return RedirectResponse(onward, 303)
    renews = SESSION_COOKIE in door.request.cookies and not problem
    return page(door, "sign_in.html", "", problem=known(problem), onward=onward, renews=renews)


def get_invitation(door: Door, token: Token = "", problem: Told = None) -> Response:
    """Where an invited person sets a password."""
    return page(door, "invitation.html", "", token=token, problem=known(problem))


def get_driver(door: Door, token: Token = "", problem: Told = None) -> Response:
    """Where a driver opens his crossing."""
    return page(door, "driver.html", "", token=token, problem=known(problem))


def known(problem: str | None) -> str | None:
    """The code of a refusal that came back with a form, if it is one that has words."""
    if problem is None:
        return None
    return problem if problem in catalogue().entries else "refused"


def get_language(door: Door, language: str, back: Annotated[str | None, Query(max_length=500)] = None) -> Response:
    """Remember the language for a year, and go back."""
    if language not in LANGUAGES:
        raise NotFound
    answer = RedirectResponse(own_path(back) or "/", 303)
    secure = door.settings.origin.startswith("https")
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, samesite="lax", secure=secure, httponly=True)
    return answer


def get_account(door: Door) -> Response:
    """Who is signed in, and in which roles; the name the browser asks of identity."""
    return page(door, "account.html", "account", roles=sorted(door.caller.roles))
