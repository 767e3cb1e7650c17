"""Proofs as they are published: canonical JSON, so that no byte of one can be changed unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bordergate.errors import Invalid
from bordergate.ledger.canonical import NotCanonical, canonical, read_canonical
from bordergate.ledger.tree import proves_consistency, proves_inclusion

HASH_DIGITS = 64
P = TypeVar("P", "Inclusion", "Consistency")


class UnprovenClaim(Invalid):
    """The proof does not lead to the signed root."""

    code = "ledger.unproven"


@dataclass(frozen=True)
class Inclusion:
    """That a leaf stands at a place of a log's tree of some size."""

    log: str
    index: int
    size: int
    path: tuple[bytes, ...]

    def written(self) -> bytes:
        """As it is published."""
        return canonical({"log": self.log, "index": self.index, "size": self.size, "path": _digits(self.path)})

    @staticmethod
    def read(raw: bytes) -> Inclusion:
        """A published proof; raises NotCanonical."""
        told = read_canonical(raw)
        return _same(Inclusion(_text(told, "log"), _whole(told, "index"), _whole(told, "size"), _path(told)), raw)

    def check(self, leaf: bytes, root: bytes) -> None:
        """Whether it leads from a leaf's hash to a root; raises UnprovenClaim."""
        if not proves_inclusion(leaf, self.index, self.size, self.path, root):
            raise UnprovenClaim


@dataclass(frozen=True)
class Consistency:
    """That a log's tree of one size became its tree of another by appending alone."""

    log: str
    first: int
    second: int
    path: tuple[bytes, ...]

    def written(self) -> bytes:
        """As it is published."""
        return canonical({"log": self.log, "first": self.first, "second": self.second, "path": _digits(self.path)})

    @staticmethod
    def read(raw: bytes) -> Consistency:
        """A published proof; raises NotCanonical."""
        told = read_canonical(raw)
        return _same(Consistency(_text(told, "log"), _whole(told, "first"), _whole(told, "second"), _path(told)), raw)

    def check(self, first_root: bytes, second_root: bytes) -> None:
        """Whether both roots follow from it; raises UnprovenClaim."""
        if not proves_consistency(self.first, first_root, self.second, second_root, self.path):
            raise UnprovenClaim


def _same(proof: P, raw: bytes) -> P:
    """The proof that was read, if it says all that stood there and nothing else."""
    if proof.written() != raw:
        raise NotCanonical
    return proof


def _digits(path: Sequence[bytes]) -> list[str]:
    return [one.hex() for one in path]


def _path(told: dict[str, Any]) -> tuple[bytes, ...]:
    path = told.get("path")
    if not isinstance(path, list) or not all(isinstance(one, str) and len(one) == HASH_DIGITS for one in path):
        raise NotCanonical
    try:
        return tuple(bytes.fromhex(one) for one in path)
    except ValueError as error:
        raise NotCanonical from error


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str):
        raise NotCanonical
    return value


def _whole(told: dict[str, Any], name: str) -> int:
    value = told.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotCanonical
    return value
