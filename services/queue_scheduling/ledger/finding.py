"""What the check of a log finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from services.queue_scheduling.ledger.leaf import Leaf

APART = timedelta(minutes=1)
"""How far the clocks of two machines that decide at one queue may be apart."""


@dataclass(frozen=True)
class Finding:
    """Something that may not be: at which leaf, and the code of its text."""

    index: int
    code: str
    details: Mapping[str, Any] = field(default_factory=dict)


def named(leaf: Leaf) -> str:
    """The ticket a leaf is about."""
    if leaf.commitment is None:
        raise AssertionError(f"{leaf.kind} names no ticket")
    return leaf.commitment
