from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Role
from bordergate.i18n import LANGUAGES
from bordergate.ids import new_id
from services.identity.commands import know_vehicles
from services.portal.pages.admin import ROOMS
from tests.browser.conftest import Album, Stage
from tests.builders.accounts import PASSWORD, Account, an_account, an_organisation
from tests.builders.callers import a_caller

SAID = {
    "vi": {"sign in": "Đăng nhập", "admin": "Quản trị", "firms": "Tổ chức", "people": "Người dùng"},
    "zh": {"sign in": "登录", "admin": "管理", "firms": "单位", "people": "用户"},
    "en": {"sign in": "Sign in", "admin": "Administration", "firms": "Organisations", "people": "People"},
}
TRUCK = {
    "plate": "12C12345",
    "country": "VN",
    "vehicle_type": "VT4",
    "axles": 2,
    "tare_kg": 7_000,
    "gross_kg": 15_000,
}
ADMIN = a_caller(Role.ADMIN)


def sign_in(page: Page, account: Account, language: str) -> None:
    page.goto("/sign-in")
    page.locator("#account").fill(account.login)
    page.locator("#password").fill(account.password)
    page.get_by_role("button", name=SAID[language]["sign in"]).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_administrator_brings_in_a_firm_and_its_first_person(
    stage: Stage, language: str, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    said = SAID[language]
    admin = an_account(stage.gate, "quan-tri@cua-khau.example", Role.ADMIN)
    page = stage.window(language=language)
    sign_in(page, admin, language)
    page.get_by_role("navigation").get_by_role("link", name=said["admin"]).first.click()
    page.locator(".rooms").get_by_role("link", name=said["firms"]).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator('[data-opens="register"]').click()
    form = page.locator("#register")
    form.locator("#kind").select_option("CARRIER")
    form.locator("#name-vi").fill("Nhà xe mẫu K")
    form.locator("#name-zh").fill("示例车队 K")
    form.locator("#tax-code").fill("0100109106")
    form.locator("button[type=submit]").click()
    firm = page.locator("tbody tr", has_text="0100109106")
    expect(firm).to_be_visible()
    firm.locator('[data-opens="verify"]').click()
    page.locator("#verify button[type=submit]").click()
    expect(firm.locator(".tone-ok")).to_be_visible()
    pictures.keep(page, f"admin-organisations-done-{language}.png", full_page=True)
    page.locator(".rooms").get_by_role("link", name=said["people"]).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator('[data-opens="invite"]').click()
    form = page.locator("#invite")
    form.locator("#name").fill("Người K")
    form.locator("#login").fill("k@nha-xe.example")
    form.locator("#firm").fill("K")
    form.locator("#firm").fill("示例车队 K" if language == "zh" else "Nhà xe mẫu K")
    expect(form.locator('[name="organisation"]')).to_have_value(re.compile("-"))
    form.locator('[value="CARRIER"]').check()
    pictures.keep(page, f"admin-invite-{language}.png")
    form.locator("button[type=submit]").click()
    link = page.locator("#link [data-put=link]")
    expect(link).to_contain_text("/invitation?token=")
    expect(page.locator("tbody tr", has_text="k@nha-xe.example")).to_be_visible()
    page.locator("#link [data-closes]").click()
    page.set_viewport_size({"width": 360, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    pictures.keep(page, f"admin-people-{language}-360.png", full_page=True)
    guest = stage.window(language=language)
    guest.goto(link.text_content() or "")
    guest.locator("#password").fill(PASSWORD)
    guest.locator("button[type=submit]").click()
    guest.wait_for_url(lambda url: "/invitation" not in url)
    guest.goto("/account")
    expect(guest.locator('[data-me="name"]')).to_have_text("Người K")
    assert quiet() == []


def test_a_role_an_organisation_may_not_have_is_refused_where_it_was_asked(stage: Stage) -> None:
    account = an_account(stage.gate)
    page = stage.window(ADMIN, language="en")
    page.goto("/admin/people")
    page.locator("tbody tr", has_text=account.login).locator('[data-opens="appoint"]').click()
    dialog = page.locator("#appoint")
    expect(dialog.locator('[value="CARRIER"]')).to_be_checked()
    dialog.locator('[value="CUSTOMS"]').check()
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator("[data-problem]")).to_contain_text("CUSTOMS")
    dialog.locator('[value="CUSTOMS"]').uncheck()
    dialog.locator('[value="hn-1119"]').check()
    dialog.locator("button[type=submit]").click()
    expect(page.locator("tbody tr", has_text=account.login)).to_contain_text("hn-1119")


def test_somebody_is_found_and_shut_out(stage: Stage) -> None:
    account = an_account(stage.gate, "mot@nha-xe.example")
    an_account(stage.gate, "hai@nha-xe.example", organisation=account.organisation)
    page = stage.window(ADMIN)
    page.goto("/admin/people")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("#seek").fill("mot@nha-xe.example")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator('[data-opens="disable"]').click()
    page.locator("#disable button[type=submit]").click()
    expect(page.locator("tbody tr").get_by_text("Đã khóa")).to_be_visible()
    expect(page.locator('tbody [data-opens="disable"]')).to_be_hidden()


def test_a_device_is_enrolled_for_the_truck_with_a_plate(stage: Stage) -> None:
    carrier = an_organisation(stage.gate)
    firm = stage.gate.as_(a_caller(Role.CARRIER, organisation=carrier))
    assert firm.post("/api/vehicle-registration/vehicles", json=TRUCK).status_code == 201
    stage.gate.settle()
    page = stage.window(ADMIN)
    page.goto("/admin/devices")
    expect(page.locator('[data-stand="empty"]')).to_be_visible()
    page.locator('[data-opens="enrol"]').click()
    form = page.locator("#enrol")
    form.locator("#plate").fill("12c-999.99")
    form.locator("#plate").blur()
    expect(form.locator("[data-found]")).to_contain_text("Không tìm thấy")
    form.locator("#plate").fill("12c-123.45")
    form.locator("#plate").blur()
    expect(form.locator("[data-found]")).to_have_text("12C12345")
    form.locator("#hardware").fill("356307042441013")
    form.locator("button[type=submit]").click()
    expect(page.locator("tbody tr").get_by_text("Đang báo vị trí")).to_be_visible()
    expect(page.locator("tbody tr")).to_contain_text("356307042441013")


def test_a_device_is_revoked(stage: Stage, pictures: Album) -> None:
    vehicle, carrier = new_id(), an_organisation(stage.gate)
    stage.gate.do("identity", lambda session: know_vehicles({vehicle: carrier}, session))
    made = stage.gate.as_(ADMIN).post(
        "/api/identity/devices", json={"hardware_id": "356307042441013", "vehicle_id": str(vehicle)}
    )
    assert made.status_code == 201
    page = stage.window(ADMIN)
    page.goto("/admin/devices")
    expect(page.locator("tbody tr")).to_contain_text("Nhà xe mẫu B")
    page.locator('[data-opens="revoke"]').click()
    page.locator("#revoke button[type=submit]").click()
    expect(page.locator("tbody tr").get_by_text("Đã thu hồi")).to_be_visible()
    expect(page.locator("tbody tr").get_by_text("Đang báo vị trí")).to_be_hidden()
    pictures.keep(page, "admin-devices-revoked.png", full_page=True)


def test_an_auditor_looks_and_is_offered_nothing_to_do(stage: Stage) -> None:
    an_account(stage.gate)
    page = stage.window(a_caller(Role.AUDITOR, organisation=new_id()))
    for room in ROOMS:
        page.goto(f"/admin/{room}")
        expect(page.locator("main")).to_contain_text("không thay đổi được")
        expect(page.locator("[data-opens]")).to_have_count(0)


def test_a_list_that_cannot_be_read_says_so(stage: Stage) -> None:
    page = stage.window(ADMIN, language="en")
    page.route("**/api/identity/people*", lambda route: route.abort())
    page.goto("/admin/people")
    expect(page.locator('[data-stand="failed"]')).to_be_visible()


def areas_in_force(stage: Stage) -> dict[str, str]:
    told = stage.gate.client.get("/api/tracking/areas").json()
    return {one["properties"]["code"]: one["properties"]["kind"] for one in told["features"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_area_is_drawn_checked_and_put_in_force(
    stage: Stage, language: str, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    before = areas_in_force(stage)
    page = stage.window(ADMIN, language=language)
    page.goto("/admin/areas")
    expect(page.locator("tbody tr")).to_have_count(len(before))
    page.locator("#new-area").click()
    page.locator("#area-code").fill("bai-moi")
    page.locator("#area-kind").select_option("YARD")
    for _ in range(4):
        page.locator(".leaflet-control-zoom-in").click()
    for x, y in ((200, 200), (300, 200), (300, 300), (200, 300)):
        page.locator("#area-map").click(position={"x": x, "y": y})
    expect(page.locator(".corner")).to_have_count(4)
    assert len(page.locator("#area-corners").input_value().splitlines()) == 4
    page.locator("#area-form button[type=submit]").click()
    expect(page.locator("#activate-areas")).to_be_disabled()
    page.locator("#check-areas").click()
    expect(page.locator('[data-checked="added"]')).to_have_text("bai-moi")
    assert areas_in_force(stage) == before
    pictures.keep(page, f"admin-areas-checked-{language}.png", full_page=True)
    page.locator("#activate-areas").click()
    expect(page.locator("#area-told")).to_be_visible()
    assert areas_in_force(stage) == before | {"bai-moi": "YARD"}
    assert quiet() == []


def test_corners_are_typed_by_whoever_cannot_point(stage: Stage) -> None:
    page = stage.window(ADMIN, language="en")
    page.goto("/admin/areas")
    page.locator("[data-edits]").first.click()
    corners = page.locator("#area-corners")
    corners.fill("106.70, 21.90\n106.71, 21.90\n106.71, 21.91")
    corners.blur()
    expect(page.locator(".corner")).to_have_count(3)
    page.locator("#check-areas").click()
    expect(page.locator('[data-checked="changed"]')).not_to_have_text("none")


def test_a_draft_that_crosses_itself_is_refused_with_the_reason(stage: Stage) -> None:
    page = stage.window(ADMIN, language="en")
    page.goto("/admin/areas")
    page.locator("[data-edits]").first.click()
    corners = page.locator("#area-corners")
    corners.fill("106.70, 21.90\n106.71, 21.91\n106.71, 21.90\n106.70, 21.91")
    corners.blur()
    page.locator("#check-areas").click()
    expect(page.locator("#area-problem")).to_contain_text("not sound")
    expect(page.locator("#activate-areas")).to_be_disabled()


def test_a_plan_that_another_has_changed_meanwhile_is_not_overwritten(stage: Stage) -> None:
    page = stage.window(ADMIN, language="en")
    page.goto("/admin/areas")
    page.locator("[data-edits]").first.click()
    page.locator("#remove-area").click()
    page.locator("#check-areas").click()
    expect(page.locator('[data-checked="removed"]')).not_to_have_text("none")
    plan = stage.gate.client.get("/api/tracking/areas").json()
    headers = {"If-Match": f'"{plan["version"]}"'}
    answer = stage.gate.as_(ADMIN).put("/api/tracking/areas", json={"features": plan["features"][1:]}, headers=headers)
    answer.raise_for_status()
    page.locator("#activate-areas").click()
    expect(page.locator("#area-problem")).not_to_be_empty()


def test_roads_are_checked_then_loaded_and_a_file_that_cannot_be_drawn_says_where(
    stage: Stage, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    page = stage.window(ADMIN, language="en")
    page.goto("/admin/areas")
    ways = page.locator("#ways")
    expect(ways).to_contain_text("lanes 16, roads 0")
    for text, said in (("[]", "cannot be read"), (roads_in(GEOJSON_LINE, [[1, 2]]), "Feature 2")):
        give(page, text)
        expect(ways.get_by_role("alert")).to_contain_text(said)
        expect(ways.get_by_role("button", name="Put in force")).to_be_disabled()
        stage.complaints.clear()  # the browser notes each refusal
    give(page, roads_in(GEOJSON_LINE))
    expect(ways.locator('[data-figure="ways"]')).to_have_text("1")
    ways.get_by_role("button", name="Put in force").click()
    expect(ways).to_contain_text("lanes 16, roads 1")
    for _ in range(4):
        page.locator(".leaflet-control-zoom-in").click()
    expect(page.locator(".map-road")).to_have_text("QL.1A")
    pictures.keep(page, "admin-ways-loaded.png", full_page=True)
    assert quiet() == []


GEOJSON_LINE = [[106.70, 21.95], [106.72, 21.96], [106.7149, 21.9729], [106.71, 21.99]]


def roads_in(*lines: list[list[float]]) -> str:
    line = [{"type": "LineString", "coordinates": places} for places in lines]
    road = [{"type": "Feature", "properties": {"name": "QL.1A"}, "geometry": one} for one in line]
    return json.dumps({"type": "FeatureCollection", "features": road})


def give(page: Page, text: str) -> None:
    file = {"name": "duong.geojson", "mimeType": "application/geo+json", "buffer": text.encode()}
    page.locator("#ways-file").set_input_files(file)
    page.locator("#ways").get_by_role("button", name="Check").click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_auditor_finds_who_did_what(
    stage: Stage, language: str, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    firm = an_organisation(stage.gate)
    stage.gate.as_(ADMIN).post(f"/api/identity/organisations/{firm}/verify")
    stage.gate.as_(ADMIN).post("/api/tracking/areas/check", json={"features": []})
    page = stage.window(a_caller(Role.AUDITOR, organisation=new_id()), language=language)
    page.goto("/admin/audit")
    expect(page.locator("tbody tr")).not_to_have_count(0)
    page.locator("#what").select_option("identity.verify_organisation")
    page.locator("#seek-audit button").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text(str(firm))
    page.locator('tbody [data-narrows="caller"]').click()
    expect(page.locator("#caller")).to_have_value(str(ADMIN.id))
    expect(page.locator("tbody tr")).to_have_count(1)
    pictures.keep(page, f"admin-audit-found-{language}.png", full_page=True)
    assert quiet() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_is_changed_from_a_day_on_after_its_difference_was_seen(
    stage: Stage, language: str, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    page = stage.window(ADMIN, language=language)
    page.goto("/admin/reference")
    page.locator("#table").select_option("queue_scheduling.hours")
    page.locator("#text").fill("hn-1119")
    page.locator("#choose-table button[type=submit]").click()
    expect(page.locator("#rows tbody tr")).to_have_count(7)
    page.locator("#rows tbody button").first.click()
    expect(page.locator("#cell-valid_from")).to_have_value("2026-05-05")
    page.locator("#cell-opens").fill("06:30")
    page.locator("#cell-source").fill("Quyết định mẫu")
    page.locator("#row-form button[type=submit]").click()
    page.locator("#compare").click()
    expect(page.locator("#added tbody tr")).to_contain_text("06:30")
    expect(page.locator("#changed ins")).to_have_text("2026-05-05")
    pictures.keep(page, f"admin-reference-compared-{language}.png", full_page=True)
    page.locator("#activate").click()
    expect(page.locator("#reference-told")).to_be_visible()
    expect(page.locator("#rows tbody tr")).to_have_count(8)
    assert quiet() == []


def test_a_draft_that_rewrites_the_past_is_refused_with_the_next_step(stage: Stage) -> None:
    page = stage.window(ADMIN, language="en")
    page.goto("/admin/reference")
    page.locator("#table").select_option("gate_operations.numbers")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.locator("#pasted").fill(
        "name,valid_from,valid_to,source,illustrative,value\nauthority_lag_minutes,2020-01-01,,Sample,true,7"
    )
    page.locator("#compare").click()
    expect(page.locator("#reference [data-problem]")).to_contain_text("has been applied")
    expect(page.locator("#activate")).to_be_disabled()
