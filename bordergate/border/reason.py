"""Reasons in people's own words: they travel in events and are kept for ever, so they name nobody."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from bordergate.border.customs import DeclarationNumber
from bordergate.border.value import BadValue, blocks, plain
from bordergate.i18n import text as text_of

_DATE = re.compile(r"\b(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4})\b")
_LONG_NUMBER = re.compile(r"\+?\d(?:[ .-]?\d){8,}")
_ADDRESS = re.compile(r"\S@\S+\.\S")


def names_somebody(words: str) -> bool:
    """Whether a text holds a telephone's, a citizen's or a tax number, or an address of electronic mail.

    A declaration's number names goods; a date is no number. A name written out cannot be told from other words.
    """
    numbers = _LONG_NUMBER.findall(_DATE.sub(" ", words))
    return bool(_ADDRESS.search(words)) or any(DeclarationNumber.read(plain(number)).blocked for number in numbers)


def _naming_nobody(words: str) -> str:
    if names_somebody(words):
        bad = BadValue("reason", blocks("reason.names_somebody"))
        raise PydanticCustomError(bad.code, text_of(bad.code, "en"), {"error": bad})
    return words


Reason = Annotated[str, AfterValidator(_naming_nobody)]
"""Why, in a request; one that holds a person's number is refused, for it could never be erased."""
