"""Caller tokens: one kind for people, machines, devices and drivers; ten minutes long, in real time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from bordergate.auth.caller import Caller, Role
from bordergate.auth.keys import KeySetFile, SigningKey
from bordergate.errors import Unauthenticated
from bordergate.event import ActorKind

ALGORITHM = "EdDSA"
LIFETIME = timedelta(minutes=10)
FRESH = timedelta(seconds=60)
REMEMBERED = 2048


class BadToken(Unauthenticated):
    """The token is not ours, damaged, or over."""

    code = "auth.bad_token"


def sign(caller: Caller, key: SigningKey) -> str:
    """The caller's token."""
    claims: dict[str, Any] = {
        "sub": str(caller.id),
        "kind": caller.kind,
        "roles": sorted(caller.roles),
        "routes": sorted(caller.routes),
        "iat": int(caller.issued.timestamp()),
        "exp": int(caller.expires.timestamp()),
    }
    optional = {"org": caller.organisation, "sid": caller.session, "crossing": caller.crossing}
    claims |= {name: str(value) for name, value in optional.items() if value}
    return jwt.encode(claims, key.private, algorithm=ALGORITHM, headers={"kid": key.kid})


class Verifier:
    """Reads callers' tokens by identity's published keys, and remembers the last ones until they are over."""

    def __init__(self, keys: KeySetFile) -> None:
        self._keys = keys
        self._known: OrderedDict[str, Caller] = OrderedDict()
        self._lock = threading.Lock()

    def caller_of(self, token: str) -> Caller:
        """Who asks; raises BadToken."""
        caller = self._known.get(token) or self._read(token)
        if caller.expires.timestamp() <= time.time():
            raise BadToken
        return caller

    def _read(self, token: str) -> Caller:
        try:
            key = self._keys.key(str(jwt.get_unverified_header(token).get("kid")))
            if key is None:
                raise BadToken
            required = ["sub", "iat", "exp"]
            claims = jwt.decode(token, key, algorithms=[ALGORITHM], options={"require": required}, leeway=2)
            caller = _caller(claims)
        except (jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
            raise BadToken from error
        self._remember(token, caller)
        return caller

    def _remember(self, token: str, caller: Caller) -> None:
        with self._lock:
            self._known[token] = caller
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


def is_fresh(caller: Caller) -> bool:
    """Whether the token was issued within the last minute, as acts of two officers need."""
    return datetime.now(UTC) - caller.issued < FRESH


def _caller(claims: dict[str, Any]) -> Caller:
    return Caller(
        id=UUID(claims["sub"]),
        kind=ActorKind(claims["kind"]),
        organisation=_uuid(claims.get("org")),
        roles=frozenset(Role(role) for role in claims["roles"]),
        routes=frozenset(str(route) for route in claims["routes"]),
        session=_uuid(claims.get("sid")),
        issued=datetime.fromtimestamp(claims["iat"], UTC),
        expires=datetime.fromtimestamp(claims["exp"], UTC),
        crossing=_uuid(claims.get("crossing")),
    )


def _uuid(raw: str | None) -> UUID | None:
    return UUID(raw) if raw else None
