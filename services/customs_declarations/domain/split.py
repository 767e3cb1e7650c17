"""How a declaration's goods are divided among the crossings that carry them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from services.customs_declarations.domain.goods import Line

Amounts = Mapping[int, Decimal]
"""How much of which lines, lines counted from one, each in what it is counted in."""
NOTHING: Amounts = {}


@dataclass(frozen=True)
class Claim:
    """What a crossing asks of a declaration: so much of some lines, or all that is left of it (None)."""

    crossing_id: UUID
    asks: Amounts | None


def declared(lines: Iterable[Line]) -> Amounts:
    """How much there is to carry."""
    return {place: line.amount for place, line in enumerate(lines, start=1)}


def allotted(there_is: Amounts, gone: Iterable[Amounts], claims: Iterable[Claim]) -> dict[UUID, Amounts]:
    """What each crossing carries, by who claimed first; who asks for more than is left carries nothing.

    `gone` is what crossings carried that are over: never more is allotted than there is without it.
    """
    left = dict(there_is)
    for amounts in gone:
        _take(left, amounts)
    carries: dict[UUID, Amounts] = {}
    for claim in claims:
        asks = {line: amount for line, amount in left.items() if amount > 0} if claim.asks is None else claim.asks
        if asks and all(amount <= left.get(line, 0) for line, amount in asks.items()):
            carries[claim.crossing_id] = asks
            _take(left, asks)
    return carries


def left_of(there_is: Amounts, taken: Iterable[Amounts]) -> Amounts:
    """What no crossing carries."""
    left = dict(there_is)
    for amounts in taken:
        _take(left, amounts)
    return {line: max(amount, Decimal()) for line, amount in left.items()}


def _take(left: dict[int, Decimal], amounts: Amounts) -> None:
    for line, amount in amounts.items():
        left[line] = left.get(line, Decimal()) - amount
