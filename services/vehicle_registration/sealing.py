"""Personal data at rest: sealed with AES-GCM under a key that lies outside the database."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bordergate.files import write_once, write_whole
from services.vehicle_registration.domain.fleet import Driver, Person
from services.vehicle_registration.domain.papers import Paper, Particulars

NONCE = 12
FILE = "personal.key"
SECRET = 0o600


@dataclass(frozen=True)
class KeyRing:
    """The keys of personal data by their names; new seals are made under `current`, older keys still open theirs."""

    current: str
    keys: Mapping[str, bytes]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The ring kept in a folder, made when there is none; exactly one of several first processes makes it."""
        path = folder / FILE
        if not path.exists():
            write_once(path, cls.generate().text().encode(), SECRET)
        told = json.loads(path.read_text())
        return cls(told["current"], {name: base64.b64decode(key) for name, key in told["keys"].items()})

    @classmethod
    def generate(cls) -> Self:
        """A ring of one new key."""
        return cls("1", {"1": AESGCM.generate_key(256)})

    def rotated(self) -> KeyRing:
        """The same ring with a new current key; what is sealed under the older ones still opens."""
        name = str(len(self.keys) + 1)
        return KeyRing(name, {**self.keys, name: AESGCM.generate_key(256)})

    def text(self) -> str:
        """The ring as its file holds it."""
        keys = {name: base64.b64encode(key).decode() for name, key in self.keys.items()}
        return json.dumps({"current": self.current, "keys": keys})

    def seal(self, personal: Person | Particulars, row_id: UUID) -> bytes:
        """Personal data, closed; it opens for this driver's or paper's row only."""
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(self.keys[self.current]).encrypt(nonce, personal.model_dump_json().encode(), row_id.bytes)

    def open(self, driver: Driver) -> Person:
        """Who a driver is; raises KeyError when the key is gone, InvalidTag when the row was tampered with."""
        return Person.model_validate_json(self._unsealed(driver.sealed, driver.key_id, driver.id))

    def open_paper(self, paper: Paper) -> Particulars:
        """Number and issuer of a driver's paper; raises as `open` does."""
        if paper.sealed is None or paper.key_id is None:
            raise LookupError(f"nothing lies sealed in the paper {paper.id}")
        return Particulars.model_validate_json(self._unsealed(paper.sealed, paper.key_id, paper.id))

    def seal_text(self, told: str, row_id: UUID) -> str:
        """A text that names somebody, closed, with the name of its key; it opens for this row only."""
        nonce = os.urandom(NONCE)
        closed = nonce + AESGCM(self.keys[self.current]).encrypt(nonce, told.encode(), row_id.bytes)
        return f"{self.current}:{base64.b64encode(closed).decode()}"

    def open_text(self, sealed: str, row_id: UUID) -> str:
        """The text; raises as `open` does."""
        key_id, _, closed = sealed.partition(":")
        return self._unsealed(base64.b64decode(closed), key_id, row_id).decode()

    def _unsealed(self, sealed: bytes, key_id: str, row_id: UUID) -> bytes:
        return AESGCM(self.keys[key_id]).decrypt(sealed[:NONCE], sealed[NONCE:], row_id.bytes)


def rotate(folder: Path) -> KeyRing:
    """Give the ring kept in a folder a new current key; only one at a time may."""
    ring = KeyRing.read(folder).rotated()
    write_whole(folder / FILE, ring.text().encode(), SECRET)
    return ring
