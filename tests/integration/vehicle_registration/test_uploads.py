"""Many crossings at once: a list is checked as a whole, and filed wholly or with its good lines only."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID

import httpx
import pytest
from openpyxl import Workbook
from sqlalchemy.orm import Session

from bordergate.auth import Role
from bordergate.ids import new_id
from services.vehicle_registration.commands import give_up_upload
from services.vehicle_registration.uploads import store
from services.vehicle_registration.uploads.desk import UploadDesk
from tests.builders.callers import a_caller
from tests.builders.lists import go_on
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
    go_on(border.gate)
    assert now(firm, sent) | {"stage": "FILED", "filed": 2, "faulty": 0} == now(firm, sent)
    assert {one["filing"]["plate"] for one in crossings(firm)} == {"12C12345", "12C54321"}
    assert {one["stage"] for one in crossings(firm)} == {"READY"}


def test_one_faulty_line_stops_the_whole_list_and_every_fault_has_its_line_and_column(border: Border) -> None:
    firm = a_firm(border)
    wrong = a_line("12C-999.99", direction="SIDEWAYS", ends="07:00", day="31/4/2026")
    sent = uploads(firm, as_text(a_line(), a_line("??"), wrong, a_line("12C-999.99"), a_line(day="2026-05-01")))
    go_on(border.gate)
    assert (now(firm, sent)["stage"], now(firm, sent)["faulty"], crossings(firm)) == ("FAULTY", 4, [])
    assert set(faults(firm, sent)) == {
        (3, 6, "R010"),
        (4, 2, "payload.not_among"),
        (4, 3, "vehicle_registration.list_no_such_day"),
        (4, 5, "vehicle_registration.window_backwards"),
        (4, 6, "vehicle_registration.no_such_plate"),
        (5, 6, "vehicle_registration.no_such_plate"),
        (6, 5, "vehicle_registration.window_over"),
    }
    told = firm.asking.get(f"{API}/uploads/{sent.json()['id']}/faults").json()["items"][0]
    assert told["value"] == "??"
    assert {*told["message"]} == {*told["names"]} == {"vi", "zh", "en"}


def test_a_day_at_the_end_of_the_calendar_is_a_fault_of_its_line_and_no_other_line_suffers(border: Border) -> None:
    firm = a_firm(border)
    days = ("2000-01-01", "1999-12-31", "2100-01-01", "0001-01-01", "9999-12-31")
    sent = uploads(firm, as_text(a_line(), *(a_line(day=day) for day in days)), only_good="true")
    go_on(border.gate)
    assert (now(firm, sent)["stage"], now(firm, sent)["filed"]) == ("FILED", 1)
    assert [(line, column) for line, column, _ in faults(firm, sent)] == [(line, 3) for line in range(3, 8)]


def test_the_good_lines_are_filed_on_request_and_only_once(border: Border) -> None:
    firm = a_firm(border)
    sent = uploads(firm, as_text(a_line(), a_line("12C-999.99")))
    go_on(border.gate)
    asked = firm.asking.post(f"{API}/uploads/{sent.json()['id']}/file-good", json={})
    assert (asked.status_code, asked.json()["stage"]) == (200, "FILING")
    go_on(border.gate)
    assert now(firm, sent) | {"stage": "FILED", "filed": 1, "faulty": 1} == now(firm, sent)
    again = firm.asking.post(f"{API}/uploads/{sent.json()['id']}/file-good", json={})
    assert (again.status_code, again.json()["code"]) == (409, "vehicle_registration.upload_not_faulty")
    assert len(crossings(firm)) == 1


def test_good_lines_only_may_be_asked_for_at_once(border: Border) -> None:
    firm = a_firm(border)
    sent = uploads(firm, as_text(a_line(), a_line("12C-999.99")), only_good="true")
    go_on(border.gate)
    assert (now(firm, sent)["stage"], len(crossings(firm))) == ("FILED", 1)


def test_the_same_file_again_is_the_list_it_made_before(border: Border) -> None:
    firm, other = a_firm(border), a_firm(border, "12C-123.45")
    first = uploads(firm, as_text(a_line()))
    go_on(border.gate)
    again = uploads(firm, as_text(a_line()))
    go_on(border.gate)
    assert (again.json()["id"], again.json()["stage"]) == (first.json()["id"], "FILED")
    assert len(crossings(firm)) == 1
    assert uploads(other, as_text(a_line())).json()["id"] != first.json()["id"]


def test_a_faulty_list_is_checked_again_when_what_it_lacked_is_there(border: Border) -> None:
    firm = a_firm(border)
    sent = uploads(firm, as_text(a_line(), a_line("12C-999.99")))
    go_on(border.gate)
    firm.registers("12C-999.99")
    assert firm.asking.post(f"{API}/uploads/{sent.json()['id']}/check", json={}).json()["stage"] == "CHECKING"
    go_on(border.gate)
    assert (now(firm, sent)["stage"], now(firm, sent)["filed"], faults(firm, sent)) == ("FILED", 2, [])


def test_nothing_of_a_list_is_filed_when_a_line_turned_faulty_after_its_check(border: Border) -> None:
    firm = a_firm(border)
    sent = uploads(firm, as_text(a_line(), a_line(ends="09:30")))
    assert UploadDesk(border.gate.gate).step()
    assert now(firm, sent)["stage"] == "FILING"
    border.gate.clock.forward(hours=26)
    go_on(border.gate)
    assert (now(firm, sent)["stage"], crossings(firm)) == ("FAULTY", [])
    assert faults(firm, sent) == [(3, 5, "vehicle_registration.window_over")]


def test_a_list_given_up_half_way_is_checked_again_without_the_lines_that_were_filed(
    border: Border, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.vehicle_registration.commands.uploads.BATCH", 1)
    firm = a_firm(border)
    firm.registers("12C-543.21")
    sent = uploads(firm, as_text(a_line(), a_line("12C-543.21"), a_line("12C-404.04")), only_good="true")
    desk, upload = UploadDesk(border.gate.gate), UUID(sent.json()["id"])
    for _ in range(4):  # three lines are checked, the first is filed
        desk.step()
    assert (now(firm, sent)["stage"], now(firm, sent)["filed"]) == ("FILING", 1)
    border.gate.do("vehicle_registration", lambda session: give_up_upload(upload, session))
    assert (now(firm, sent)["stage"], now(firm, sent)["faulty"]) == ("FAULTY", 2)
    firm.asking.post(f"{API}/uploads/{upload}/check", json={})
    go_on(border.gate)
    told = now(firm, sent)
    assert (told["stage"], told["filed"], told["faulty"]) == ("FILED", 2, 1)
    assert [line for line, *_ in faults(firm, sent)] == [4]
    assert len(crossings(firm)) == 2


def test_a_list_that_another_worker_has_in_hand_keeps_no_other_waiting(border: Border) -> None:
    firm, other = a_firm(border), a_firm(border)
    held, free = uploads(firm, as_text(a_line())), uploads(other, as_text(a_line()))
    desk = UploadDesk(border.gate.gate)

    def beside(session: Session) -> list[bool]:
        assert store.upload_if_free(session, UUID(held.json()["id"])) is not None
        return [desk.step() for _ in range(3)]

    assert border.gate.do("vehicle_registration", beside) == [True, True, False]
    assert (now(firm, held)["stage"], now(other, free)["stage"]) == ("CHECKING", "FILED")


def test_a_driver_who_changes_while_a_list_is_gone_on_with_is_meant_as_he_is_called_now(border: Border) -> None:
    firm = a_firm(border)
    driver = firm.asking.post(f"{API}/drivers", json={"full_name": "Lái xe A"}).json()["id"]
    sent = uploads(firm, as_text(a_line(driver="Lái xe A"), a_line(driver="Lái xe B")))
    desk = UploadDesk(border.gate.gate)
    assert desk.step()
    assert faults(firm, sent) == [(3, 7, "vehicle_registration.no_such_driver")]
    firm.asking.put(f"{API}/drivers/{driver}", json={"full_name": "Lái xe B"})
    firm.asking.post(f"{API}/uploads/{sent.json()['id']}/check", json={})
    assert desk.step()
    assert faults(firm, sent) == [(2, 7, "vehicle_registration.no_such_driver")]
    firm.asking.request("DELETE", f"{API}/drivers/{driver}")
    firm.asking.post(f"{API}/uploads/{sent.json()['id']}/check", json={})
    assert desk.step()
    assert [line for line, _, _ in faults(firm, sent)] == [2, 3]


def test_a_list_is_kept_for_a_time_and_its_crossings_stay(border: Border) -> None:
    firm = a_firm(border)
    sent = uploads(firm, as_text(a_line()))
    go_on(border.gate)
    kept = datetime.fromisoformat(sent.json()["kept_until"]) - datetime.fromisoformat(sent.json()["uploaded_at"])
    assert kept == timedelta(days=90)
    border.gate.wait(hours=24 * 90 - 1)
    assert now(firm, sent)["stage"] == "FILED"
    border.gate.wait(hours=1)
    assert firm.asking.get(f"{API}/uploads/{sent.json()['id']}").status_code == 404
    rows = border.gate.rows("vehicle_registration", "SELECT * FROM vehicle_registration.upload_lines")
    assert (rows, len(crossings(firm))) == ([], 1)
    news = [record.headers["ce_type"] for record in border.heard("bordergate.organisations")]
    assert news[-1] == "bordergate.vehicle_registration.upload_forgotten.v1"


def test_a_list_that_is_still_gone_on_with_is_not_forgotten_under_the_worker_s_hands(border: Border) -> None:
    firm = a_firm(border)
    sent = uploads(firm, as_text(a_line(day="2026-12-01")))
    border.gate.wait(hours=24 * 90)
    assert now(firm, sent)["stage"] == "CHECKING"
    go_on(border.gate)
    assert now(firm, sent)["stage"] == "FILED"
    border.gate.wait(hours=24)
    assert firm.asking.get(f"{API}/uploads/{sent.json()['id']}").status_code == 404


def test_a_driver_is_recognised_by_name_audited_and_never_kept_in_the_open(border: Border) -> None:
    firm = a_firm(border)
    driver = firm.asking.post(f"{API}/drivers", json={"full_name": "Lái xe A", "licence": "B2-0001"}).json()["id"]
    sent = uploads(firm, as_text(a_line(driver="lái xe a"), a_line("12C-999.99", driver="Nobody Known")))
    rows = border.gate.rows("vehicle_registration", "SELECT cells::text FROM vehicle_registration.upload_lines")
    assert not any("lái" in row.cells or "Nobody" in row.cells for row in rows)
    go_on(border.gate)
    assert (3, 7, "vehicle_registration.no_such_driver") in faults(firm, sent)
    assert "Nobody" not in firm.asking.get(f"{API}/uploads/{sent.json()['id']}/faults").text
    firm.asking.post(f"{API}/uploads/{sent.json()['id']}/file-good", json={})
    go_on(border.gate)
    assert crossings(firm)[0]["filing"]["driver_id"] == driver
    sql = "SELECT count(*) FROM vehicle_registration.audit WHERE what LIKE %s AND subject = %s"
    ((looks,),) = border.gate.rows("vehicle_registration", sql, "%see_driver", driver)
    assert looks >= 1


def test_the_faults_are_downloaded_in_the_reader_s_language_and_no_spreadsheet_computes_with_them(
    border: Border,
) -> None:
    firm = a_firm(border)
    sent = uploads(firm, as_text(a_line("=1+1")))
    go_on(border.gate)
    asked = {"Bordergate-Language": "zh"}
    answer = firm.asking.get(f"{API}/uploads/{sent.json()['id']}/faults.csv", headers=asked)
    head, row = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))[:2]
    assert head[:3] == ["行", "列", "值"]
    assert row[:4] == ["2", "车牌", "'=1+1", "R010"]


def test_nobody_sees_or_moves_another_firm_s_list(border: Border) -> None:
    firm, other = a_firm(border), border.firm(Role.TRADER)
    sent = uploads(firm, as_text(a_line("12C-999.99")))
    go_on(border.gate)
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
    go_on(border.gate)
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
    go_on(border.gate)
    assert (now(firm, sent)["stage"], now(firm, sent)["filed"]) == ("FILED", 600)
    news = [record for record in border.heard("bordergate.organisations") if "upload" in record.headers["ce_type"]]
    assert len(news) == 1 + 2 + 2
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


def test_a_running_worker_takes_a_list_up_by_itself(running_gate: RunningGate) -> None:
    firm = Firm(running_gate.as_(a_caller(Role.CARRIER, organisation=(organisation := new_id()))), organisation)
    firm.registers()
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    sent = uploads(firm, as_text(a_line(day=tomorrow)))
    assert eventually(lambda: now(firm, sent)["stage"] == "FILED")
    assert now(firm, sent)["filed"] == 1
