"""Files of rows, CSV or XLSX, read a row at a time; what cannot be meant is refused before anything is kept."""

from __future__ import annotations

import csv
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from services.vehicle_registration.domain.upload import (
    MOST_LINES,
    BadEncoding,
    HiddenMarks,
    TooDense,
    TooManyLines,
    UnreadableList,
)

LARGEST = 8 * 1024 * 1024
ZIPPED = b"PK\x03\x04"
MOST_COLUMNS = 40
MOST_ROWS = 2 * MOST_LINES
"""Empty rows between lines are passed over, but not without end."""
MOST_PARTS, PIECE = 200, 64 * 1024
LARGEST_PART, LARGEST_WHOLE = 24 * 1024 * 1024, 48 * 1024 * 1024
SMALL, DENSEST = 100_000, 200
"""So many times smaller than itself a part of a workbook may be packed; a list of crossings packs to a tenth."""
MOST_MARKS = 1_000_000
"""So many tags, opened and closed, a part may have; ten thousand lines of thirteen fields have less."""
LONGEST_FIELD = 32_767
"""As a spreadsheet has it. What is shared by many fields is not copied for each without end: all are counted."""
HIDDEN = frozenset({"Cc", "Cf", "Cs"})
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    InvalidFileException,
    SyntaxError,  # of XML, whichever library reads it: openpyxl takes lxml where there is one
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    NotImplementedError,
    OSError,
    EOFError,
)
"""What the library raises on a workbook that is none."""


class Row(NamedTuple):
    """One row of a file: its number as the reader's program counts, and its fields."""

    number: int
    fields: list[str]


def rows_of(content: bytes) -> Iterator[Row]:
    """The rows that hold anything; raises UnreadableList, BadEncoding, HiddenMarks, TooDense, TooManyLines."""
    rows = _workbook(content) if content.startswith(ZIPPED) else _text(content)
    seen = 0
    for number, fields in rows:
        if number > MOST_ROWS:
            raise TooManyLines(most=MOST_LINES)
        if not any(fields):
            continue
        seen += 1
        if seen > MOST_LINES + 1:  # the first row names the columns
            raise TooManyLines(most=MOST_LINES)
        refuse_hidden(fields, number)
        yield Row(number, fields)


def refuse_hidden(fields: Sequence[str], line: int) -> None:
    """Refuse characters that nobody sees and that would make two plates of one."""
    for place, told in enumerate(fields, start=1):
        if not told.isprintable() and any(unicodedata.category(mark) in HIDDEN for mark in told):
            raise HiddenMarks(field=f"line {line}, column {place}", line=line, column=place)


def _text(content: bytes) -> Iterator[tuple[int, list[str]]]:
    told = _decoded(content)
    if "\0" in told:
        raise HiddenMarks(line=told.count("\n", 0, told.index("\0")) + 1, column="?")
    first = told.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(told, newline=""), delimiter=separator, strict=True)
    try:
        for fields in reader:
            yield reader.line_num, [" ".join(told.split()) for told in fields[:MOST_COLUMNS]]
    except csv.Error as error:
        raise UnreadableList(line=reader.line_num) from error


def _decoded(content: bytes) -> str:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadEncoding from error


def _workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        _refuse_dense(content)
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        told = 0
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            fields = [_shown(cell) for cell in cells]
            told += sum(map(len, fields))
            if told > LARGEST_WHOLE:
                raise TooDense
            yield number, fields
        book.close()
    except BROKEN as error:
        raise UnreadableList from error


def _refuse_dense(content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        parts = packed.infolist()
        sizes = [part.file_size for part in parts]
        dense = any(part.file_size > SMALL and part.file_size > DENSEST * max(1, part.compress_size) for part in parts)
        if dense or len(parts) > MOST_PARTS or max(sizes, default=0) > LARGEST_PART or sum(sizes) > LARGEST_WHOLE:
            raise TooDense
        if any(part.file_size > SMALL and _marks(packed, part) > MOST_MARKS for part in parts):
            raise TooDense


def _marks(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many tags a part has: each becomes an object many times as large as itself."""
    with packed.open(part) as unpacked:
        return sum(piece.count(b"<") for piece in iter(lambda: unpacked.read(PIECE), b""))


def _shown(cell: Any) -> str:  # noqa: ANN401 - what a workbook's cell holds
    """A cell as it would be typed."""
    match cell:
        case None:
            told = ""
        case datetime():
            told = cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
        case date():
            told = cell.isoformat()
        case time():
            told = cell.strftime("%H:%M")
        case float() if cell.is_integer():
            told = str(int(cell))
        case _:
            told = " ".join(str(cell)[:LONGEST_FIELD].split())
    return told
