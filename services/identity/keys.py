"""The keys of caller tokens: private halves readable by identity alone, public ones in the key-set file."""

from __future__ import annotations

from bordergate.auth import KeyRing
from bordergate.settings import Settings


def ring_of(settings: Settings) -> KeyRing:
    """Where the settings keep them."""
    return KeyRing(settings.var / "keys" / "private", settings.caller_keys)
