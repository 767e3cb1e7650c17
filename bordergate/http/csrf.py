"""Requests forged by other sites: a browser's unsafe request must show that one of our own pages made it."""

from __future__ import annotations

import hashlib
import hmac

from starlette.requests import Request

from bordergate.errors import Forbidden

HEADER = "Bordergate-Csrf"
FIELD = "csrf"
SESSION_COOKIE = "__Host-session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Forged(Forbidden):
    """The request did not come from one of our pages."""

    code = "auth.forged"


def form_token(request: Request) -> str:
    """What a page's form carries in its hidden field `csrf`, bound to the session's cookie; empty without one."""
    session = request.cookies.get(SESSION_COOKIE)
    return hashlib.sha256(f"bordergate csrf {session}".encode()).hexdigest() if session else ""


async def refuse_forged(request: Request, origin: str, *, by_cookie: bool) -> None:
    """Refuse an unsafe request unless a page of ours made it; raises Forged.

    One that no cookie carries needs no proof, only no browser that says another site made it.
    """
    if request.method in SAFE:
        return
    if comes_from_elsewhere(request, origin):
        raise Forged
    if by_cookie and not request.headers.get(HEADER) and not await _form_proves(request, form_token(request)):
        raise Forged


def comes_from_elsewhere(request: Request, origin: str) -> bool:
    """Whether the browser itself says that another site made the request."""
    site = request.headers.get("sec-fetch-site")
    stated = request.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return True
    return stated is not None and stated != origin and stated != _own(request)


def _own(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


async def _form_proves(request: Request, expected: str) -> bool:
    form = getattr(request.state, "form", None)  # a form that stands for JSON was read at the route
    if form is None and request.headers.get("content-type", "").startswith(FORMS):
        await request.body()  # kept, so that an Idempotency-Key can be told from it as well
        form = await request.form()
    given = form.get(FIELD) if form else None
    return bool(expected) and isinstance(given, str) and hmac.compare_digest(given.encode(), expected.encode())
