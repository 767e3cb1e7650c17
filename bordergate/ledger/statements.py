"""What a log signs: how large it is and what it holds (a tree head), and that a leaf will be in it (a receipt)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bordergate.auth import MalformedStatement, SigningKey, read_statement, state
from bordergate.ledger.canonical import read_canonical
from bordergate.ledger.hashing import commitment, leaf_hash

HEAD_KIND, RECEIPT_KIND = "tree-head+jwt", "ledger-receipt+jwt"
WITHIN = timedelta(seconds=60)
"""How soon a leaf is in the log once it was decided."""
T = TypeVar("T")


@dataclass(frozen=True)
class TreeHead:
    """How many leaves a log has, and the root over them; `simulated` when its time is not the real one."""

    log: str
    size: int
    root: bytes
    at: datetime
    simulated: bool = False

    def signed(self, key: SigningKey) -> str:
        """The statement, in one line."""
        claims = {"log": self.log, "size": self.size, "root": self.root.hex(), "iat": _seconds(self.at)}
        return state(claims | _simulated(self.simulated), key, kind=HEAD_KIND)

    @classmethod
    def read(cls, text: str, keys: Mapping[str, Ed25519PublicKey]) -> Self:
        """What a genuine head says; raises MalformedStatement, UnknownKey, NotGenuine."""
        claims = read_statement(text, keys, kind=HEAD_KIND)
        return _told(
            lambda: cls(
                log=str(claims["log"]),
                size=int(claims["size"]),
                root=bytes.fromhex(claims["root"]),
                at=datetime.fromtimestamp(int(claims["iat"]), UTC),
                simulated=bool(claims.get("simulated", False)),
            )
        )


@dataclass(frozen=True)
class Receipt:
    """The promise that a leaf is in the log by `due`, for whom it is about: with `nonce` its commitment is opened.

    `entry` names the leaf to the log until it has its place.
    """

    log: str
    entry: int
    leaf: bytes
    nonce: bytes
    subject: UUID
    at: datetime
    simulated: bool = False

    @property
    def due(self) -> datetime:
        """When the leaf is in the log at the latest."""
        return self.at + WITHIN

    @property
    def hash(self) -> bytes:
        """The leaf's hash, which a proof starts from."""
        return leaf_hash(self.leaf)

    def fits(self) -> bool:
        """Whether the leaf is about the receipt's own subject."""
        committed: Any = read_canonical(self.leaf).get("commitment")
        return bool(committed == commitment(self.nonce, self.subject.bytes).hex())

    def signed(self, key: SigningKey) -> str:
        """The statement, in one line."""
        claims = {
            "log": self.log,
            "entry": self.entry,
            "leaf": self.leaf.decode(),
            "nonce": self.nonce.hex(),
            "sub": str(self.subject),
            "iat": _seconds(self.at),
            "due": _seconds(self.due),
        }
        return state(claims | _simulated(self.simulated), key, kind=RECEIPT_KIND)

    @classmethod
    def read(cls, text: str, keys: Mapping[str, Ed25519PublicKey]) -> Self:
        """What a genuine receipt says; raises MalformedStatement, UnknownKey, NotGenuine."""
        claims = read_statement(text, keys, kind=RECEIPT_KIND)
        return _told(
            lambda: cls(
                log=str(claims["log"]),
                entry=int(claims["entry"]),
                leaf=str(claims["leaf"]).encode(),
                nonce=bytes.fromhex(claims["nonce"]),
                subject=UUID(claims["sub"]),
                at=datetime.fromtimestamp(int(claims["iat"]), UTC),
                simulated=bool(claims.get("simulated", False)),
            )
        )


def _told(read: Callable[[], T]) -> T:
    try:
        return read()
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise MalformedStatement from error


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _simulated(simulated: bool) -> dict[str, bool]:  # noqa: FBT001 - one word, said to one function
    return {"simulated": True} if simulated else {}
