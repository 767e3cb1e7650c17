"""The one way in which a value is written: what is hashed or published has no second form that reads alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bordergate.errors import Invalid


class NotCanonical(Invalid):
    """It is not written in the one form it may have: it was changed, or is something else."""

    code = "ledger.not_canonical"


def canonical(value: Mapping[str, Any]) -> bytes:
    """An object of texts, whole numbers, truths and lists: keys in order, no blanks, ASCII, on one line."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def read_canonical(raw: bytes) -> dict[str, Any]:
    """What canonical bytes say; raises NotCanonical for any other."""
    try:
        value = json.loads(raw)
        same = isinstance(value, dict) and canonical(value) == raw
    except (ValueError, RecursionError) as error:
        raise NotCanonical from error
    if not same:
        raise NotCanonical
    found: dict[str, Any] = value
    return found
