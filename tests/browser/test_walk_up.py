"""A truck without a registration at the barrier: how much an operator types until it is in the queue."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Role
from bordergate.i18n import LANGUAGES, Language
from events.words import OrganisationKind
from services.vehicle_registration.commands import RegisterVehicles, register_vehicles
from tests.browser.conftest import Album, Stage
from tests.browser.test_desk import Desk
from tests.builders.accounts import NAMES, an_account, an_organisation
from tests.builders.registration import papers

FILE = re.compile(r"/crossings/[0-9a-f-]{36}\?event=")


def at_barrier(stage: Stage, language: Language, *, script: bool) -> Page:
    """The form as the operator's board opens it."""
    authority = an_organisation(stage.gate, OrganisationKind.AUTHORITY)
    account = an_account(stage.gate, "truc-ban@cua-khau.example", Role.GATE_OPERATOR, authority)
    page = stage.window(language=language, script=script)
    Desk(stage, page, language).signs_in(account, "/account")
    page.goto("/walk-up?route=hn-1119")
    return page


def acts(page: Page, plate: str) -> list[Callable[[], object]]:
    """Everything an operator does on the page that his board opened."""
    return [
        lambda: page.locator("#plate").fill(plate),
        lambda: page.locator("#vehicle_type").select_option("VT4"),
        lambda: page.locator('input[name="direction"][value="EXPORT"]').check(),
        lambda: page.locator('input[name="declared_empty"][value="true"]').check(),
        lambda: page.locator("form[action$='/walk-ups'] button").click(),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_operator_registers_a_truck_with_five_acts_without_javascript(
    stage: Stage, language: Language, pictures: Album
) -> None:
    page = at_barrier(stage, language, script=False)
    pictures.keep(page, f"walk-up-{language}.png", full_page=True)
    doings = acts(page, "12C-777.88")
    assert len(doings) == 5
    for act in doings:
        act()
    expect(page).to_have_url(FILE)
    stage.gate.settle()
    page.reload()
    expect(page.locator(".file-name .plate")).to_have_text("12C77788")


def test_what_was_mistyped_stands_beside_its_field_and_is_not_lost(
    stage: Stage, quiet: Callable[[], list[str]]
) -> None:
    page = at_barrier(stage, "en", script=True)
    for act in acts(page, "12C-1"):
        act()
    expect(page.locator("#plate-wrong")).to_be_visible()
    expect(page.locator("#plate")).to_have_value("12C-1")
    expect(page.locator('input[name="direction"][value="EXPORT"]')).to_be_checked()
    assert quiet() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_whose_truck_it_is_is_asked_where_a_firm_has_registered_its_plate(
    stage: Stage, language: Language, pictures: Album
) -> None:
    firm = an_organisation(stage.gate)
    command = RegisterVehicles(firm, [(papers(plate="12C-777.88"), ())])
    stage.gate.do("vehicle_registration", lambda session: register_vehicles(command, session)[0].id)
    page = at_barrier(stage, language, script=True)
    for act in acts(page, "12C-777.88"):
        act()
    expect(page.locator(f'label:has([value="{firm}"]) [data-organisation]')).to_have_text(NAMES[language])
    pictures.keep(page, f"walk-up-whose-{language}.png", full_page=True)
    page.locator('input[name="carrier"][value="none"]').check()
    page.locator("form[action$='/walk-ups'] button").click()
    expect(page).to_have_url(FILE)
