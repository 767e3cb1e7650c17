"""The door: who asks, may they, one transaction, one answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel
from pydantic_core import to_json
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate.audit import audited, noted, write_audit
from bordergate.auth import Caller, Permission, Reason, Resource, Role, Scope, Verifier, decide, is_fresh
from bordergate.clock import Clock
from bordergate.errors import Forbidden, Invalid, Unauthenticated
from bordergate.event import Actor, ActorKind
from bordergate.http.csrf import SESSION_COOKIE, form_token, refuse_forged
from bordergate.http.idempotency import Once, once
from bordergate.http.problems import language_of
from bordergate.http.shared import Shared
from bordergate.http.sse import Hub
from bordergate.i18n import Language
from bordergate.logs import traceparent
from bordergate.settings import Settings
from bordergate.transactions import Origin, Transactions

T = TypeVar("T")
R = TypeVar("R", bound=Request)
COOKIE = "__Host-caller"
SECOND, MATCH = "Bordergate-Second", "If-Match"
EVENT = "Bordergate-Event"
JSON = "application/json"
VERSION = re.compile(r'(?:W/)?"(\d{1,9})"')
PERIODS_KEPT = 32
"""Readings of past months and days that a process keeps; there are too many of them to keep all."""
NOBODY = Actor(kind=ActorKind.SYSTEM, id="public")


class NotFresh(Unauthenticated):
    """The token is older than the act allows."""

    code = "auth.not_fresh"


class SecondNeeded(Forbidden):
    """The act needs a second officer."""

    code = "auth.second_needed"


class MalformedVersion(Invalid):
    """If-Match names no version."""

    code = "version.malformed"


@dataclass(frozen=True)
class House:
    """What stands behind one service's door."""

    service: str
    transactions: Transactions
    clock: Clock
    verifier: Verifier
    settings: Settings
    hub: Hub | None = None
    shared: Shared = field(default_factory=Shared)
    periods: Shared = field(default_factory=lambda: Shared(most=PERIODS_KEPT))


@dataclass
class Doorway:
    """One request at the door; handlers know it as `Door`."""

    house: House
    request: Request
    permission: Permission | None
    visitor: Caller | None
    _stated: int | None
    second_officer: Caller | None = None
    _once: Once | None = None
    _role: Role | None = field(default=None)

    @property
    def clock(self) -> Clock:
        """The border's time."""
        return self.house.clock

    @property
    def settings(self) -> Settings:
        """What the operator has set."""
        return self.house.settings

    @property
    def caller(self) -> Caller:
        """Who asks; raises Unauthenticated on a public route when nobody is signed in."""
        if self.visitor is None:
            raise Unauthenticated
        return self.visitor

    @property
    def second(self) -> Caller:
        """The second officer; raises SecondNeeded."""
        if self.second_officer is None:
            raise SecondNeeded
        return self.second_officer

    @property
    def expected(self) -> int | None:
        """The version named in If-Match; raises LookupError on a route that does not say that it compares one."""
        if not _declares(self.request, "versioned"):
            raise LookupError(f"{self._route} compares no versions")
        return self._stated

    @property
    def hub(self) -> Hub:
        """The process's live streams."""
        if self.house.hub is None:
            raise LookupError("this process has no live streams")
        return self.house.hub

    @cached_property
    def language(self) -> Language:
        """The language to answer in."""
        return language_of(self.request)

    @cached_property
    def csrf(self) -> str:
        """What a page's form carries in its hidden field `csrf`; empty when nobody is signed in."""
        return form_token(self.request)

    def may(self, resource: Resource) -> None:
        """Go on only if the caller may do this to that; raises Forbidden."""
        if self.permission is None:
            raise LookupError("a public route decides nothing")
        decision = decide(self.caller, self.permission, resource)
        if not decision.allowed:
            raise Forbidden(reason=decision.reason)
        if self.second_officer and not decide(self.second_officer, self.permission, resource).allowed:
            raise SecondNeeded
        self._role = decision.role

    def routes(self, asked: str | None) -> frozenset[str] | None:
        """The routes a list is of: the one asked for, else those the caller is posted to (None: all).

        Raises Forbidden for a route beyond his posting.
        """
        posted = self.caller.routes
        if asked and posted and asked not in posted:
            raise Forbidden(reason=Reason.OTHER_ROUTE)
        return frozenset({asked}) if asked else posted or None

    def run(
        self,
        work: Callable[[Session], Any],
        *,
        status: int = 200,
        scope: Scope | None = None,
        party: UUID | None = None,
    ) -> Response:
        """Do a command in one transaction and answer with what it returns.

        The answer is built inside the transaction and sent after its commit. `scope` "all" lets a command see rows
        beyond the caller's own; `party` is whose rows it sees instead, when the caller acts for somebody else.
        """
        kept = self._once

        def whole(session: Session) -> Response:
            if kept and (before := kept.begin(session)):
                return before
            result = work(session)
            answer = self._answer(result, status)
            session.flush()
            self._conclude(session, answer, result)
            if kept:
                kept.keep(session, answer.status_code, _kept_headers(answer), bytes(answer.body))
            return answer

        return self._transact(whole, scope, party)

    def step(self, work: Callable[[Session], T], *, scope: Scope | None = None) -> T:
        """Do one transaction of an act that needs several, as a sign-in does; it audits only what the work noted."""

        def whole(session: Session) -> T:
            result = work(session)
            session.flush()
            write_audit(session, noted(session))
            return result

        return self._transact(whole, scope)

    def look(
        self,
        work: Callable[[Session], Any],
        *,
        status: int = 200,
        scope: Scope | None = None,
        party: UUID | None = None,
        one_instant: bool = False,
    ) -> Response:
        """Read in one transaction and answer; looks at personal data that the work noted are audited first.

        `one_instant`: all that is read is read as it was at one instant.
        """
        notes = []

        def whole(session: Session) -> Response:
            answer = self._answer(work(session), status)
            notes.extend(noted(session))
            return answer

        answer = self.house.transactions.read(
            whole, party=party or self._party, scope=scope or self._scope, one_instant=one_instant
        )
        if notes:
            self._transact(lambda session: write_audit(session, notes), scope)
        return self._unless_known(answer)

    def _transact(self, work: Callable[[Session], T], scope: Scope | None = None, party: UUID | None = None) -> T:
        own, origin = party or self._party, self._origin(party)
        return self.house.transactions.run(work, origin=origin, party=own, scope=scope or self._scope)

    def note_denial(self) -> None:
        """Write to the audit that somebody asked for what he may not do."""
        what = self.permission.name if self.permission else self._route
        line = audited(self.clock.now(), self.visitor, self._role, what, subject=self._subject, decision="denied")
        self._transact(lambda session: write_audit(session, [line]))

    def _conclude(self, session: Session, answer: Response, result: Any) -> None:  # noqa: ANN401 - a view of any kind
        what = self.permission.name if self.permission else self._route
        now, visitor, role = self.clock.now(), self.visitor, self._role
        subjects = [self._subject] if self._subject else made_in(result)
        lines = [audited(now, visitor, role, what, subject=one, decision="allowed") for one in subjects]
        write_audit(session, [*noted(session), *lines])
        captured: list[UUID] = session.info.get("captured", [])
        if captured:
            answer.headers[EVENT] = str(captured[-1])

    def _answer(self, result: Any, status: int) -> Response:  # noqa: ANN401 - a view of any kind
        if isinstance(result, Response):
            return result
        if result is None:
            return Response(status_code=204 if status == 200 else status)  # noqa: PLR2004 - HTTP's own numbers
        body = result.model_dump_json(by_alias=True).encode() if isinstance(result, BaseModel) else to_json(result)
        answer = Response(body, status, media_type=JSON)
        version = getattr(result, "version", None)
        if isinstance(version, int):
            answer.headers["ETag"] = f'"{version}"'
        return answer

    def unless_same(self, answer: Response) -> Response:
        """The answer with an ETag of what is in it; a reader who has just this one is told so."""
        etag = f'"{sha256(bytes(answer.body)).hexdigest()[:24]}"'
        answer.headers["ETag"] = etag
        if self.request.headers.get("if-none-match") != etag:
            return answer
        kept = {name: said for name, said in answer.headers.items() if not name.startswith("content-")}
        return Response(status_code=304, headers=kept)

    def _unless_known(self, answer: Response) -> Response:
        """A reader who has this version already is told so."""
        etag = answer.headers.get("etag")
        if etag and self.request.headers.get("if-none-match") == etag and answer.status_code == 200:  # noqa: PLR2004
            return Response(status_code=304, headers={"ETag": etag})
        return answer

    def _origin(self, acting_for: UUID | None = None) -> Origin:
        actor = self.visitor.actor(self._role) if self.visitor else NOBODY
        told = actor.model_copy(update={"acting_for": acting_for}) if acting_for else actor
        return Origin(told, traceparent=traceparent())

    @property
    def _party(self) -> UUID | None:
        return self.visitor.party if self.visitor else None

    @property
    def _scope(self) -> Scope:
        return self.visitor.scope if self.visitor else "own"

    @property
    def _route(self) -> str:
        return f"{self.request.method} {getattr(self.request.scope.get('route'), 'path_format', '')}"

    @property
    def _subject(self) -> str | None:
        return next((str(value) for value in self.request.path_params.values()), None)


def made_in(result: Any) -> list[str | None]:  # noqa: ANN401 - a view of any kind
    """To what a command was done that its path does not name: each crossing in the answer, or the one thing made."""
    parts = getattr(result, "crossings", None) or [result]
    named = [getattr(part, "crossing_id", None) or getattr(part, "id", None) for part in parts]
    return [str(one) for one in named if one] or [None]


async def at_the_door(request: R) -> R:
    """Let a request in, or refuse it: token, forged requests, role, second officer."""
    house: House = request.app.state.house
    permission: Permission | None = getattr(request.scope.get("route"), "permission", None)
    visitor = await _visitor(request, house, needed=permission is not None)
    door = Doorway(house, request, permission, visitor, _expected(request))
    request.state.door = door
    if permission is None or visitor is None:
        return request
    decision = decide(visitor, permission)
    if not decision.allowed:
        raise Forbidden(reason=decision.reason)
    door._role = decision.role  # noqa: SLF001 - the door is still being made
    if permission.seconded:
        door.second_officer = _second(request, house, permission, visitor)
    if _declares(request, "once"):
        door._once = await once(request, str(visitor.id))  # noqa: SLF001 - as above
    return request


async def doorway(request: Request) -> Doorway:
    """The door through which the request came in."""
    door: Doorway = request.state.door
    return door


Door = Annotated[Doorway, Depends(doorway)]


async def _visitor(request: Request, house: House, *, needed: bool) -> Caller | None:
    """Who asks: by header, or by cookie if a page of ours made the request."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer:
        return house.verifier.caller_of(bearer.strip())
    cookie = request.cookies.get(COOKIE)
    visitor = _cookie_caller(house, cookie, needed=needed) if cookie else None
    if needed and visitor is None:
        raise Unauthenticated
    by_cookie = bool(cookie or request.cookies.get(SESSION_COOKIE))
    await refuse_forged(request, house.settings.origin, by_cookie=by_cookie)
    return visitor


def _cookie_caller(house: House, cookie: str, *, needed: bool) -> Caller | None:
    """A public route works for one whose cookie is over."""
    try:
        return house.verifier.caller_of(cookie)
    except Unauthenticated:
        if needed:
            raise
        return None


def _second(request: Request, house: House, permission: Permission, first: Caller) -> Caller:
    """The second officer: another person, with the same permission, both just signed in."""
    token = request.headers.get(SECOND)
    if not token:
        raise SecondNeeded
    second = house.verifier.caller_of(token)
    if not is_fresh(first) or not is_fresh(second):
        raise NotFresh
    if second.id == first.id or second.kind is not ActorKind.PERSON or not decide(second, permission).allowed:
        raise SecondNeeded
    return second


def _declares(request: Request, what: str) -> bool:
    """Whether the route says so of itself (`versioned`, `once`)."""
    return bool(getattr(request.scope.get("route"), what, False))


def _expected(request: Request) -> int | None:
    stated = request.headers.get(MATCH) if _declares(request, "versioned") else None
    if stated is None or stated == "*":
        return None
    matched = VERSION.fullmatch(stated)
    if not matched:
        raise MalformedVersion(field="header.if-match")
    return int(matched[1])


def _kept_headers(answer: Response) -> dict[str, str]:
    names = ("content-type", "etag", "location", EVENT.lower())
    return {name: answer.headers[name] for name in names if name in answer.headers}
