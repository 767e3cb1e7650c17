"""The analyst's page says what analytics says, in every language and width."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Role
from bordergate.i18n import LANGUAGES
from bordergate.ids import new_id
from tests.browser.conftest import Stage
from tests.builders.callers import a_caller
from tests.builders.days import MIDNIGHT, a_week

ANALYST = a_caller(Role.ANALYST, organisation=new_id())
PERIOD = "/analysis?from=2026-04-27&to=2026-05-08"
WIDTHS = (360, 1440)
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def a_fortnight(stage: Stage) -> Stage:
    """Twelve days have passed at the gate."""
    stage.gate.clock.set(MIDNIGHT + timedelta(days=12))
    stage.gate.publish(*a_week(Random(11), 500))  # noqa: S311 - a test's own dice
    stage.gate.settle()
    return stage


def shown(page: Page) -> dict[str, str]:
    """The six figures, once they are there."""
    expect(page.locator("#standing")).to_be_hidden()
    cards = page.locator("[data-figure]").all()
    return {card.get_attribute("data-figure") or "": card.locator("[data-value]").inner_text() for card in cards}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_six_figures_are_shown_in_every_language_and_width(
    a_fortnight: Stage, language: str, pictures: Path, quiet: Callable[[], list[str]]
) -> None:
    for width in WIDTHS:
        page = a_fortnight.window(ANALYST, language=language, width=width, dark=width == WIDTHS[0])
        page.goto(PERIOD)
        figures = shown(page)
        assert len(figures) == 6
        assert all(any(letter.isdigit() for letter in value) for value in figures.values()), figures
        assert page.evaluate(WIDER_THAN_THE_WINDOW) <= 0
        page.screenshot(path=pictures / f"analysis-{language}-{width}.png", full_page=True)
    assert quiet() == []


def test_the_number_on_the_page_is_the_one_that_analytics_states(a_fortnight: Stage) -> None:
    page = a_fortnight.window(ANALYST, language="en")
    page.goto(PERIOD)
    asked = {"since": MIDNIGHT.isoformat(), "until": (MIDNIGHT + timedelta(days=12)).isoformat()}
    told = a_fortnight.gate.as_(ANALYST).get("/api/analytics/figures", params=asked).json()["groups"][0]["figures"]
    assert shown(page)["CLEARED"] == str(int(told["CLEARED"]["value"]))
    assert told["CLEARED"]["value"] > 20
    rows = page.locator("[data-routes] tr")
    expect(rows).to_have_count(4)  # the routes that queue_scheduling publishes
    with page.expect_download() as download:
        page.locator('[data-table="csv"]').click()
    assert Path(download.value.path()).read_text().startswith("period,key,figure")


def test_a_day_without_trucks_says_so_and_a_question_without_answer_says_why(stage: Stage) -> None:
    page = stage.window(ANALYST, language="en")
    page.goto("/analysis?from=2026-01-01&to=2026-01-02")
    expect(page.locator("#standing")).to_contain_text("Nothing yet in this period.")
    page.route("**/api/analytics/**", lambda route: route.abort())
    page.reload()
    expect(page.locator("#standing")).to_contain_text("could not be read")


def test_a_trader_has_no_such_page(stage: Stage) -> None:
    trader = a_caller(Role.TRADER, organisation=new_id())
    assert stage.gate.as_(trader).get("/analysis").status_code == 403
