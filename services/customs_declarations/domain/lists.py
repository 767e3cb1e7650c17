"""The lists a declaration is judged by, as they are in force at one time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lists:
    """Of each list, those codes a declaration names that are in force: what is not here is in no list."""

    hs_codes: frozenset[str] = frozenset()
    un_numbers: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    package_kinds: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
