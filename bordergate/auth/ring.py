"""A ring of signing keys: private halves in a folder of their owner, public ones in a key-set file.

A new key is drawn when the last is old, in real time; what the one before signed still verifies, since two are
published.
"""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bordergate.auth.keys import SigningKey, key_set
from bordergate.files import write_whole

PUBLISHED = 2
THIRTY_DAYS = 30 * 24 * 3600


@dataclass(frozen=True)
class KeyRing:
    """The folder of private keys, and the file of the public ones; a key signs for `rotated_after` seconds.

    With `for_ever` every public key stays published, because what it signed is to verify after years.
    """

    folder: Path
    published: Path
    rotated_after: float = THIRTY_DAYS
    for_ever: bool = False

    def signing(self) -> SigningKey:
        """The key to sign with now; drawn and published first when there is none, or the last is old."""
        newest = self._newest()
        if newest is not None and not self._is_old(newest) and self.published.exists():
            return _read(newest)
        with self._alone():
            return self._current()

    def rotate(self) -> SigningKey:
        """Draw a new key now, and publish it beside the last."""
        with self._alone():
            return self._draw()

    def _current(self) -> SigningKey:
        newest = self._newest()
        if newest is None or self._is_old(newest):
            return self._draw()
        self._publish()
        return _read(newest)

    def _draw(self) -> SigningKey:
        key = SigningKey.generate()
        write_whole(self.folder / f"{key.kid}.pem", key.pem(), 0o600)
        self._publish()
        return key

    def _publish(self) -> None:
        kept = self._stored()[-PUBLISHED:]
        for old in self._stored()[:-PUBLISHED]:
            old.unlink()
        self.published.parent.mkdir(parents=True, exist_ok=True)
        keys = [_read(path) for path in kept]
        write_whole(self.published, key_set(keys, earlier=self._earlier({key.kid for key in keys})).encode(), 0o644)

    def _earlier(self, kept: set[str]) -> list[dict[str, str]]:
        """The public keys of which nothing else is left."""
        if not self.for_ever or not self.published.exists():
            return []
        return [jwk for jwk in json.loads(self.published.read_text())["keys"] if jwk["kid"] not in kept]

    def _stored(self) -> list[Path]:
        return sorted(self.folder.glob("*.pem"))

    def _newest(self) -> Path | None:
        return next(reversed(self._stored()), None)

    def _is_old(self, path: Path) -> bool:
        return time.time() - path.stat().st_mtime > self.rotated_after

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _read(path: Path) -> SigningKey:
    return SigningKey.read(path.stem, path.read_bytes())
