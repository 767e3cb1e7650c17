"""Passwords and link tokens: slow hashes for what people choose, fast ones for what we draw at random."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from bordergate.errors import Unavailable

AT_ONCE = 2
WAIT_SECONDS = 5.0

_turns = threading.BoundedSemaphore(AT_ONCE)


class HashingBusy(Unavailable):
    """Too many sign in at this moment."""

    code = "identity.hashing_busy"


@cache
def hasher() -> PasswordHasher:
    """argon2id with 19 MiB, two passes, one lane (OWASP's first choice)."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def nobody() -> str:
    """A hash that no password fits, so that an unknown login takes as long as a known one."""
    return hasher().hash(secrets.token_urlsafe(32))


def hashed(password: str) -> str:
    """The password's hash; raises HashingBusy."""
    with _turn():
        return hasher().hash(password)


def fits(password: str, known: str | None) -> bool:
    """Whether the password is the one hashed; as slow for nobody's (None); raises HashingBusy."""
    with _turn():
        try:
            return hasher().verify(known or nobody(), password) and known is not None
        except VerificationError:
            return False


def new_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is stored of a random secret."""
    return hashlib.sha256(secret.encode()).digest()


@contextmanager
def _turn() -> Iterator[None]:
    """At most two hashes at once: they are made to be costly."""
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise HashingBusy(retry_after=2)
    try:
        yield
    finally:
        _turns.release()
