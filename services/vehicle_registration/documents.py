"""Scans of papers as files: known by their bytes, stored once under their hash, never to be executed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import filetype
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bordergate.files import write_whole

NONCE = 12
READABLE = 0o640
TYPES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
"""What a scan may be, and how its file's name ends."""


def type_of(content: bytes) -> str | None:
    """What the bytes are, whatever they are called; None when a scan is nothing of the kind."""
    found = filetype.guess_mime(content)
    return found if found in TYPES else None


@dataclass(frozen=True)
class Cabinet:
    """The folder of stored scans, each named by the SHA-256 of its bytes."""

    folder: Path

    def store(self, content: bytes) -> str:
        """Keep the bytes; returns their name. Whoever stores the same again finds it there."""
        name = hashlib.sha256(content).hexdigest()
        place = self._place(name)
        if not place.exists():
            write_whole(place, content, READABLE)
        return name

    def read(self, name: str) -> bytes:
        """The bytes; raises FileNotFoundError when they are gone."""
        return self._place(name).read_bytes()

    def holds(self, name: str) -> bool:
        """Whether the bytes are there."""
        return self._place(name).exists()

    def throw_away(self, name: str) -> None:
        """Nobody refers to the bytes any more."""
        self._place(name).unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        return self.folder / name[:2] / name


def sealed(content: bytes, key: bytes) -> bytes:
    """A driver's scan, closed under a key of its own, which lies sealed with the paper."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, None)


def unsealed(content: bytes, key: bytes) -> bytes:
    """A driver's scan, opened; raises InvalidTag when the file was tampered with."""
    return AESGCM(key).decrypt(content[:NONCE], content[NONCE:], None)


def new_key() -> bytes:
    """A key for one scan."""
    return AESGCM.generate_key(256)
