"""What customs numbers and classifies: declarations, their types, goods."""

from __future__ import annotations

import re
from functools import cache
from typing import ClassVar

from bordergate.border.data import rows
from bordergate.border.value import Reading, Value, Way, blocks, plain

_WAYS: dict[str, Way] = {"10": "IMPORT", "30": "EXPORT"}


class DeclarationNumber(Value):
    """A customs declaration's twelve digits; the first two tell import from export."""

    kind: ClassVar = "declaration-number"
    example: ClassVar = "308000000000"

    @classmethod
    def read(cls, text: str) -> Reading:
        """Twelve digits that begin with 10 or 30."""
        number = plain(text)
        if not re.fullmatch(r"[0-9]{12}", number):
            return Reading(number, blocks("declaration_number.form"))
        return Reading(number, blocks("declaration_number.direction" if number[:2] not in _WAYS else None))

    @property
    def direction(self) -> Way:
        """Which way the declared goods go."""
        return _WAYS[self.canonical[:2]]


class TypeCode(Value):
    """The type under which goods are declared, as B11 for an ordinary export; which are in force, is law."""

    kind: ClassVar = "type-code"
    example: ClassVar = "B11"

    @classmethod
    def read(cls, text: str) -> Reading:
        """A letter and two digits."""
        code = plain(text)
        return Reading(code, blocks("type_code.form" if not re.fullmatch(r"[A-Z][0-9]{2}", code) else None))


class HsCode(Value):
    """A kind of goods: eight digits of the ASEAN nomenclature, of which the first six are the world's."""

    kind: ClassVar = "hs-code"
    example: ClassVar = "08106000"

    @classmethod
    def read(cls, text: str) -> Reading:
        """Eight digits whose first six are known; the last two are the tariff's own, checked in form only."""
        code = plain(text)
        if not re.fullmatch(r"[0-9]{8}", code):
            return Reading(code, blocks("hs_code.form"))
        return Reading(code, blocks("hs_code.unknown" if code[:6] not in _subheadings() else None))

    @property
    def chapter(self) -> str:
        """Two digits: the broad kind of goods."""
        return self.canonical[:2]

    @property
    def heading(self) -> str:
        """Four digits."""
        return self.canonical[:4]

    @property
    def subheading(self) -> str:
        """Six digits, the same in every country."""
        return self.canonical[:6]

    @property
    def shown(self) -> str:
        """As in the tariff: 4.2.2."""
        return f"{self.canonical[:4]}.{self.canonical[4:6]}.{self.canonical[6:]}"


@cache
def _subheadings() -> frozenset[str]:
    return frozenset(row["code"] for row in rows("hs6.csv"))
