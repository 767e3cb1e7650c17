"""Signed statements: compact JWS (RFC 7515, Ed25519) that anybody verifies by a published key set, without the gate.

What is read is strict: each part must be the one base64url form of what it stands for. A lenient reader would let the
unused bits of a last character be changed, and two texts would pass for one statement.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bordergate.auth.keys import SigningKey
from bordergate.errors import Invalid

LONGEST = 2_000
PARTS = 3


class MalformedStatement(Invalid):
    """It is no signed statement of the kind that was expected."""

    code = "statement.malformed"


class UnknownKey(Invalid):
    """It names a key that is not in the published set: too old, or another's."""

    code = "statement.unknown_key"


class NotGenuine(Invalid):
    """Its signature does not fit: it was changed, or somebody else made it."""

    code = "statement.not_genuine"


def state(claims: Mapping[str, Any], key: SigningKey, *, kind: str) -> str:
    """The statement; `kind` is its `typ`, so that none passes for one of another kind."""
    header = {"alg": "EdDSA", "kid": key.kid, "typ": kind}
    told = f"{_packed(_json(header))}.{_packed(_json(claims))}"
    return f"{told}.{_packed(key.private.sign(told.encode()))}"


def read_statement(text: str, keys: Mapping[str, Ed25519PublicKey], *, kind: str) -> dict[str, Any]:
    """What a genuine statement says; raises MalformedStatement, UnknownKey, NotGenuine."""
    parts = text.split(".")
    if len(text) > LONGEST or len(parts) != PARTS:
        raise MalformedStatement
    header, claims, signature = _object(parts[0]), _object(parts[1]), _unpacked(parts[2])
    if header.get("alg") != "EdDSA" or header.get("typ") != kind:
        raise MalformedStatement
    key = keys.get(str(header.get("kid")))
    if key is None:
        raise UnknownKey
    try:
        key.verify(signature, f"{parts[0]}.{parts[1]}".encode())
    except InvalidSignature as error:
        raise NotGenuine from error
    return claims


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unpacked(part: str) -> bytes:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedStatement from error
    if _packed(raw) != part:
        raise MalformedStatement
    return raw


def _object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(_unpacked(part))
    except (ValueError, RecursionError) as error:
        raise MalformedStatement from error
    if not isinstance(value, dict):
        raise MalformedStatement
    return value
