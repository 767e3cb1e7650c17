"""Scans of papers: known by their bytes, stored once, sealed for drivers, seen by few, gone with their paper."""

from __future__ import annotations

import stat
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy.orm import Session

from bordergate.auth import Role
from services.vehicle_registration import queries
from services.vehicle_registration.commands import AttachScan, Scan, attach_scan
from services.vehicle_registration.documents import Cabinet
from services.vehicle_registration.sealing import KeyRing
from tests.builders.scans import JPEG, PDF, a_picture
from tests.gates import eventually
from tests.integration.vehicle_registration.conftest import API, Border, Firm
from tests.integration.vehicle_registration.test_papers import a_driver_of, a_licence, hands_in, told_of

MEGABYTE = 1024 * 1024


def attaches(firm: Firm, path: str, content: bytes, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's options
    return firm.asking.post(path, content=content, headers={"Content-Type": "application/octet-stream"}, **options)


def a_permit(firm: Firm, plate: str = "12C-123.45") -> str:
    """Where the scan of a truck's permit stands."""
    truck = firm.registers(plate)
    return f"{API}/vehicles/{truck['id']}/papers/{hands_in(firm, 'vehicles', truck)['id']}/scan"


def files_of(border: Border) -> list[Path]:
    return sorted(path for path in (border.gate.gate.settings.var / "documents").rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("content", "kind"), [(PDF, "application/pdf"), (JPEG, "image/jpeg"), (a_picture(), "image/png")]
)
def test_a_scan_is_known_by_its_bytes_and_comes_back_as_an_attachment(
    border: Border, content: bytes, kind: str
) -> None:
    firm = border.firm()
    path = a_permit(firm)
    assert firm.asking.get(path).json()["code"] == "vehicle_registration.no_scan"
    assert attaches(firm, path, content).json()["scan_type"] == kind
    seen = firm.asking.get(path)
    assert (seen.content, seen.headers["content-type"]) == (content, kind)
    assert seen.headers["content-disposition"].startswith('attachment; filename="transport_permit-2026-12-31.')
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert seen.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "content", [b"", b"<html><script>alert(1)</script>", b"MZ\x90\x00", b"GIF89a", b"PK\x03\x04", b" %PDF-1.4"]
)
def test_what_is_no_scan_is_refused_and_nothing_is_stored(border: Border, content: bytes) -> None:
    firm = border.firm()
    refused = attaches(firm, a_permit(firm), content)
    assert (refused.status_code, refused.json()["code"]) == (400, "vehicle_registration.not_a_scan")
    assert files_of(border) == []


def test_a_scan_may_have_as_much_as_the_law_says_and_no_more(border: Border) -> None:
    firm = border.firm()
    path = a_permit(firm)
    most = PDF + b"\n" * (8 * MEGABYTE - len(PDF))
    assert attaches(firm, path, most).status_code == 200
    refused = attaches(firm, path, most + b"\n")
    assert (refused.status_code, refused.json()["code"]) == (400, "vehicle_registration.scan_too_large")
    assert attaches(firm, path, PDF + b"\n" * (10 * MEGABYTE)).status_code == 413
    assert firm.asking.post(f"{API}/vehicles", content=b" " * (MEGABYTE + 1)).status_code == 413


def test_the_same_scan_is_stored_once_cannot_be_executed_and_goes_with_its_last_paper(border: Border) -> None:
    firm = border.firm()
    paths = [a_permit(firm), a_permit(firm, "12C-543.21")]
    for path in paths:
        attaches(firm, path, PDF)
    (file,) = files_of(border)
    assert not file.stat().st_mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH | stat.S_IWOTH)
    assert firm.asking.post(paths[0].replace("/scan", "/end"), json={}).status_code == 204
    assert files_of(border) == [file]
    assert firm.asking.get(paths[1]).content == PDF
    attaches(firm, paths[1], JPEG)
    (other,) = files_of(border)
    assert other != file


def test_a_scan_that_another_firm_has_too_stays(border: Border) -> None:
    one, other = border.firm(), border.firm()
    theirs, ours = a_permit(one), a_permit(other, "12C-777.77")
    attaches(one, theirs, PDF)
    attaches(other, ours, PDF)
    assert one.asking.post(theirs.replace("/scan", "/end"), json={}).status_code == 204
    assert other.asking.get(ours).content == PDF


def test_a_drivers_scan_lies_sealed_is_audited_and_survives_a_new_key(border: Border) -> None:
    firm = border.firm()
    driver = a_driver_of(firm)
    path = f"{API}/drivers/{driver['id']}/papers/{a_licence(firm, driver)['id']}/scan"
    assert attaches(firm, path, PDF).status_code == 200
    (file,) = files_of(border)
    assert b"PDF" not in file.read_bytes()
    assert told_of(border, driver)[-1] == "driver_paper_scanned"
    border.officer(Role.ADMIN).post(f"{API}/drivers/reseal", json={"new_key": True})
    corrected = firm.asking.post(path.replace("/scan", "/correct"), json={"issuer": "Cục Cảnh sát giao thông"})
    assert corrected.status_code == 200
    for reader in (firm.asking, border.officer(Role.BORDER_GUARD)):
        assert reader.get(path).content == PDF
    assert border.officer(Role.CUSTOMS).get(path).status_code == 403
    looks = border.gate.rows(
        "vehicle_registration",
        "SELECT * FROM vehicle_registration.audit"
        " WHERE what LIKE '%%see_driver' AND subject = %s AND decision = 'allowed'",
        driver["id"],
    )
    assert len(looks) == 2
    firm.asking.request("DELETE", f"{API}/drivers/{driver['id']}")
    assert files_of(border) == []


def test_only_who_may_see_the_vehicle_sees_its_scans_and_only_its_carrier_attaches_them(border: Border) -> None:
    carrier, trader = border.firm(), border.firm(Role.TRADER)
    truck = carrier.registers(shared_with=(trader.organisation,))
    path = f"{API}/vehicles/{truck['id']}/papers/{hands_in(carrier, 'vehicles', truck)['id']}/scan"
    attaches(carrier, path, PDF)
    assert trader.asking.get(path).content == PDF
    assert attaches(trader, path, JPEG).status_code == 403
    assert border.firm().asking.get(path).status_code == 404
    assert attaches(border.firm(), path, JPEG).status_code == 404


def test_a_plain_form_sends_a_scan_as_its_file(border: Border) -> None:
    firm = border.firm()
    path = a_permit(firm)
    sent = firm.asking.post(path, files={"scan": ("permit.exe", PDF, "application/x-msdownload")}, data={"once": "one"})
    assert (sent.status_code, sent.json()["scan_type"]) == (200, "application/pdf")
    back = {"back": "/desk/fleet", "keep": "scan", "whose": "me"}
    fake = {"scan": ("a.pdf", b"no", "application/pdf")}
    refused = firm.asking.post(path, files=fake, data=back, follow_redirects=False)
    assert (refused.status_code, refused.headers["location"]) == (303, "/desk/fleet")
    assert firm.asking.post(path, data=back, follow_redirects=False).status_code == 303


def test_another_file_under_the_same_key_is_another_request(border: Border) -> None:
    firm = border.firm()
    path = a_permit(firm)
    once = {"once": "3f0f4a1e-0000-4000-8000-000000000001"}
    answers = [firm.asking.post(path, files={"scan": ("a", content)}, data=once) for content in (PDF, PDF, JPEG)]
    assert [answer.status_code for answer in answers] == [200, 200, 409]


def test_a_scan_that_was_refused_is_not_left_behind(border: Border) -> None:
    firm = border.firm()
    path = a_permit(firm)
    stale = firm.asking.post(path, content=PDF, headers={"If-Match": '"9"'})
    assert (stale.status_code, files_of(border)) == (412, [])


def test_of_scans_attached_at_the_same_instant_one_is_kept_and_none_left_behind(border: Border) -> None:
    firm = border.firm()
    path = a_permit(firm)
    settings = border.gate.gate.settings
    cabinet, ring = Cabinet(settings.var / "documents"), KeyRing.read(settings.var / "keys")
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"

    def meanwhile(session: Session) -> Future[httpx.Response]:
        vehicle_id, paper_id = (UUID(part) for part in path.split("/")[4:7:2])
        holder, scan = queries.vehicle_holder(session, vehicle_id), Scan(JPEG, "image/jpeg")
        attach_scan(AttachScan(holder, paper_id, cabinet.store(JPEG), scan), cabinet, ring, session)
        session.flush()
        other = workers.submit(attaches, firm, path, PDF)
        eventually(lambda: border.gate.rows("vehicle_registration", waiting)[0][0])
        return other

    with ThreadPoolExecutor(1) as workers:
        assert border.gate.do("vehicle_registration", meanwhile).result().status_code == 200
    (kept,) = files_of(border)
    assert kept.read_bytes() == firm.asking.get(path).content == PDF
