"""Letters of printed sheets: Vietnamese and Latin ones from one font, all others from a Chinese one.

No font alone will do: those that have every Chinese letter draw some Vietnamese ones wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Self

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from bordergate.settings import Settings

VIETNAMESE, CHINESE = "sheet-vietnamese", "sheet-chinese"


@dataclass(frozen=True)
class Fonts:
    """The files of the two fonts."""

    vietnamese: Path
    chinese: Path

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Where the settings say they lie."""
        return cls(settings.vietnamese_font, settings.chinese_font)


@cache
def learned(fonts: Fonts) -> frozenset[int]:
    """Read both fonts once; returns the letters the first one has.

    A file that is missing or is no font raises reportlab's TTFError.
    """
    first = TTFont(VIETNAMESE, str(fonts.vietnamese))
    for font in (first, TTFont(CHINESE, str(fonts.chinese), subfontIndex=0)):
        pdfmetrics.registerFont(font)
    return frozenset(first.face.charToGlyph)


def parts_of(told: str, known: frozenset[int]) -> Iterator[tuple[str, str]]:
    """A text in parts, each with the font it is drawn in."""
    for has, letters in groupby(told, lambda letter: ord(letter) in known):
        yield (VIETNAMESE if has else CHINESE), "".join(letters)
