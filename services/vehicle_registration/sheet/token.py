"""The reference as a signed statement: who has the published keys can tell a genuine one where there is no connection.

It says what somebody at a barrier compares with the truck before him: the reference, the route, the direction and the
plate as plates are compared. It names no person and no firm. What was amended since, it cannot know: a look with a
connection shows the file as it is now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bordergate.auth import KeyRing, MalformedStatement, SigningKey, read_statement, state
from bordergate.border.moment import is_of_this_century
from bordergate.border.reference import Reference
from bordergate.border.value import BadValue
from bordergate.settings import Settings
from events.vehicle_registration import Filing
from events.words import Direction
from services.vehicle_registration.domain.rules import tail_of

KIND = "crossing+jwt"
ROTATED_AFTER = 90 * 24 * 3600
"""A paper is older than its truck's wait in the worst of crises; two keys are published."""


@dataclass(frozen=True)
class ReferenceToken:
    """What a signed reference says; `issued` is to the second."""

    reference: str
    route: str
    direction: Direction
    plate: str
    issued: datetime

    @classmethod
    def of(cls, filing: Filing, now: datetime) -> Self:
        """What can be said of a filed crossing."""
        return cls(
            reference=filing.reference,
            route=filing.route,
            direction=filing.direction,
            plate=tail_of(filing.plate),
            issued=now.astimezone(UTC).replace(microsecond=0),
        )

    def signed(self, key: SigningKey) -> str:
        """The statement in one line of letters, digits, hyphens, underscores and two full stops."""
        claims = {
            "sub": self.reference,
            "iat": int(self.issued.timestamp()),
            "route": self.route,
            "dir": self.direction.value,
            "plate": self.plate,
        }
        return state(claims, key, kind=KIND)

    @classmethod
    def read(cls, text: str, keys: Mapping[str, Ed25519PublicKey]) -> Self:
        """What a genuine token says; raises MalformedStatement, UnknownKey, NotGenuine.

        The text may be all that a scanner read: the address of the crossing's file with the token after its `#`.
        """
        token = text.strip().rpartition("#")[2]
        claims = read_statement(token, keys, kind=KIND)
        try:
            return cls._told(claims)
        except (KeyError, TypeError, ValueError, OverflowError, BadValue) as error:
            raise MalformedStatement from error

    @classmethod
    def _told(cls, claims: Mapping[str, Any]) -> Self:
        issued = datetime.fromtimestamp(int(claims["iat"]), UTC)
        if not is_of_this_century(issued):
            raise MalformedStatement
        return cls(
            reference=Reference.parse(str(claims["sub"])).canonical,
            route=str(claims["route"]),
            direction=Direction(claims["dir"]),
            plate=str(claims["plate"]),
            issued=issued,
        )


def ring_of(settings: Settings) -> KeyRing:
    """The keys of signed references; the published set lies beside the one of callers."""
    keys = settings.var / "keys"
    return KeyRing(keys / "references", keys / "references.json", ROTATED_AFTER)


def scanned(origin: str, reference: str, token: str) -> str:
    """What the QR holds: any phone opens the crossing's file, and the token stays in the phone, in no log."""
    return f"{origin}/r/{reference}#{token}"
