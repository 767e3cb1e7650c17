"""The public page of draws: a day's draws of a route, each drawn again by whoever looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.builders.kept import draw_kept_of
from tests.builders.stories import FREIGHT


def shown(stage: Stage, **changes: object) -> Page:
    draw_kept_of(stage.gate, FREIGHT, **changes)
    page = stage.window(None, language="en")
    page.goto(f"/draws?route={FREIGHT}")
    expect(page.locator(".draw").filter(has_text="Drawn at")).to_have_count(1)
    return page


def verdict(page: Page) -> str | None:
    """What comes of drawing the one that was made once more."""
    page.get_by_role("button", name="Draw it again here").click()
    said = page.locator(".draws-verdict:visible")
    expect(said).to_have_count(1)
    return said.get_attribute("data-verdict")


def test_anybody_draws_a_slot_again_and_takes_its_record_along(stage: Stage, quiet: Callable[[], list[str]]) -> None:
    page = shown(stage)
    made = page.locator(".draw").filter(has_text="Drawn at")
    assert [made.locator(f"[data-put={name}]").inner_text() for name in ("asked", "places", "won")] == ["9", "5", "4"]
    assert verdict(page) == "same"
    record = made.locator("[data-record]").get_attribute("href")
    assert record
    assert page.request.get(record).json()["seed"] == bytes(range(32)).hex()
    coming = page.locator(".draw").filter(has_text="Entries from").first
    expect(coming).to_be_visible()
    expect(coming.get_by_role("button")).to_be_hidden()
    page.locator("#day").fill("2026-05-02")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("[data-stand=empty]")).to_be_visible()
    assert quiet() == []


@pytest.mark.parametrize(("changes", "found"), [({"won": []}, "other"), ({"seed": "00" * 32}, "changed")])
def test_a_record_that_was_changed_is_found(stage: Stage, changes: dict[str, object], found: str) -> None:
    assert verdict(shown(stage, **changes)) == found
