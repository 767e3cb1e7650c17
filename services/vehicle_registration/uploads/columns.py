"""Columns by their names in any language, and fields as people write them in any of the three."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from bordergate.border.value import plain
from bordergate.i18n import LANGUAGES, text
from events.words import Direction
from services.vehicle_registration.domain.upload import COLUMNS, NEEDED, MissingColumns, UnknownColumn

SEVERAL = re.compile(r"\s*[,;\n，；、]\s*")
PARTS = re.compile(r"\s*[;\n；]\s*")
SHARE = re.compile(r"([^/=:]+?)\s*(?:/\s*(\d{1,3})\s*)?[=:]\s*(\d+|\d+[.,]\d{1,2}|\d+[.,]\d{4,6}|0[.,]\d{3})")
"""A part of a declaration; what could be thousands as well as a fraction, as 1.500, is neither."""
WIDE = str.maketrans("＝／：", "=/:")
DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
HOUR = re.compile(r"(\d{1,2})(?:[:hg.](\d{2}))?(?::00)?")
LISTS, WORDED, HOURS = {"containers", "declarations"}, {"direction", "declared_empty", "two_way"}, {"starts", "ends"}
SHARES = "shares"


def columns_of(header: Sequence[str]) -> list[str]:
    """Which column holds what, empty for one without a name; raises UnknownColumn, MissingColumns."""
    known = names()
    columns = [known.get(folded(name), "") for name in header]
    for place, (name, column) in enumerate(zip(header, columns, strict=True), start=1):
        if name and (not column or column in columns[: place - 1]):
            raise UnknownColumn(field=f"column {place}", column=place, value=name[:40])
    if missing := [column for column in COLUMNS if column in NEEDED - set(columns)]:
        raise MissingColumns(value=", ".join(missing))
    return columns


@cache
def names() -> Mapping[str, str]:
    """Each column by its own name and by its name in each language."""
    told = {folded(name_of(column, language)): column for column in COLUMNS for language in LANGUAGES}
    return told | {column: column for column in COLUMNS}


def name_of(column: str, language: str) -> str:
    """What a column is called."""
    return text(f"upload.column.{column}", language)


@cache
def words() -> Mapping[str, str]:
    """What people write for one of few values, in each language."""
    told = {folded(text(f"sheet.direction.{one}", language)): one.value for one in Direction for language in LANGUAGES}
    for value, code in (("true", "upload.yes"), ("false", "upload.no")):
        for language in LANGUAGES:
            told |= {folded(word): value for word in text(code, language).split(",")}
    return told


def folded(told: str) -> str:
    """A text as it is compared."""
    return " ".join(told.replace("*", " ").split()).casefold()


def typed_in(cells: Mapping[str, str]) -> dict[str, Any]:
    """What a line says, as a program would say it; what cannot be meant stays as it was typed.

    A declaration of which the truck carries a part need not be named a second time among the declarations.
    """
    said = {name: _said(name, told) for name, told in cells.items() if told}
    if parts := [part for part in said.get(SHARES, ()) if isinstance(part, dict)]:
        named = said.setdefault("declarations", [])
        known = {plain(number) for number in named}
        named += dict.fromkeys(part["declaration"] for part in parts if plain(part["declaration"]) not in known)
    return {"declared_empty": "false", **said}


def _said(name: str, told: str) -> Any:  # noqa: ANN401 - a text or a list of them
    if name in LISTS:
        return [part for part in SEVERAL.split(told) if part]
    if name == SHARES:
        return [_share(part.translate(WIDE)) for part in PARTS.split(told) if part]
    if name in WORDED:
        return words().get(folded(told), told)
    if name == "day":
        return _day(told)
    return _hour(told) if name in HOURS else told


def _share(told: str) -> dict[str, Any] | str:
    """A part of a declaration: its number, its line, how much; the first line when none is named."""
    found = SHARE.fullmatch(told.strip())
    if found is None:
        return told
    return {"declaration": found[1], "line": int(found[2] or 1), "quantity": found[3].replace(",", ".")}


def _day(told: str) -> str:
    """A day as it is written between machines; day, month and year are read in this order."""
    found = DAY.fullmatch(told)
    if found is None:
        return told
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return told


def _hour(told: str) -> str:
    found = HOUR.fullmatch(told)
    return f"{int(found[1]):02d}:{found[2] or '00'}" if found else told
