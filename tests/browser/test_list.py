"""An officer's list of crossings follows the gate, under a hand on the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from bordergate.auth import Role
from bordergate.ids import new_id
from tests.browser.conftest import Stage
from tests.builders.callers import a_caller
from tests.builders.pages import hear
from tests.builders.stories import Story

OFFICER = a_caller(Role.GATE_OPERATOR, organisation=new_id())
WAITING = "/crossings?state=QUEUED"


def waits(number: int) -> Story:
    return Story().filed().ready().queued(number)


def listed(stage: Stage) -> Page:
    page = stage.window(OFFICER, language="en")
    page.goto(WAITING)
    return page


def look_again(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('online'))")


def test_a_list_follows_the_queue_and_the_keys_stay_with_their_truck(
    stage: Stage, quiet: Callable[[], list[str]]
) -> None:
    first, second = waits(1), waits(2)
    hear(stage.gate, first, second)
    page = listed(stage)
    expect(page.locator("[data-row]")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("j")
    under_key = page.evaluate("document.activeElement.id")
    assert under_key == page.locator("[data-row] a").nth(1).get_attribute("id")
    page.keyboard.press("k")
    expect(page.locator("[data-row] a").first).to_be_focused()
    kept = page.evaluate("document.activeElement.id")
    hear(stage.gate, waits(3))
    look_again(page)
    expect(page.locator("[data-row]")).to_have_count(3)
    expect(page.locator("#count")).to_contain_text("3")
    expect(page.locator(f"#{kept}")).to_be_focused()
    assert quiet() == []


def test_a_list_whose_gate_is_gone_says_since_when_and_keeps_what_it_has(stage: Stage) -> None:
    hear(stage.gate, waits(1))
    page = listed(stage)
    expect(page.locator("[data-row]")).to_have_count(1)
    page.route(re.compile(r".*/crossings\?.*"), lambda route: route.abort())
    look_again(page)
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("[data-row]")).to_have_count(1)
