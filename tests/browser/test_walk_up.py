"""A truck without a registration at the barrier: how much an operator types until it is in the queue."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Role
from bordergate.i18n import LANGUAGES, Language
from bordergate.ids import new_id
from tests.browser.conftest import Stage
from tests.builders.callers import a_caller

FILE = re.compile(r"/crossings/[0-9a-f-]{36}\?event=")


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
    stage: Stage, language: Language, pictures: Path
) -> None:
    page = stage.window(a_caller(Role.GATE_OPERATOR, organisation=new_id()), language=language, script=False)
    page.goto("/walk-up?route=hn-1119")
    page.screenshot(path=pictures / f"walk-up-{language}.png", full_page=True)
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
    page = stage.window(a_caller(Role.GATE_OPERATOR, organisation=new_id()), language="en")
    page.goto("/walk-up?route=hn-1119")
    for act in acts(page, "12C-1"):
        act()
    expect(page.locator("#plate-wrong")).to_be_visible()
    expect(page.locator("#plate")).to_have_value("12C-1")
    expect(page.locator('input[name="direction"][value="EXPORT"]')).to_be_checked()
    assert quiet() == []
