"""What is declared of goods, and what the queue must know of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from events.words import Direction, Goods, Severity
from services.customs_declarations.domain.lists import Types

ACROSS = "CN"
"""The country across the border, where exports end unless they are declared for another."""
LIVE_ANIMALS = "01"
"""The chapter of live animals in the Harmonized System."""


@dataclass(frozen=True)
class Line:
    """One kind of goods on a declaration; a UN number makes it dangerous.

    Weights are whole kg (`weight_kg` with packing), temperatures °C. `unit` is of UN/ECE Recommendation 20,
    `package_kind` of 21, `origin` of ISO 3166, `currency` of ISO 4217. `planting_area` (PUC), `packing_house` (PHC)
    and `phytosanitary` are the numbers of plant goods' papers.
    """

    hs_code: str
    weight_kg: int
    un_number: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    description: str | None = None
    origin: str | None = None
    net_kg: int | None = None
    value: Decimal | None = None
    currency: str | None = None
    packages: int | None = None
    package_kind: str | None = None
    coldest_c: Decimal | None = None
    warmest_c: Decimal | None = None
    planting_area: str | None = None
    packing_house: str | None = None
    phytosanitary: str | None = None

    @property
    def chapter(self) -> str:
        """Two digits: the broad kind of goods."""
        return self.hs_code[:2]

    @property
    def amount(self) -> Decimal:
        """How much of it there is to divide: its quantity, or its weight where no quantity is declared."""
        return Decimal(self.weight_kg) if self.quantity is None else self.quantity

    def part(self, amount: Decimal) -> Line:
        """So much of it, with its share of the weight, rounded up."""
        return replace(self, weight_kg=math.ceil(self.weight_kg * amount / self.amount))

    @property
    def subheading(self) -> str:
        """Six digits, the same in every country."""
        return self.hs_code[:6]


@dataclass(frozen=True)
class ShelfLife:
    """How long a group of products keeps, by the beginning of its HS code; None when it keeps for long."""

    prefix: str
    hours: int | None


@dataclass(frozen=True)
class Asked:
    """Goods of which a rule asks something, by the beginning of their HS code, one way, and of one country or any.

    A list that only illustrates stops nobody: what it asks is a warning.
    """

    rule: str
    prefix: str
    direction: Direction
    partner: str | None
    source: str
    illustrative: bool

    @property
    def severity(self) -> Severity:
        """Whether goods without it are stopped."""
        return Severity.WARN if self.illustrative else Severity.BLOCK


class PlaceKind(StrEnum):
    """Where plant goods come from: a planting area or a packing house."""

    PUC = "PUC"
    PHC = "PHC"


@dataclass(frozen=True)
class Approved:
    """A planting area or packing house from which a country takes goods, by the beginning of their HS code."""

    kind: PlaceKind
    code: str
    prefix: str
    destination: str


@dataclass(frozen=True)
class GoodsNumbers:
    """What goods, and the types they are declared under, are judged by at one time."""

    shelf_lives: tuple[ShelfLife, ...]
    time_critical: frozenset[str]
    asked: tuple[Asked, ...] = ()
    approved: tuple[Approved, ...] = ()
    types: Types = field(default_factory=Types)

    def shelf_life(self, line: Line) -> int | None:
        """The hours of the longest matching beginning of the line's HS code."""
        matching = [group for group in self.shelf_lives if line.hs_code.startswith(group.prefix)]
        return max(matching, key=lambda group: len(group.prefix)).hours if matching else None

    def asking(self, rule: str, line: Line, direction: Direction, partner: str | None) -> Asked | None:
        """What a rule asks of a line's goods; of several rows one that stops them goes before one that illustrates."""
        matching = [
            row
            for row in self.asked
            if (row.rule, row.direction) == (rule, direction) and line.hs_code.startswith(row.prefix)
            if row.partner is None or row.partner == partner
        ]
        return min(matching, key=lambda row: row.illustrative, default=None)

    def approves(self, kind: PlaceKind, code: str | None, line: Line, destination: str | None) -> bool:
        """Whether a country takes the line's goods from a planting area or packing house."""
        return any(
            (row.kind, row.code, row.destination) == (kind, code, destination) and line.hs_code.startswith(row.prefix)
            for row in self.approved
        )


def goods_of(lines: Iterable[Line], numbers: GoodsNumbers) -> Goods:
    """What the queue must know of a load; its shortest shelf life counts."""
    lines = list(lines)
    keeping = [hours for line in lines if (hours := numbers.shelf_life(line)) is not None]
    return Goods(
        hs_chapters=tuple(sorted({line.chapter for line in lines})),
        live_animals=any(line.chapter == LIVE_ANIMALS for line in lines),
        dangerous=any(line.un_number for line in lines),
        time_critical=any(line.hs_code.startswith(tuple(numbers.time_critical)) for line in lines),
        shelf_life_hours=min(keeping, default=None),
        weight_kg=sum(line.weight_kg for line in lines),
    )
