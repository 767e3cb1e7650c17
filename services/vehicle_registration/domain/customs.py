"""What customs is asked of a filed crossing, and which of its answers are answers to that."""

from __future__ import annotations

from collections.abc import Mapping

from bordergate.clock import HANOI
from events.customs_declarations import DeclarationsAssessed
from events.vehicle_registration import Filing

REPEATED = ("numbers", "shares", "two_way", "direction", "declared_empty", "arrives_on")
"""What an answer says again of what was asked."""


def asked_of_customs(filing: Filing) -> Mapping[str, object]:
    """What customs assesses of a filing, by the names under which its answer repeats it."""
    return {
        "numbers": filing.declarations,
        "shares": filing.shares,
        "two_way": filing.two_way,
        "direction": filing.direction,
        "declared_empty": filing.declared_empty,
        "arrives_on": filing.window_from.astimezone(HANOI).date(),
    }


def asked_in(told: DeclarationsAssessed) -> Mapping[str, object]:
    """What an answer repeats of what was asked; the oldest repeat nothing, later ones not all."""
    if told.numbers is None:
        return {}
    repeated = {name: getattr(told, name) for name in REPEATED}
    return {name: value for name, value in repeated.items() if value is not None}


def is_answered(filing: Filing, repeated: Mapping[str, object]) -> bool:
    """Whether an answer that repeats what was asked is one to what is filed now."""
    asked = asked_of_customs(filing)
    return all(asked[name] == value for name, value in repeated.items())
