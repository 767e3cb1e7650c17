"""Hashes of a log: leaves and nodes are told apart, so that no node can pass for a leaf (RFC 6962, 2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

EMPTY = sha256().digest()
"""The root of a log without leaves."""

LEAF, NODE = b"\x00", b"\x01"
NONCE = 16


def leaf_hash(leaf: bytes) -> bytes:
    """The hash that stands for a leaf."""
    return sha256(LEAF + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash that stands for two neighbours."""
    return sha256(NODE + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes of leaves, or of whole subtrees of one size of which only the last may be incomplete.

    The last of an odd row rises as it is: the split at the largest power of two, read from below.
    """
    row = list(hashes)
    while len(row) > 1:
        last = row[-1:] if len(row) % 2 else []
        row = [sha256(NODE + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)] + last
    return row[0] if row else EMPTY


def commitment(nonce: bytes, subject: bytes) -> bytes:
    """What a public leaf says of whom it is about: nothing to guess, and who holds the nonce can open it."""
    if len(nonce) != NONCE:
        raise ValueError(f"a nonce has {NONCE} bytes, not {len(nonce)}")
    return sha256(nonce + subject).digest()
