"""Lists as spreadsheets, templates and machines write them."""

from __future__ import annotations

import csv
from datetime import date, datetime, time
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from tests.builders.lists import go_on
from tests.integration.vehicle_registration.conftest import API, Border
from tests.integration.vehicle_registration.test_uploads import (
    HEADER,
    WORKBOOK,
    a_firm,
    a_line,
    as_text,
    as_workbook,
    crossings,
    faults,
    now,
    uploads,
)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_is_read_as_spreadsheets_write_it(border: Border, separator: str, encoding: str) -> None:
    firm = a_firm(border)
    header = ("Luồng *", "Chiều *", "Ngày đến *", "Từ giờ *", "Đến giờ *", "Biển số xe *", "Lái xe", "Xe không hàng")
    line = ["hn-1119", "xuất khẩu", "5/5/2026", "8:00", "12:00:00", "12C-123.45", "", "Có"]
    told = as_text(line, header=header, separator=separator).decode().encode(encoding)
    sent = uploads(firm, told)
    assert sent.status_code == 201, sent.text
    go_on(border.gate)
    assert (now(firm, sent)["stage"], faults(firm, sent)) == ("FILED", [])


@pytest.mark.parametrize("language", ["vi", "zh", "en"])
def test_the_template_filled_in_is_read_in_every_language(border: Border, language: str) -> None:
    firm = a_firm(border)
    asked = {"Bordergate-Language": language}
    book = load_workbook(BytesIO(firm.asking.get(f"{API}/upload-template.xlsx", headers=asked).content))
    text = firm.asking.get(f"{API}/upload-template.csv", headers=asked).content.decode("utf-8-sig")
    header = [cell.value for cell in book.active[1]]
    assert header == next(csv.reader(StringIO(text)))
    row = ["hn-1119", "export", "2026-05-05", "08:00", "12:00", "12C-123.45", "", "", "", "", "", "yes"]
    book.active.append(row)
    made = BytesIO()
    book.save(made)
    sent = uploads(firm, made.getvalue(), WORKBOOK)
    go_on(border.gate)
    assert (now(firm, sent)["stage"], faults(firm, sent)) == ("FILED", [])


def test_a_workbook_s_own_dates_and_numbers_are_meant_as_they_look(border: Border) -> None:
    firm = a_firm(border)
    for day in (date(2026, 5, 5), datetime(2026, 5, 5)):  # noqa: DTZ001 - a workbook knows no zones
        line = ["hn-1119", "EXPORT", day, time(8), time(12), "12C-123.45", None, True]
        sent = uploads(firm, as_workbook(line, [None] * 8), WORKBOOK)
        go_on(border.gate)
        assert (now(firm, sent)["lines"], now(firm, sent)["stage"], faults(firm, sent)) == (1, "FILED", [])


def test_a_list_comes_as_json_too(border: Border) -> None:
    firm = a_firm(border)
    line = dict(zip(HEADER, a_line(), strict=True)) | {"declared_empty": False, "declarations": ["308000000000"]}
    sent = firm.asking.post(f"{API}/uploads", json={"lines": [line]})
    go_on(border.gate)
    assert (now(firm, sent)["stage"], faults(firm, sent)) == ("FILED", [])
    assert crossings(firm)[0]["filing"]["declarations"] == ["308000000000"]
    unknown = firm.asking.post(f"{API}/uploads", json={"lines": [line | {"colour": "red"}]})
    assert (unknown.status_code, unknown.json()["field"]) == (400, "$.lines[0].colour")


@pytest.mark.parametrize(
    "body",
    [b'{"lines": [{"plate": "\\ud800"}]}', b'{"lines": [{"plate": "\\u0000"}]}', b'{"lines": []}', b"[", b"\xff"],
)
def test_json_that_no_text_can_be_is_refused_as_malformed(border: Border, body: bytes) -> None:
    assert uploads(border.firm(), body, "application/json").status_code == 422
