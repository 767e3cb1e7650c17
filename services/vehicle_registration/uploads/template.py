"""The template of a list in the reader's language, and the faults of a list, as CSV or workbook."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from bordergate.i18n import hint, text
from events.words import Direction
from services.vehicle_registration.domain.upload import COLUMNS, MOST_LINES, NEEDED
from services.vehicle_registration.uploads.columns import name_of

FORMULAS = ("=", "+", "-", "@", "\t")
"""What makes a spreadsheet compute with a field instead of showing it."""


def template_text(language: str) -> bytes:
    """The template as CSV that spreadsheets open: the columns' names."""
    return as_csv([header(language)])


def template_workbook(language: str) -> bytes:
    """The template as a workbook: what a column wants stands in its note, the few words there are in a list."""
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise LookupError("a new workbook has a sheet")
    sheet.title = text("upload.sheet", language)
    sheet.append(header(language))
    for place, column in enumerate(COLUMNS, start=1):
        letter, head = get_column_letter(place), sheet.cell(1, place)
        head.font = Font(bold=True)
        if told := hint(f"upload.column.{column}", language):
            head.comment = Comment(told, text("upload.sheet", language), width=320, height=60 + len(told) // 2)
        sheet.column_dimensions[letter].width = 16
        sheet.column_dimensions[letter].number_format = "@"  # a plate or a number is no sum
        if words := _words(column, language):
            listed = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
            listed.add(f"{letter}2:{letter}{MOST_LINES + 1}")
            sheet.add_data_validation(listed)
    sheet.freeze_panes = "A2"
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def header(language: str) -> list[str]:
    """The columns' names; those that must be filled in bear a star."""
    return [f"{name_of(column, language)}{' *' if column in NEEDED else ''}" for column in COLUMNS]


def _words(column: str, language: str) -> list[str]:
    if column == "direction":
        return [text(f"sheet.direction.{one}", language) for one in Direction]
    if column in ("declared_empty", "two_way"):
        return [text(code, language).partition(",")[0] for code in ("upload.yes", "upload.no")]
    return []


def as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV; a field that a spreadsheet would compute with is shown as text."""
    told = StringIO(newline="")
    writer = csv.writer(told)
    for row in rows:
        writer.writerow([_harmless(str(field)) for field in row])
    return told.getvalue().encode("utf-8-sig")


def _harmless(field: str) -> str:
    return f"'{field}" if field.startswith(FORMULAS) else field
