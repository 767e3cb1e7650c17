"""Many crossings at once: a list is checked as a whole, and filed wholly or with its good lines only."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO, StringIO
from typing import Any

import httpx
import pytest
from openpyxl import Workbook, load_workbook

from bordergate.auth import Role
from bordergate.ids import new_id
from services.vehicle_registration.uploads.desk import UploadDesk
from tests.builders.callers import a_caller
from tests.gates import RunningGate, eventually
from tests.integration.vehicle_registration.conftest import API, Border, Firm

HEADER = ("route", "direction", "day", "starts", "ends", "plate", "driver", "declared_empty")
CSV, WORKBOOK = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def a_line(plate: str = "12C-123.45", **changes: str) -> list[str]:
    usual = ("hn-1119", "EXPORT", "2026-05-05", "08:00", "12:00", plate, "", "yes")
    return [changes.get(name, told) for name, told in zip(HEADER, usual, strict=True)]


def as_text(*lines: list[str], header: tuple[str, ...] = HEADER, separator: str = ",") -> bytes:
    told = StringIO()
    csv.writer(told, delimiter=separator).writerows([header, *lines])
    return told.getvalue().encode()


def as_workbook(*lines: list[Any], header: tuple[str, ...] = HEADER) -> bytes:
    book, made = Workbook(), BytesIO()
    for row in (header, *lines):
        book.active.append(row)
    book.save(made)
    return made.getvalue()


def uploads(firm: Firm, content: bytes, kind: str = CSV, **query: str) -> httpx.Response:
    return firm.asking.post(f"{API}/uploads", content=content, headers={"Content-Type": kind}, params=query)


def go_on(border: Border) -> None:
    """The worker's loop, until nothing waits."""
    desk = UploadDesk(border.gate.gate)
    while desk.step():
        pass
    border.gate.settle()


def now(firm: Firm, upload: httpx.Response) -> dict[str, Any]:
    told: dict[str, Any] = firm.asking.get(f"{API}/uploads/{upload.json()['id']}").json()
    return told


def faults(firm: Firm, upload: httpx.Response) -> list[tuple[int, int | None, str]]:
    answer = firm.asking.get(f"{API}/uploads/{upload.json()['id']}/faults")
    return [(one["line"], one["column"], one["code"]) for one in answer.json()["items"]]


def crossings(firm: Firm) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = firm.asking.get(f"{API}/crossings?limit=200").json()["items"]
    return found


def a_firm(border: Border, *plates: str) -> Firm:
    firm = border.firm()
    for plate in plates or ("12C-123.45",):
        firm.registers(plate)
    return firm


def test_a_list_without_a_fault_is_filed_wholly(border: Border) -> None:
    firm = a_firm(border, "12C-123.45", "12C-543.21")
    sent = uploads(firm, as_text(a_line(), a_line("12c 543.21", starts="8:00")))
    assert (sent.status_code, sent.json()["stage"], sent.json()["lines"]) == (201, "CHECKING", 2)
    go_on(border)
    assert now(firm, sent) | {"stage": "FILED", "filed": 2, "faulty": 0} == now(firm, sent)
    assert {one["filing"]["plate"] for one in crossings(firm)} == {"12C12345", "12C54321"}
    assert {one["stage"] for one in crossings(firm)} == {"READY"}


def test_one_faulty_line_stops_the_whole_list_and_every_fault_has_its_line_and_column(border: Border) -> None:
    firm = a_firm(border)
    wrong = a_line("12C-999.99", direction="SIDEWAYS", ends="07:00", day="31/4/2026")
    sent = uploads(firm, as_text(a_line(), a_line("??"), wrong, a_line("12C-999.99"), a_line(day="2026-05-01")))
    go_on(border)
    assert (now(firm, sent)["stage"], now(firm, sent)["faulty"], crossings(firm)) == ("FAULTY", 4, [])
    assert set(faults(firm, sent)) == {
        (3, 6, "R010"),
        (4, 2, "payload.not_among"),
        (4, 3, "payload.not_time"),
        (5, 6, "vehicle_registration.no_such_plate"),
        (6, 5, "vehicle_registration.window_over"),
    }
    told = firm.asking.get(f"{API}/uploads/{sent.json()['id']}/faults").json()["items"][0]
    assert told["value"] == "??"
    assert {*told["message"]} == {*told["names"]} == {"vi", "zh", "en"}


def test_the_good_lines_are_filed_on_request_and_only_once(border: Border) -> None:
    firm = a_firm(border)
    sent = uploads(firm, as_text(a_line(), a_line("12C-999.99")))
    go_on(border)
    asked = firm.asking.post(f"{API}/uploads/{sent.json()['id']}/file-good", json={})
    assert (asked.status_code, asked.json()["stage"]) == (200, "FILING")
    go_on(border)
    assert now(firm, sent) | {"stage": "FILED", "filed": 1, "faulty": 1} == now(firm, sent)
    again = firm.asking.post(f"{API}/uploads/{sent.json()['id']}/file-good", json={})
    assert (again.status_code, again.json()["code"]) == (409, "vehicle_registration.upload_not_faulty")
    assert len(crossings(firm)) == 1


def test_good_lines_only_may_be_asked_for_at_once(border: Border) -> None:
    firm = a_firm(border)
    sent = uploads(firm, as_text(a_line(), a_line("12C-999.99")), only_good="true")
    go_on(border)
    assert (now(firm, sent)["stage"], len(crossings(firm))) == ("FILED", 1)


def test_the_same_file_again_is_the_list_it_made_before(border: Border) -> None:
    firm, other = a_firm(border), a_firm(border, "12C-123.45")
    first = uploads(firm, as_text(a_line()))
    go_on(border)
    again = uploads(firm, as_text(a_line()))
    go_on(border)
    assert (again.json()["id"], again.json()["stage"]) == (first.json()["id"], "FILED")
    assert len(crossings(firm)) == 1
    assert uploads(other, as_text(a_line())).json()["id"] != first.json()["id"]


def test_a_faulty_list_is_checked_again_when_what_it_lacked_is_there(border: Border) -> None:
    firm = a_firm(border)
    sent = uploads(firm, as_text(a_line(), a_line("12C-999.99")))
    go_on(border)
    firm.registers("12C-999.99")
    assert firm.asking.post(f"{API}/uploads/{sent.json()['id']}/check", json={}).json()["stage"] == "CHECKING"
    go_on(border)
    assert (now(firm, sent)["stage"], now(firm, sent)["filed"], faults(firm, sent)) == ("FILED", 2, [])


def test_nothing_of_a_list_is_filed_when_a_line_turned_faulty_after_its_check(border: Border) -> None:
    firm = a_firm(border)
    sent = uploads(firm, as_text(a_line(), a_line(ends="09:30")))
    assert UploadDesk(border.gate.gate).step()
    assert now(firm, sent)["stage"] == "FILING"
    border.gate.clock.forward(hours=26)
    go_on(border)
    assert (now(firm, sent)["stage"], crossings(firm)) == ("FAULTY", [])
    assert faults(firm, sent) == [(3, 5, "vehicle_registration.window_over")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_is_read_as_spreadsheets_write_it(border: Border, separator: str, encoding: str) -> None:
    firm = a_firm(border)
    header = ("Luồng *", "Chiều *", "Ngày đến *", "Từ giờ *", "Đến giờ *", "Biển số xe *", "Lái xe", "Xe không hàng")
    line = ["hn-1119", "xuất khẩu", "5/5/2026", "8:00", "12:00:00", "12C-123.45", "", "Có"]
    told = as_text(line, header=header, separator=separator).decode().encode(encoding)
    sent = uploads(firm, told)
    assert sent.status_code == 201, sent.text
    go_on(border)
    assert (now(firm, sent)["stage"], faults(firm, sent)) == ("FILED", [])


@pytest.mark.parametrize("language", ["vi", "zh", "en"])
def test_the_template_filled_in_is_read_in_every_language(border: Border, language: str) -> None:
    firm = a_firm(border)
    asked = {"Bordergate-Language": language}
    book = load_workbook(BytesIO(firm.asking.get(f"{API}/upload-template.xlsx", headers=asked).content))
    text = firm.asking.get(f"{API}/upload-template.csv", headers=asked).content.decode("utf-8-sig")
    header = [cell.value for cell in book.active[1]]
    assert header == next(csv.reader(StringIO(text)))
    row = ["hn-1119", "export", "2026-05-05", "08:00", "12:00", "12C-123.45", "", "", "", "", "yes"]
    book.active.append(row)
    made = BytesIO()
    book.save(made)
    sent = uploads(firm, made.getvalue(), WORKBOOK)
    go_on(border)
    assert (now(firm, sent)["stage"], faults(firm, sent)) == ("FILED", [])


def test_a_workbook_s_own_dates_and_numbers_are_meant_as_they_look(border: Border) -> None:
    firm = a_firm(border)
    for day in (date(2026, 5, 5), datetime(2026, 5, 5)):  # noqa: DTZ001 - a workbook knows no zones
        line = ["hn-1119", "EXPORT", day, time(8), time(12), "12C-123.45", None, True]
        sent = uploads(firm, as_workbook(line, [None] * 8), WORKBOOK)
        go_on(border)
        assert (now(firm, sent)["lines"], now(firm, sent)["stage"], faults(firm, sent)) == (1, "FILED", [])


def test_a_list_comes_as_json_too(border: Border) -> None:
    firm = a_firm(border)
    line = dict(zip(HEADER, a_line(), strict=True)) | {"declared_empty": False, "declarations": ["308000000000"]}
    sent = firm.asking.post(f"{API}/uploads", json={"lines": [line]})
    go_on(border)
    assert (now(firm, sent)["stage"], faults(firm, sent)) == ("FILED", [])
    assert crossings(firm)[0]["filing"]["declarations"] == ["308000000000"]
    unknown = firm.asking.post(f"{API}/uploads", json={"lines": [line | {"colour": "red"}]})
    assert (unknown.status_code, unknown.json()["field"]) == (400, "$.lines[0].colour")


def test_a_driver_is_recognised_by_name_audited_and_never_kept_in_the_open(border: Border) -> None:
    firm = a_firm(border)
    driver = firm.asking.post(f"{API}/drivers", json={"full_name": "Lái xe A", "licence": "B2-0001"}).json()["id"]
    sent = uploads(firm, as_text(a_line(driver="lái xe a"), a_line("12C-999.99", driver="Nobody Known")))
    rows = border.gate.rows("vehicle_registration", "SELECT cells::text FROM vehicle_registration.upload_lines")
    assert not any("lái" in row.cells or "Nobody" in row.cells for row in rows)
    go_on(border)
    assert (3, 7, "vehicle_registration.no_such_driver") in faults(firm, sent)
    assert "Nobody" not in firm.asking.get(f"{API}/uploads/{sent.json()['id']}/faults").text
    firm.asking.post(f"{API}/uploads/{sent.json()['id']}/file-good", json={})
    go_on(border)
    assert crossings(firm)[0]["filing"]["driver_id"] == driver
    sql = "SELECT count(*) FROM vehicle_registration.audit WHERE what LIKE %s AND subject = %s"
    ((looks,),) = border.gate.rows("vehicle_registration", sql, "%see_driver", driver)
    assert looks >= 1


def test_the_faults_are_downloaded_in_the_reader_s_language_and_no_spreadsheet_computes_with_them(
    border: Border,
) -> None:
    firm = a_firm(border)
    sent = uploads(firm, as_text(a_line("=1+1")))
    go_on(border)
    asked = {"Bordergate-Language": "zh"}
    answer = firm.asking.get(f"{API}/uploads/{sent.json()['id']}/faults.csv", headers=asked)
    head, row = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))[:2]
    assert head[:3] == ["行", "列", "值"]
    assert row[:4] == ["2", "车牌", "'=1+1", "R010"]


def test_nobody_sees_or_moves_another_firm_s_list(border: Border) -> None:
    firm, other = a_firm(border), border.firm(Role.TRADER)
    sent = uploads(firm, as_text(a_line("12C-999.99")))
    go_on(border)
    place = f"{API}/uploads/{sent.json()['id']}"
    looks = [other.asking.get(f"{place}{what}").status_code for what in ("", "/faults", "/faults.csv")]
    acts = [other.asking.post(f"{place}/{what}", json={}).status_code for what in ("file-good", "check")]
    assert looks + acts == [404] * 5
    assert other.asking.get(f"{API}/uploads").json()["items"] == []


def test_a_list_of_another_firm_s_trucks_is_faulty_unless_they_are_lent(border: Border) -> None:
    trader, carrier = border.firm(Role.TRADER), border.firm()
    carrier.registers("12C-123.45", shared_with=(trader.organisation,))
    carrier.registers("12C-543.21")
    sent = uploads(trader, as_text(a_line(), a_line("12C-543.21")), only_good="true")
    go_on(border)
    assert faults(trader, sent) == [(3, 6, "vehicle_registration.no_such_plate")]
    (filed,) = crossings(trader)
    assert filed["filing"]["carrier"] == str(carrier.organisation)


def test_a_plain_form_uploads_a_file_and_leads_on(border: Border) -> None:
    firm = a_firm(border)
    fields = {"next": "/desk/many/{id}?event={event}", "back": "/desk/many", "only_good": "true"}
    files = {"file": ("list.csv", as_text(a_line()), CSV)}
    answer = firm.asking.post(f"{API}/uploads", data=fields, files=files, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    ((upload,),) = border.gate.rows("vehicle_registration", "SELECT id FROM vehicle_registration.uploads")
    assert answer.headers["location"].startswith(f"/desk/many/{upload}?event=")
    empty = firm.asking.post(f"{API}/uploads", data=fields, files={"file": ("", b"", CSV)}, follow_redirects=False)
    assert empty.headers["location"] == "/desk/many?problem=vehicle_registration.list_no_lines"


def test_batches_follow_one_another_and_the_news_of_each_is_stated(border: Border) -> None:
    firm = a_firm(border)
    sent = uploads(firm, as_text(*[a_line(ends=f"{9 + n % 14:02d}:{n % 60:02d}") for n in range(600)]))
    go_on(border)
    assert (now(firm, sent)["stage"], now(firm, sent)["filed"]) == ("FILED", 600)
    news = [record for record in border.heard("bordergate.organisations") if "upload" in record.headers["ce_type"]]
    assert len(news) == 1 + 3 + 3
    assert all(record.key == str(firm.organisation) for record in news)
    ((open_cells,),) = border.gate.rows(
        "vehicle_registration", "SELECT count(*) FROM vehicle_registration.upload_lines WHERE cells <> '{}'"
    )
    assert open_cells == 0


def test_a_list_may_be_larger_than_other_bodies_but_not_without_end(border: Border) -> None:
    firm = a_firm(border)
    line = as_text(a_line()).splitlines(keepends=True)[1]
    large = as_text() + line * 20_000
    assert len(large) > 1024 * 1024
    assert uploads(firm, large).json()["code"] == "vehicle_registration.list_too_many_lines"
    assert uploads(firm, large * 10).status_code == 413
    elsewhere = firm.asking.post(f"{API}/registrations", content=large, headers={"Content-Type": CSV})
    assert elsewhere.status_code == 413


@pytest.mark.parametrize(
    "body",
    [b'{"lines": [{"plate": "\\ud800"}]}', b'{"lines": [{"plate": "\\u0000"}]}', b'{"lines": []}', b"[", b"\xff"],
)
def test_json_that_no_text_can_be_is_refused_as_malformed(border: Border, body: bytes) -> None:
    assert uploads(border.firm(), body, "application/json").status_code == 422


def test_a_running_worker_takes_a_list_up_by_itself(running_gate: RunningGate) -> None:
    firm = Firm(running_gate.as_(a_caller(Role.CARRIER, organisation=(organisation := new_id()))), organisation)
    firm.registers()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    sent = uploads(firm, as_text(a_line(day=tomorrow)))
    assert eventually(lambda: now(firm, sent)["stage"] == "FILED")
    assert now(firm, sent)["filed"] == 1
