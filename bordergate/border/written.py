"""Numbers as people write them in forms: 9.000 in Vietnamese is 9,000 in English, and nine in nobody's lorry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal

from pydantic_core import PydanticCustomError

from bordergate.i18n import Language
from bordergate.i18n import text as text_of

GROUPS: dict[Language, str] = {"vi": ".", "zh": ",", "en": ","}
"""What stands between thousands; the other of the two marks stands before a fraction. A space groups in all three."""

DIGITS = re.compile(r"[0-9]{1,30}")
SPACED = re.compile(r"[1-9][0-9]{0,2}( [0-9]{3})+")
GROUPED = {mark: re.compile(rf"[1-9][0-9]{{0,2}}({re.escape(mark)}[0-9]{{3}})+") for mark in ".,"}
EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
"""Thousands to one reader, thousandths to another."""

_PLAIN = str.maketrans(
    "\u00a0\u2007\u2009\u202f\u3000\u2212\uff0c\uff0e" + "".join(chr(0xFF10 + digit) for digit in range(10)),
    "     -,.0123456789",
)
_language: ContextVar[Language | None] = ContextVar("form_language", default=None)


@contextmanager
def form_in(language: Language) -> Iterator[None]:
    """What is read meanwhile was written into a form in this language.

    Only what a request is made of is read so (`Whole`, `Amount`): what was stored is read as it was stored.
    """
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def form_language() -> Language | None:
    """The language of the form that is being read; None when it is no form."""
    return _language.get()


def whole_of(text: str, language: Language) -> int:
    """The whole number somebody wrote; what another reader would take for a fraction is refused."""
    plain = _plain(text)
    if DIGITS.fullmatch(plain) or SPACED.fullmatch(plain) or GROUPED[GROUPS[language]].fullmatch(plain):
        return int(_digits(plain))
    raise _refused("payload.not_whole")


def kilograms_of(text: str) -> int:
    """A truck's weight, however its thousands are grouped: no truck weighs nine kilograms to the last gram."""
    plain = _plain(text)
    if any(form.fullmatch(plain) for form in (DIGITS, SPACED, *GROUPED.values())):
        return int(_digits(plain))
    raise _refused("payload.not_whole")


def amount_of(text: str, language: Language) -> Decimal:
    """The number somebody wrote, with or without a fraction; 18.000 and 18,000 may be two things and are refused."""
    plain = _plain(text)
    sign, bare = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    whole, mark, fraction = _parted(bare, language)
    sound = DIGITS.fullmatch(fraction) if mark else True
    if sound and not EITHER.fullmatch(bare) and _is_whole(whole, mark, language):
        return Decimal(f"{sign}{_digits(whole)}.{fraction or 0}")
    raise _refused("payload.not_amount")


def amount_text(amount: Decimal, language: Language) -> str:
    """A number as a form shows it to be changed: it reads back as the same number in every language."""
    text = f"{amount.normalize():f}"
    text += "0" if EITHER.fullmatch(text.removeprefix("-")) else ""
    return text.replace(".", "," if GROUPS[language] == "." else ".")


def _plain(text: str) -> str:
    return text.translate(_PLAIN).strip()


def _digits(text: str) -> str:
    return re.sub(r"[ .,]", "", text)


def _parted(text: str, language: Language) -> tuple[str, str, str]:
    """Before the fraction, its mark, the fraction; the one mark of a text, or the language's own, stands before it."""
    marks = [mark for mark in ".," if mark in text]
    own = "," if GROUPS[language] == "." else "."
    last = marks[0] if len(marks) == 1 and text.count(marks[0]) == 1 else own
    return text.partition(last)


def _is_whole(text: str, mark: str, language: Language) -> bool:
    """Whether the part before the fraction is written as whole numbers are."""
    grouping = GROUPS[language]
    grouped = mark != grouping and GROUPED[grouping].fullmatch(text)
    return bool(DIGITS.fullmatch(text) or SPACED.fullmatch(text) or grouped)


def _refused(code: str) -> PydanticCustomError:
    return PydanticCustomError(code, text_of(code, "en"))
