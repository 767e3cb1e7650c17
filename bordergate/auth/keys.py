"""Ed25519 keys of caller tokens: the private one signs, the published set verifies."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from bordergate.ids import new_id

READ_AGAIN_AFTER = 1.0


@dataclass(frozen=True)
class SigningKey:
    """One private key and the name (`kid`) its tokens carry."""

    kid: str
    private: Ed25519PrivateKey

    @classmethod
    def generate(cls) -> Self:
        """A new key."""
        return cls(new_id().hex, Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, kid: str, pem: bytes) -> Self:
        """A key from its PEM; raises TypeError when it is of another kind."""
        private = load_pem_private_key(pem, password=None)
        if not isinstance(private, Ed25519PrivateKey):
            raise TypeError(f"key {kid} is not Ed25519")
        return cls(kid, private)

    def pem(self) -> bytes:
        """The private key, to be stored where only identity reads."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def published(self) -> dict[str, str]:
        """Its public half as a JWK (RFC 8037)."""
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
        return {"kty": "OKP", "crv": "Ed25519", "kid": self.kid, "use": "sig", "alg": "EdDSA", "x": x}


def key_set(keys: Iterable[SigningKey], *, earlier: Iterable[Mapping[str, str]] = ()) -> str:
    """The published set, as the key-set file holds it; `earlier` are public keys that no longer sign."""
    return json.dumps({"keys": [*earlier, *(key.published() for key in keys)]}, indent=1)


def read_key_set(text: str) -> dict[str, Ed25519PublicKey]:
    """Public keys by `kid`; raises ValueError or KeyError when the set is damaged."""
    return {jwk["kid"]: _public(jwk) for jwk in json.loads(text)["keys"] if jwk.get("crv") == "Ed25519"}


def _public(jwk: Mapping[str, str]) -> Ed25519PublicKey:
    x = jwk["x"]
    return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(x + "=" * (-len(x) % 4)))


class KeySetFile:
    """The published keys, read again when a token names an unknown one, at most once a second."""

    def __init__(self, path: Path, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._elapsed = elapsed
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    def key(self, kid: str) -> Ed25519PublicKey | None:
        """The public key of that name, if there is one."""
        if kid not in self._keys:
            self._read_again()
        return self._keys.get(kid)

    def _read_again(self) -> None:
        with self._lock:
            if self._elapsed() - self._read_at < READ_AGAIN_AFTER:
                return
            self._read_at = self._elapsed()
            if self._path.exists():
                self._keys = read_key_set(self._path.read_text())
