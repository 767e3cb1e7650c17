"""What is numbered the same way all over the world: containers and vehicles."""

from __future__ import annotations

import re
import string
from typing import ClassVar

from bordergate.border.value import Reading, Value, blocks, plain

_CATEGORIES = "UJZ"
_LETTERS = dict(zip(string.ascii_uppercase, (n for n in range(10, 39) if n % 11), strict=True))
_VIN_LENGTH = 17


def container_check_digit(number: str) -> int:
    """The check digit of a container's first ten characters (ISO 6346): letters skip 11, 22 and 33; 10 counts as 0."""
    total = sum((_LETTERS.get(sign) or int(sign)) << place for place, sign in enumerate(number[:10]))
    return total % 11 % 10


class ContainerNumber(Value):
    """A freight container's number by ISO 6346: owner, category U, J or Z, serial, check digit."""

    kind: ClassVar = "container"
    example: ClassVar = "CSQU3054383"

    @classmethod
    def read(cls, text: str) -> Reading:
        """Eleven characters, of which the fourth names the category and the last must fit the others."""
        number = plain(text)
        if not re.fullmatch(r"[A-Z]{4}[0-9]{7}", number):
            return Reading(number, blocks("container.form"))
        return Reading(
            number,
            blocks(
                "container.category" if number[3] not in _CATEGORIES else None,
                "container.check_digit" if container_check_digit(number) != int(number[10]) else None,
            ),
        )

    @property
    def owner(self) -> str:
        """The three letters of whoever owns it."""
        return self.canonical[:3]

    @property
    def category(self) -> str:
        """U a freight container, J its detachable equipment, Z a trailer or chassis."""
        return self.canonical[3]

    @property
    def shown(self) -> str:
        """As painted on its door: owner, serial and check digit apart."""
        return f"{self.canonical[:4]} {self.canonical[4:10]} {self.canonical[10]}"


class Vin(Value):
    """A vehicle identification number by ISO 3779: 17 characters, never I, O or Q."""

    kind: ClassVar = "vin"
    example: ClassVar = "LZZ5ELNDXJW000001"

    @classmethod
    def read(cls, text: str) -> Reading:
        """Its length and letters; ISO 3779 asks for no check digit, and most of the world has none."""
        number = plain(text)
        return Reading(
            number,
            blocks(
                "vin.length" if len(number) != _VIN_LENGTH else None,
                "vin.characters" if not re.fullmatch(r"[A-HJ-NPR-Z0-9]*", number) else None,
            ),
        )
