"""The lists a declaration is judged by, as they are in force at one time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from events.words import Direction

TYPES_LAW = "Decision 1357/QĐ-TCHQ of 2021"
"""Where the types are listed of which one is not."""


@dataclass(frozen=True)
class Types:
    """The types in force at one time, each with its direction, and those that were once and no longer are.

    Both with the law that says so.
    """

    in_force: Mapping[str, tuple[Direction, str]] = field(default_factory=dict)
    abolished: Mapping[str, str] = field(default_factory=dict)

    def way(self, code: str) -> Direction | None:
        """Which way goods of a type in force go."""
        return self.in_force[code][0] if code in self.in_force else None

    def law(self, code: str) -> str:
        """The law that knows a type, or knows it no more."""
        known = self.in_force.get(code)
        return known[1] if known else self.abolished.get(code, TYPES_LAW)


@dataclass(frozen=True)
class Lists:
    """Of each list, those codes a declaration names that are in force: what is not here is in no list."""

    hs_codes: frozenset[str] = frozenset()
    un_numbers: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    package_kinds: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
    types: Types = field(default_factory=Types)
