"""`bordergate verify-reference`: tell a genuine reference from another, without database, broker or network."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bordergate.auth import read_key_set
from bordergate.errors import Refusal
from bordergate.i18n import texts
from services.vehicle_registration.sheet.token import ReferenceToken

MISUSED = 2


def main(arguments: Sequence[str]) -> int:
    """Say what a token states, or why it is none; 0 genuine, 1 not, 2 misused."""
    parser = argparse.ArgumentParser(
        prog="bordergate verify-reference",
        description="Verify a crossing's signed reference offline; the token may be the whole text a scanner read.",
    )
    parser.add_argument("token", help="the token, or - to read it from standard input")
    parser.add_argument("--keys", type=Path, required=True, help="the published keys, as a file")
    parsed = parser.parse_args(arguments)
    try:
        keys = read_key_set(parsed.keys.read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"error: {parsed.keys} holds no published keys ({type(error).__name__})", file=sys.stderr)  # noqa: T201 - a command line prints
        return MISUSED
    return _say(sys.stdin.read() if parsed.token == "-" else parsed.token, keys)  # noqa: S105 - a dash is no secret


def _say(token: str, keys: Mapping[str, Ed25519PublicKey]) -> int:
    try:
        told = ReferenceToken.read(token, keys)
    except Refusal as refusal:
        _print({"ok": False, "code": refusal.code, "message": texts(refusal.code)})
        return 1
    stated = {"reference": told.reference, "route": told.route, "direction": told.direction, "plate": told.plate}
    _print({"ok": True, **stated, "issued": told.issued.isoformat()})
    return 0


def _print(told: Mapping[str, object]) -> None:
    print(json.dumps(told, ensure_ascii=False))  # noqa: T201 - a command line prints
