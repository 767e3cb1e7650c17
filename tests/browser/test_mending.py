"""Two colleagues mend one crossing: each sees what the other changed, and neither loses what he typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Role
from bordergate.i18n import LANGUAGES, Language, text
from events.words import OrganisationKind
from tests.browser.conftest import Stage
from tests.browser.test_desk import Desk
from tests.builders.accounts import an_account, an_organisation


def two_colleagues(stage: Stage, language: Language, *, script: bool) -> tuple[Desk, Desk]:
    firm = an_organisation(stage.gate, OrganisationKind.TRADER)
    desks = []
    for login in ("mot@xuat-nhap-khau.example", "hai@xuat-nhap-khau.example"):
        account = an_account(stage.gate, login, Role.TRADER, firm)
        desk = Desk(stage, stage.window(language=language, script=script), language)
        desk.signs_in(account)
        desks.append(desk)
    return desks[0], desks[1]


def a_crossing_of(desk: Desk) -> str:
    """Filed, and not ready: its declaration is unknown."""
    desk.registers_vehicle()
    desk.states_the_crossing(driver="")
    desk.files()
    return desk.page.url.partition("?")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_who_mend_one_crossing_at_once_lose_nothing(
    stage: Stage, language: Language, quiet: Callable[[], list[str]]
) -> None:
    one, other = two_colleagues(stage, language, script=language != "vi")
    file = a_crossing_of(one)
    stage.gate.settle()
    for desk in (one, other):
        desk.page.goto(f"{file}/mend")
    one.fills(trailer="12R-001.21")
    one.presses("desk.mend_now")
    one.page.wait_for_load_state()
    stage.gate.settle()
    other.page.locator('input[name="containers[0]"]').fill("CSQU3054383")
    other.presses("desk.mend_now")
    page: Page = other.page
    summary = page.locator(".summary")
    expect(summary).to_contain_text(text("vehicle_registration.amended_meanwhile", language))
    expect(page.locator("#trailer-wrong")).to_contain_text("12R00121")
    expect(page.locator('input[name="trailer"]')).to_have_value("12R00121")
    expect(page.locator('input[name="containers[0]"]')).to_have_value("CSQU3054383")
    other.presses("desk.mend_now")
    expect(page).to_have_url(re.compile(r"/crossings/[0-9a-f-]{36}\?event="))
    stage.gate.settle()
    page.goto(file)
    changes = page.locator(".story .changes")
    expect(changes).to_have_count(2)
    expect(changes.first).to_contain_text("CSQU3054383")
    expect(changes.last).to_contain_text("12R00121")
    if language != "vi":  # names are asked of identity by a script
        expect(page.locator("[data-organisation]").first).not_to_be_empty()
    assert [said for said in quiet() if "412" not in said] == []
