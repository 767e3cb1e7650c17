"""Many crossings at once in the browser: a file is chosen, followed live, its faults read; and without a script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Role
from bordergate.i18n import LANGUAGES, Language, text
from events.words import OrganisationKind
from services.vehicle_registration.commands import RegisterVehicles, register_vehicles
from tests.browser.conftest import Album, Stage
from tests.builders.accounts import Account, an_account, an_organisation
from tests.builders.lists import a_list, go_on
from tests.builders.registration import papers

HEADER = "route,direction,day,starts,ends,plate,declared_empty"
LINE = "hn-1119,EXPORT,2026-05-05,08:00,12:00,{plate},yes"


@pytest.fixture
def trader(stage: Stage) -> Account:
    firm = an_organisation(stage.gate, OrganisationKind.TRADER)
    return an_account(stage.gate, "kinh-doanh@xuat-nhap-khau.example", Role.TRADER, firm)


def signed_in(stage: Stage, trader: Account, language: Language = "en", *, script: bool = True) -> Page:
    page = stage.window(language=language, script=script)
    page.goto("/sign-in?next=/desk/many")
    page.locator("#account").fill(trader.login)
    page.locator("#password").fill(trader.password)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/desk/many")
    return page


def register(stage: Stage, trader: Account, *plates: str) -> None:
    command = RegisterVehicles(trader.organisation, [(papers(plate=plate), ()) for plate in plates])
    stage.gate.do("vehicle_registration", lambda session: len(register_vehicles(command, session)))


def chosen(page: Page, folder: Path, *plates: str) -> None:
    """Choose a file with a line a plate, and send it."""
    file = folder / "list.csv"
    file.write_text("\n".join([HEADER, *(LINE.format(plate=plate) for plate in plates)]), "utf-8")
    page.goto("/desk/many")
    page.locator("#file").set_input_files(file)
    page.locator("main form button[type=submit]").click()


def shots(page: Page, pictures: Album, name: str) -> None:
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            pictures.keep(page, f"many-{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_is_uploaded_followed_live_and_its_good_lines_filed(
    stage: Stage, trader: Account, language: Language, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    register(stage, trader, "12C-123.45")
    page = signed_in(stage, trader, language)
    page.get_by_text(text("portal.many.columns", language)).click()
    expect(page.get_by_text(text("upload.column.shares", language), exact=True)).to_be_visible()
    shots(page, pictures, f"start-{language}")
    upload = a_list(stage.gate, trader.organisation, "12C-123.45", "??", "12C-999.99")
    stage.gate.settle()
    page.goto(f"/desk/many/{upload}")
    expect(page.get_by_role("heading", level=1)).to_have_text(text("portal.many.stage.CHECKING", language))
    expect(page.locator("#live")).to_be_visible()
    shots(page, pictures, f"checking-{language}")
    go_on(stage.gate)
    expect(page.get_by_role("heading", level=1)).to_have_text(text("portal.many.stage.FAULTY", language))
    expect(page.locator("#faults tbody tr")).to_have_count(2)
    expect(page.locator("#faults tbody tr").first).to_contain_text("??")
    shots(page, pictures, f"faulty-{language}")
    with page.expect_download() as loading:
        page.locator("a[download]").click()
    assert loading.value.suggested_filename == "faults.csv"
    assert quiet() == []


@pytest.mark.parametrize("how", ["script", "plain"])
def test_a_file_chosen_in_the_form_is_filed(
    stage: Stage,
    trader: Account,
    tmp_path: Path,
    how: str,
    pictures: Album,
) -> None:
    register(stage, trader, "12C-123.45", "12C-543.21")
    page = signed_in(stage, trader, script=how == "script")
    chosen(page, tmp_path, "12C-123.45", "12C-543.21")
    stage.gate.settle()
    page.wait_for_url("**/desk/many/*")
    go_on(stage.gate)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Filed")
    shots(page, pictures, f"filed-{how}")
    page.goto("/")
    expect(page.get_by_text("12C-543.21").or_(page.get_by_text("12C54321")).first).to_be_visible()


def test_the_good_lines_are_filed_without_a_script(stage: Stage, trader: Account) -> None:
    register(stage, trader, "12C-123.45")
    upload: UUID = a_list(stage.gate, trader.organisation, "12C-123.45", "12C-999.99")
    go_on(stage.gate)
    page = signed_in(stage, trader, script=False)
    page.goto(f"/desk/many/{upload}")
    page.get_by_role("button", name="File the one good line").click()
    go_on(stage.gate)
    page.goto(f"/desk/many/{upload}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Filed")


def test_a_refused_file_says_why_on_the_page(stage: Stage, trader: Account, tmp_path: Path) -> None:
    page = signed_in(stage, trader)
    file = tmp_path / "list.csv"
    file.write_bytes(b"\xff\xfa\xfb")
    page.goto("/desk/many")
    page.locator("#file").set_input_files(file)
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_contain_text("The file is not in UTF-8.")
