"""Files of rows: what is meant is read, what nobody can mean is refused with its reason, and nothing grows."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from bordergate.errors import Invalid
from services.vehicle_registration.domain.upload import (
    COLUMNS,
    MOST_LINES,
    NEEDED,
    BadEncoding,
    HiddenMarks,
    MissingColumns,
    TooDense,
    TooManyLines,
    UnknownColumn,
    UnreadableList,
)
from services.vehicle_registration.uploads.columns import columns_of, name_of, typed_in
from services.vehicle_registration.uploads.files import LARGEST, rows_of
from services.vehicle_registration.uploads.template import as_csv, header

SHEET = "xl/worksheets/sheet1.xml"
MEBIBYTE = 1024 * 1024


def a_workbook(*rows: list[object]) -> bytes:
    book, made = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(made)
    return made.getvalue()


def with_part(name: str, content: bytes, *, whole: bytes | None = None) -> bytes:
    """A workbook in which one part is another."""
    made, before = BytesIO(), BytesIO(whole or a_workbook(["a"]))
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, content)
    return made.getvalue()


def a_sheet(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def peak(work: Callable[[], object]) -> int:
    """How much memory Python took at most, in bytes."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_rows_keep_the_numbers_that_the_reader_s_program_shows() -> None:
    text = b'a,b\r\n\r\n1,"x\r\ny"\r\n3,\r\n'
    assert [tuple(row) for row in rows_of(text)] == [(1, ["a", "b"]), (4, ["1", "x y"]), (5, ["3", ""])]
    book = a_workbook(["a", "b"], [None, None], [1, " x  y "], [3.0, True])
    assert [(row.number, row.fields[:2]) for row in rows_of(book)] == [
        (1, ["a", "b"]),
        (3, ["1", "x y"]),
        (4, ["3", "True"]),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"bi\xecn s\xf4", BadEncoding),
        ("车牌".encode("gb18030"), BadEncoding),
        (b"plate\n12C\x0012345", HiddenMarks),
        (b"\0" * 100, HiddenMarks),
        ("plate\n12C\u202e12345".encode(), HiddenMarks),
        ("plate\n12C\u200f12345".encode(), HiddenMarks),
        ("plate\n12C\u200b12345".encode(), HiddenMarks),
        (b"plate\n\x1b[31m", HiddenMarks),
        (b"plate\n\xed\xa0\x80", BadEncoding),
        (b'plate\n"12C', UnreadableList),
        (b"PK\x03\x04 no workbook", UnreadableList),
        (a_workbook(["plate"])[:-200], UnreadableList),
        (with_part("xl/workbook.xml", b"<workbook"), UnreadableList),
        (with_part(SHEET, b"\0\xff"), UnreadableList),
    ],
)
def test_a_file_that_nobody_can_mean_is_refused_with_its_reason(content: bytes, reason: type[Invalid]) -> None:
    with pytest.raises(reason):
        list(rows_of(content))


def test_a_hidden_mark_is_named_by_line_and_column() -> None:
    with pytest.raises(HiddenMarks) as told:
        list(rows_of("a,plate\n1,12C\u202e12345".encode()))
    assert (told.value.details["line"], told.value.details["column"]) == (2, 2)


@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_a_refusal(content: bytes) -> None:
    for told in (content, b"PK\x03\x04" + content):
        try:
            rows = list(rows_of(told))
        except Invalid:
            continue
        assert all(isinstance(field, str) for row in rows for field in row.fields)


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(SHEET, b"0" * (23 * MEBIBYTE))
    many = with_part("xl/media/huge.bin", b"0" * (60 * MEBIBYTE))
    assert len(bomb) < LARGEST
    for content in (bomb, many):
        assert peak(lambda content=content: _refused(content)) < 2 * MEBIBYTE


def test_a_row_of_fields_without_end_is_refused_before_it_is_read() -> None:
    cells = "".join(f"<c><v>{number * 7919 % 1_000_003}</v></c>" for number in range(400_000))
    crowded = with_part(SHEET, a_sheet(f"<row>{cells}</row>"))
    assert len(crowded) < LARGEST
    assert peak(lambda: _refused(crowded)) < 2 * MEBIBYTE


def test_one_long_text_in_every_field_is_refused_and_not_copied_for_each() -> None:
    shared = a_workbook(["a" * 5])
    long = " ".join(str(number * 7919 % 1_000_003) for number in range(600_000))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    told = f'<?xml version="1.0"?><sst xmlns="{space}"><si><t>{long}</t></si></sst>'.encode()
    rows = ("<row>" + '<c t="s"><v>0</v></c>' * 40 + "</row>") * 200
    bomb = with_part("xl/sharedStrings.xml", told, whole=with_part(SHEET, a_sheet(rows), whole=shared))
    assert peak(lambda: _refused(bomb)) < 64 * MEBIBYTE


def _refused(content: bytes) -> None:
    with pytest.raises(TooDense):
        list(rows_of(content))


def test_entities_in_a_workbook_are_refused() -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(9))
    for content in (
        f'<?xml version="1.0"?><!DOCTYPE x [{lol}]><worksheet>&l8;</worksheet>',
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>',
    ):
        with pytest.raises(UnreadableList):
            list(rows_of(with_part(SHEET, content.encode())))


@pytest.mark.parametrize("row", ['<row r="1048576"><c r="A1048576"><v>1</v></c></row>', '<row r="1"/>' * 30_000])
def test_a_sheet_s_dimensions_are_not_believed(row: str) -> None:
    content = with_part(SHEET, a_sheet(row))
    with pytest.raises((TooManyLines, TooDense)):
        list(rows_of(content))


def test_a_field_beyond_the_last_column_is_not_looked_for() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 300))
    read = list(rows_of(with_part(SHEET, a_sheet(rows))))
    assert len(read) == 299
    assert max(len(row.fields) for row in read) == 40


def test_a_list_has_an_end_and_its_memory_is_bounded() -> None:
    line = b"hn-1119,EXPORT,2026-05-05,08:00,12:00,12C-123.45\n"
    full = line * (MOST_LINES + 1)
    assert peak(lambda: sum(1 for _ in rows_of(full))) < 8 * len(full)
    with pytest.raises(TooManyLines):
        list(rows_of(full + line))


def test_columns_are_known_by_their_names_in_any_language_in_any_order() -> None:
    for language in ("vi", "zh", "en"):
        assert columns_of(header(language)) == [*COLUMNS]
        assert columns_of([*reversed(header(language)), ""]) == [*reversed(COLUMNS), ""]
    mixed = [name_of(column, ("vi", "zh", "en")[place % 3]).upper() for place, column in enumerate(COLUMNS)]
    assert columns_of(mixed) == [*COLUMNS]


def test_a_column_nobody_knows_or_names_twice_is_refused_and_so_is_one_that_is_missing() -> None:
    for wrong in ([*COLUMNS, "colour"], [*COLUMNS, "plate"]):
        with pytest.raises(UnknownColumn) as told:
            columns_of(wrong)
        assert told.value.details["column"] == len(wrong)
    for column in NEEDED:
        with pytest.raises(MissingColumns) as missing:
            columns_of([name for name in COLUMNS if name != column])
        assert missing.value.details["value"] == column


def test_fields_are_meant_as_people_write_them() -> None:
    told = typed_in(
        {
            "day": "5/6/2026",
            "starts": "8h30",
            "ends": "12",
            "direction": "Nhập khẩu",
            "declared_empty": "是",
            "two_way": "Không",
            "containers": "CSQU3054383; MSKU1234565",
            "declarations": "301234567890,301234567891",
        }
    )
    assert told == {
        "day": "2026-06-05",
        "starts": "08:30",
        "ends": "12:00",
        "direction": "IMPORT",
        "declared_empty": "true",
        "two_way": "false",
        "containers": ["CSQU3054383", "MSKU1234565"],
        "declarations": ["301234567890", "301234567891"],
    }
    assert typed_in({"day": "31/2/2026", "starts": "soon"}) == {
        "declared_empty": "false",
        "day": "31/2/2026",
        "starts": "soon",
    }


@pytest.mark.parametrize(
    ("typed", "quantity"),
    [
        ("301234567890/2 = 500", "500"),
        ("301234567890/2=500,5", "500.5"),
        ("301234567890 / 2 : 0,125", "0.125"),
        ("301234567890／2＝1250.75", "1250.75"),
        ("301234567890/2=12.345678", "12.345678"),
    ],
)
def test_a_part_of_a_declaration_is_its_number_its_line_and_how_much(typed: str, quantity: str) -> None:
    told = typed_in({"shares": typed})
    assert told["shares"] == [{"declaration": "301234567890", "line": 2, "quantity": quantity}]
    assert told["declarations"] == ["301234567890"]


def test_parts_are_told_apart_by_semicolons_and_name_their_declarations() -> None:
    told = typed_in({"declarations": "301234567891；3012 3456 7890", "shares": "301234567890=1;301234567892/3=2,5；"})
    assert told["shares"] == [
        {"declaration": "301234567890", "line": 1, "quantity": "1"},
        {"declaration": "301234567892", "line": 3, "quantity": "2.5"},
    ]
    assert told["declarations"] == ["301234567891", "3012 3456 7890", "301234567892"]


@pytest.mark.parametrize("typed", ["301234567890/1=1.500", "301234567890/1=1,500", "301234567890", "=5", "301/x=5"])
def test_a_part_that_could_mean_two_things_or_none_stays_as_it_was_typed(typed: str) -> None:
    told = typed_in({"shares": typed})
    assert told["shares"] == [typed]
    assert "declarations" not in told


def test_no_spreadsheet_computes_with_what_is_given_back() -> None:
    told = as_csv([["=1+1", "@SUM", "+1", "-1", "12C"]]).decode("utf-8-sig")
    assert told == "'=1+1,'@SUM,'+1,'-1,12C\r\n"
