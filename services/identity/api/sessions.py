"""Signing in, staying signed in, signing out; tokens for machines and for a second officer."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from bordergate import metrics
from bordergate.audit import audit
from bordergate.auth import Permission, Role
from bordergate.clock import RealClock
from bordergate.http import Door, Doorway, GateRouter
from bordergate.http.problems import documented
from bordergate.http.typed import forget_all_typed
from services.identity import signing_in
from services.identity.api.cookies import CallerToken, answer_left, answer_stay, session_secret, token_of
from services.identity.commands import accept_invitation, examine_password
from services.identity.domain import BadClient, NotSignedIn, SlowDown
from services.identity.passwords import fits, hashed
from services.identity.queries import Me, me
from services.identity.signing_in import Known, Stay

router = GateRouter()

SIGNED_IN = Permission("identity.signed_in", own=frozenset(Role))
OFFICER = Permission("identity.second_officer", own=frozenset(Role) - {Role.DRIVER})

LONGEST = 200
NO_ADDRESS = "unknown"
NOT_LET_IN = (401,)


class Strict(BaseModel):
    """A body that holds nothing unknown."""

    model_config = ConfigDict(extra="forbid")


class Credentials(Strict):
    """A login name (e-mail address or telephone number) and its password."""

    login: str = Field(min_length=1, max_length=LONGEST)
    password: str = Field(min_length=1, max_length=LONGEST)


class Acceptance(Strict):
    """The token of an invitation's link and the password to set."""

    token: str = Field(min_length=1, max_length=LONGEST)
    password: str = Field(min_length=1, max_length=LONGEST)


class LinkToken(Strict):
    """The token of a driver's link."""

    token: str = Field(min_length=1, max_length=LONGEST)


class ClientCredentials(BaseModel):
    """OAuth 2 client credentials; id and secret may come as HTTP Basic instead."""

    grant_type: str = Field(pattern="^client_credentials$")
    client_id: str | None = None
    client_secret: str | None = None


class AccessToken(BaseModel):
    """OAuth 2's answer."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the scheme's name
    expires_in: int


@router.post(
    "/sessions",
    responses=documented(NOT_LET_IN),
    public="signing in",
    status_code=201,
    response_model=CallerToken,
    forms=True,
)
def post_session(request: Request, body: Credentials, door: Door) -> Response:
    """Sign in; the answer is alike, and takes as long, for a wrong password and for an unknown login."""
    known = _checked(request, body, door)
    now = RealClock().now()

    def finish(session: Session) -> Stay:
        stay = signing_in.finish_sign_in(known, body.login, _address(request), session, now)
        audit(session, stay.caller, "identity.sign_in", stay.caller.id)
        return stay

    return answer_stay(door.step(finish, scope="all"), door, 201)


@router.post(
    "/sessions/second",
    permission=OFFICER,
    response_model=CallerToken,
    forms=True,
    once=False,
)
def post_second(request: Request, body: Credentials, door: Door) -> Response:
    """A second officer signs one act at another's desk: a token, and no session; it is fresh for a minute."""
    known = _checked(request, body, door)
    now = RealClock().now()
    second = door.step(
        lambda session: signing_in.second_officer(known, body.login, _address(request), session, now), scope="all"
    )
    return Response(token_of(second, door).model_dump_json(), media_type="application/json")


@router.get("/sessions/current", permission=SIGNED_IN, response_model=Me)
def get_me(door: Door) -> Response:
    """Who is signed in."""
    return door.look(lambda session: me(session, door.caller))


@router.post(
    "/sessions/renew",
    public="the session's cookie is the proof",
    response_model=CallerToken,
    responses=documented(NOT_LET_IN),
    forms=True,
)
def post_renew(request: Request, door: Door) -> Response:
    """Another token for a session that still runs; pages ask half-way through its life, plain forms once it is over."""
    secret = session_secret(request)
    stay = door.step(lambda session: signing_in.renew(secret, session, RealClock().now()), scope="all")
    return answer_stay(stay, door)


@router.post(
    "/sessions/end",
    public="the session's cookie is the proof",
    status_code=204,
    responses=documented(NOT_LET_IN),
    forms=True,
)
def post_sign_out(request: Request, door: Door) -> Response:
    """Sign out."""
    secret = session_secret(request)
    door.step(lambda session: signing_in.sign_out(secret, session, RealClock().now()), scope="all")
    answer = answer_left()
    forget_all_typed(request, answer)
    return answer


@router.post(
    "/invitations/accept",
    public="the link's token is the proof",
    status_code=201,
    response_model=CallerToken,
    forms=True,
)
def post_acceptance(body: Acceptance, door: Door) -> Response:
    """Set the password an invitation is for, and sign in; it is hashed between two transactions: a hash takes long."""
    now = RealClock().now()
    door.step(lambda session: examine_password(body.token, body.password, session, now), scope="all")
    password_hash = hashed(body.password)

    def accept(session: Session) -> Stay:
        person = accept_invitation(body.token, password_hash, session, now)
        stay = signing_in.stay_of_person(person, session, now)
        audit(session, stay.caller, "identity.set_password", person.id)
        return stay

    return answer_stay(door.step(accept, scope="all"), door, 201)


@router.post(
    "/driver-links/open",
    public="the link's token is the proof",
    status_code=201,
    response_model=CallerToken,
    forms=True,
)
def post_open_link(body: LinkToken, door: Door) -> Response:
    """A driver follows his link: he is signed in for its one crossing."""
    now = RealClock().now()

    def follow(session: Session) -> Stay:
        stay = signing_in.open_driver_link(body.token, session, now)
        audit(session, stay.caller, "identity.open_driver_link", stay.caller.crossing)
        return stay

    return answer_stay(door.step(follow, scope="all"), door, 201)


@router.post(
    "/token",
    responses=documented(NOT_LET_IN),
    public="client credentials are the proof",
    response_model=AccessToken,
    forms=True,
)
def post_token(request: Request, body: ClientCredentials, door: Door) -> Response:
    """A machine's caller token for its client credentials (RFC 6749 §4.4)."""
    client, secret = _client(request, body)
    now = RealClock().now()
    caller = door.step(lambda session: signing_in.caller_of_client(client, secret, session, now), scope="all")
    issued = token_of(caller, door)
    seconds = int((issued.expires - now).total_seconds())
    answer = AccessToken(access_token=issued.token, expires_in=seconds)
    return Response(answer.model_dump_json(), media_type="application/json")


def _checked(request: Request, body: Credentials, door: Doorway) -> Known:
    """Look the account up in one transaction, compare outside any: a hash takes long; raises NotSignedIn."""
    address, now = _address(request), RealClock().now()
    try:
        known = door.step(lambda session: signing_in.begin_sign_in(body.login, address, session, now), scope="all")
    except SlowDown:
        metrics.SIGN_INS.labels("slowed").inc()
        raise
    if not fits(body.password, known.password):
        metrics.SIGN_INS.labels("refused").inc()
        raise NotSignedIn
    metrics.SIGN_INS.labels("done").inc()
    return known


def _address(request: Request) -> str:
    return request.client.host if request.client else NO_ADDRESS


def _client(request: Request, body: ClientCredentials) -> tuple[UUID, str]:
    scheme, _, basic = request.headers.get("authorization", "").partition(" ")
    named, secret = body.client_id or "", body.client_secret or ""
    try:
        if scheme.lower() == "basic":
            named, _, secret = base64.b64decode(basic, validate=True).decode().partition(":")
        return UUID(named), secret
    except (ValueError, binascii.Error) as error:
        raise BadClient from error
