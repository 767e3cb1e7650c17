"""A declaration as customs' own system VNACCS writes it, read as ours; docs/vnaccs.md is this mapping in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from events.words import Direction
from services.customs_declarations.domain.declaration import Papers
from services.customs_declarations.domain.goods import Line

IN_KG = {"KGM": Decimal(1), "GRM": Decimal("0.001"), "DTN": Decimal(100), "TNE": Decimal(1000)}
"""Units of weight, in kg."""
UNITS = {"PCE": "H87", "PCS": "H87", "NPR": "PR"}
"""Units that VNACCS writes otherwise than UN/ECE Recommendation 20."""
FIELDS = {
    "number": {Direction.EXPORT: "ECN", Direction.IMPORT: "ICN"},
    "type_code": {Direction.EXPORT: "ECB", Direction.IMPORT: "ICB"},
}
LINE_FIELDS = {
    "hs_code": "CMD",
    "description": "CMN",
    "quantity": "QN1",
    "unit": "QT1",
    "value": "BPR",
    "currency": "BPC",
    "origin": "OR",
}
"""Under which name VNACCS has a line's field."""


@dataclass(frozen=True)
class Item:
    """One kind of goods as VNACCS has it; it weighs the declaration only as a whole."""

    hs_code: str
    description: str | None
    quantity: Decimal | None
    unit: str | None
    value: Decimal | None
    currency: str | None
    origin: str | None

    @property
    def weight(self) -> Decimal | None:
        """Its weight in kg where its quantity is one."""
        scale = IN_KG.get(self.unit or "")
        return None if scale is None or self.quantity is None else self.quantity * scale

    def line(self, weight_kg: int) -> Line:
        """The line it is, of a weight."""
        return Line(
            hs_code=self.hs_code,
            weight_kg=weight_kg,
            quantity=self.quantity,
            unit=UNITS.get(self.unit, self.unit) if self.unit else None,
            description=self.description,
            origin=self.origin,
            value=self.value,
            currency=self.currency,
        )


def papers_of(number: str, type_code: str, direction: Direction, gross_kg: int, items: Sequence[Item]) -> Papers:
    """What the declaration says, its gross weight divided among its lines."""
    weights = divided(gross_kg, [part_of(item) for item in items])
    lines = tuple(item.line(weight) for item, weight in zip(items, weights, strict=True))
    return Papers(number, type_code, direction, lines)


def part_of(item: Item) -> Decimal:
    """How much of the whole weight is a line's: by its own weight, else by its quantity, else one part."""
    return item.weight or item.quantity or Decimal(1)


def divided(gross_kg: int, parts: Sequence[Decimal]) -> list[int]:
    """A whole weight in whole kg by parts: they add up to it, and each line weighs at least one kg."""
    total = sum(parts)
    exact = [gross_kg * part / total for part in parts]
    weights = [max(int(one), 1) for one in exact]
    by_rest = sorted(range(len(parts)), key=lambda place: (exact[place] - int(exact[place]), -place), reverse=True)
    short = gross_kg - sum(weights)
    for place in by_rest[: max(short, 0)]:
        weights[place] += 1
    while sum(weights) > gross_kg and max(weights) > 1:
        weights[weights.index(max(weights))] -= 1
    return weights


def named_by_vnaccs(field: str, direction: Direction) -> str:
    """The JSONPath of our field in the JSON as VNACCS wrote it."""
    place, _, name = field.rpartition(".")
    names: Mapping[str, str] = (
        LINE_FIELDS if ".lines[" in field else {ours: of[direction] for ours, of in FIELDS.items()}
    )
    return f"{place}.{names.get(name, name)}"
