"""The reference by which everybody knows a crossing; it survives being read aloud over a bad line."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import ClassVar, Protocol, Self

from bordergate.border.value import BadValue, Reading, Value, blocks, plain

_SIGNS = string.digits + string.ascii_uppercase
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DRAWN = 5
_MISREAD = str.maketrans("ILO", "110")
_FORM = re.compile(rf"([A-Z]{{2,6}})([0-9]{{6}})([{_CROCKFORD}]{{5}})([{_CROCKFORD}])")
_AFTER_PREFIX = 12
_WORTH = {sign: worth for worth, sign in enumerate(_SIGNS)}


class Draw(Protocol):
    """Where chance comes from: `random.Random`, or `random.SystemRandom` where nobody may guess."""

    def choice(self, seq: Sequence[str], /) -> str:
        """Any one of the signs, all as likely."""


def check_character(signs: str) -> str:
    """The character that closes a text by ISO 7064 mod 37,36: it catches every single slip, nearly every swap."""
    carried = 18
    for sign in signs:
        carried = ((carried or 36) * 2 % 37 + _WORTH[sign]) % 36
    return _SIGNS[(1 - (carried or 36) * 2 % 37) % 36]


class Reference(Value):
    """A crossing's reference, `LSG-YYMMDD-XXXXX-C`: where, which day in Hà Nội, five drawn characters, a check."""

    kind: ClassVar = "reference"
    example: ClassVar = "LSG-260503-7K2QD-1"

    @classmethod
    def read(cls, text: str) -> Reading:
        """Prefix, a real date, five characters and their check; I, L and O after the prefix are read as 1, 1 and 0."""
        typed = plain(text)
        signs = typed[:-_AFTER_PREFIX] + typed[-_AFTER_PREFIX:].translate(_MISREAD)
        parts = _FORM.fullmatch(signs)
        if parts is None:
            return Reading(typed, blocks("reference.form"))
        prefix, day, drawn, check = parts.groups()
        return Reading(
            "-".join(parts.groups()),
            blocks(
                "reference.date" if _day(day) is None else None,
                "reference.check_character" if check_character(prefix + day + drawn) != check else None,
            ),
        )

    @classmethod
    def parse(cls, text: str, prefix: str | None = None) -> Self:
        """The reference a text stands for; with a prefix, one of this border and no other."""
        reference = cls(text)
        if prefix is not None and reference.prefix != prefix:
            raise BadValue(cls.kind, blocks("reference.prefix"))
        return reference

    @classmethod
    def draw(cls, prefix: str, on: date, random: Draw) -> Self:
        """A new reference for a day in Hà Nội; its owner draws again when another crossing has it already."""
        while True:
            signs = f"{prefix}{on:%y%m%d}" + "".join(random.choice(_CROCKFORD) for _ in range(_DRAWN))
            check = check_character(signs)
            if check in _CROCKFORD:
                return cls(signs + check)

    @property
    def prefix(self) -> str:
        """Which border it belongs to."""
        return self.canonical.partition("-")[0]

    @property
    def day(self) -> date:
        """The day in Hà Nội on which it was drawn."""
        day = _day(self.canonical.split("-")[1])
        if day is None:  # pragma: no cover - read() has refused it
            raise BadValue(self.kind, blocks("reference.date"))
        return day


@lru_cache(maxsize=1024)
def _day(signs: str) -> date | None:
    """The day six digits stand for in this century, if there is such a day."""
    try:
        return datetime.strptime(f"20{signs}+0700", "%Y%m%d%z").date()
    except ValueError:
        return None
