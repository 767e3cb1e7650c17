"""The analyst's page says what analytics says, in every language and width."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import make_url

from bordergate.auth import Role
from bordergate.i18n import LANGUAGES, Language, text
from bordergate.ids import new_id
from bordergate.service import installed
from tests.browser.conftest import Album, Stage
from tests.builders.accounts import an_account
from tests.builders.callers import a_caller
from tests.builders.days import MIDNIGHT, a_week
from tests.databases import copied, named
from tests.gates import a_still_gate
from tests.servers import Servers

ANALYST = a_caller(Role.ANALYST, organisation=new_id())
TWELVE_DAYS_ON = MIDNIGHT + timedelta(days=12)
PERIOD = "/analysis?from=2026-04-27&to=2026-05-08"
WIDTHS = (360, 1440)
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def told(servers: Servers, settled: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database in which analytics heard of twelve days, once; each test's own is copied from it."""
    with copied(servers, settled) as url:
        name = str(make_url(url).database)
        own = named(servers.database_url, name)
        with a_still_gate(own, installed(("analytics",)), tmp_path_factory.mktemp("told"), loaded=True) as gate:
            gate.clock.set(TWELVE_DAYS_ON)
            gate.publish(*a_week(Random(11), 300))  # noqa: S311 - a test's own dice
            gate.settle()
        yield name


@pytest.fixture
def owner_url(servers: Servers, told: str) -> Iterator[str]:
    with copied(servers, told) as url:
        yield url


@pytest.fixture
def a_fortnight(stage: Stage) -> Stage:
    """Twelve days have passed at the gate."""
    stage.gate.clock.set(TWELVE_DAYS_ON)
    return stage


def shown(page: Page) -> dict[str, str]:
    """The six figures, once they are there."""
    expect(page.locator("#standing")).to_be_hidden()
    expect(page.locator("#analysis [aria-busy=true]")).to_have_count(0, timeout=20_000)
    cards = page.locator("[data-figure]").all()
    return {card.get_attribute("data-figure") or "": card.locator("[data-value]").inner_text() for card in cards}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_six_figures_are_shown_in_every_language_and_width(
    a_fortnight: Stage, language: str, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    for width in WIDTHS:
        page = a_fortnight.window(ANALYST, language=language, width=width, dark=width == WIDTHS[0])
        page.goto(PERIOD)
        figures = shown(page)
        assert len(figures) == 6
        assert all(any(letter.isdigit() for letter in value) for value in figures.values()), figures
        assert page.evaluate(WIDER_THAN_THE_WINDOW) <= 0
        pictures.keep(page, f"analysis-{language}-{width}.png", full_page=True)
    assert quiet() == []


def test_the_number_on_the_page_is_the_one_that_analytics_states(a_fortnight: Stage) -> None:
    page = a_fortnight.window(ANALYST, language="en")
    page.goto(PERIOD)
    asked = {"since": MIDNIGHT.isoformat(), "until": TWELVE_DAYS_ON.isoformat()}
    told = a_fortnight.gate.as_(ANALYST).get("/api/analytics/figures", params=asked).json()["groups"][0]["figures"]
    assert shown(page)["CLEARED"] == str(int(told["CLEARED"]["value"]))
    assert told["CLEARED"]["value"] > 20
    rows = page.locator("[data-routes] tr")
    expect(rows).to_have_count(4)  # the routes that queue_scheduling publishes
    with page.expect_download() as download:
        page.locator('[data-table="csv"]').click()
    assert Path(download.value.path()).read_text().startswith("period,key,figure")


PICTURES = ("strip", "throughput", "fan", "heat", "stages", "multiples")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_analyst_brushes_a_period_and_takes_a_picture_and_its_data_home(
    a_fortnight: Stage, language: Language, quiet: Callable[[], list[str]]
) -> None:
    analyst = an_account(a_fortnight.gate, "phan-tich@cua-khau.example", Role.ANALYST)
    page = a_fortnight.window(language=language)
    page.goto("/")
    page.get_by_label(text("portal.sign_in.account", language)).fill(analyst.login)
    page.get_by_label(text("portal.sign_in.password", language)).fill(analyst.password)
    page.get_by_role("button", name=text("portal.sign_in.submit", language), exact=True).click()
    page.get_by_role("link", name=text("portal.nav.analysis", language), exact=True).click()
    before = shown(page)
    drag(page, 47, 58)
    expect(page).to_have_url(re.compile("from=2026-04-27&to=2026-05-08"))
    expect(page.locator("#from")).to_have_value("2026-04-27")
    assert shown(page) != before
    take_home(page, "throughput", language)
    page.go_back()
    expect(page.locator("#to")).to_have_value("2026-05-09")
    assert shown(page) == before
    assert quiet() == []


def drag(page: Page, first: int, last: int) -> None:
    """Pull the pointer across some of the strip's sixty days."""
    picture = page.locator("[data-picture=strip] svg[data-draws]")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box
    day = (box["width"] - 56) / 60
    page.mouse.move(box["x"] + 48 + (first + 0.5) * day, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 48 + (last + 0.5) * day, box["y"] + 60, steps=4)
    page.mouse.up()


def take_home(page: Page, picture: str, language: Language) -> None:
    """Download a picture's drawing and its table, by what the buttons are called."""
    section = page.locator(f"[data-picture={picture}]")
    what = text(f"portal.analysis.{picture}", language)
    with page.expect_download() as drawing:
        section.get_by_role("button", name=text("portal.analysis.as_png", language, what=what)).click()
    assert Path(drawing.value.path()).read_bytes().startswith(b"\x89PNG\r\n")
    with page.expect_download() as table:
        section.get_by_role("button", name=text("portal.analysis.as_csv", language, what=what)).click()
    lines = Path(table.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == 25  # a head, and the hours of a day
    section.locator("summary").click()
    rows = section.locator("tbody tr")
    expect(rows).to_have_count(24)
    imports = [line.split(",")[1] or "–" for line in lines[1:]]
    assert sum(int(count) for count in imports if count.isdigit()) > 5
    assert rows.locator("td:nth-child(2)").all_inner_texts() == imports


def test_every_picture_is_drawn_and_says_the_same_as_a_table(
    a_fortnight: Stage, quiet: Callable[[], list[str]]
) -> None:
    page = a_fortnight.window(ANALYST, language="en")
    page.goto(PERIOD)
    for picture in PICTURES:
        section = page.locator(f"[data-picture={picture}]")
        expect(section.locator("svg[data-draws] :is(rect, path)").first).to_be_attached()
        section.locator("summary").click()
        expect(section.locator("tbody tr").first).to_be_visible()
    expect(page.locator("[data-picture=throughput] .capacity").first).to_be_attached()
    assert page.locator("[data-picture=multiples] svg .strong").count() == 3
    assert quiet() == []


def test_how_a_picture_stands_is_said(stage: Stage) -> None:
    page = stage.window(ANALYST, language="en")
    page.goto("/analysis?from=2026-01-01&to=2026-01-02")
    state = page.locator("[data-picture=fan] [data-state]")
    expect(page.locator("#standing")).to_contain_text("Nothing yet in this period.")
    expect(state).to_contain_text("Nothing yet")
    page.route("**/api/analytics/**", lambda route: route.abort())
    page.get_by_role("button", name="Show", exact=True).click()
    expect(state).to_contain_text("No new figures since")
    page.reload()
    expect(page.locator("#standing")).to_contain_text("could not be read")
    expect(state).to_contain_text("could not be read")
    refusal = {"code": "analytics.too_many", "detail": "At most 62 days.", "hint": "Choose a shorter period."}
    page.unroute("**/api/analytics/**")
    page.route("**/api/analytics/figures?*by=clock*", lambda route: route.fulfill(status=400, json=refusal))
    page.reload()
    expect(state).to_contain_text("Too much to draw.")


def test_a_trader_has_no_such_page(stage: Stage) -> None:
    trader = a_caller(Role.TRADER, organisation=new_id())
    assert stage.gate.as_(trader).get("/analysis").status_code == 403


def compared(page: Page) -> dict[str, str]:
    """What each figure says of the days before."""
    shown(page)
    cards = page.locator("[data-figure]").all()
    return {card.get_attribute("data-figure") or "": card.locator("[data-beside]").inner_text() for card in cards}


def test_a_day_that_is_not_over_is_held_against_the_same_hours_of_the_day_before(a_fortnight: Stage) -> None:
    a_fortnight.gate.clock.set(MIDNIGHT + timedelta(days=9, hours=15, minutes=20))
    page = a_fortnight.window(ANALYST, language="en")
    asked: list[dict[str, list[str]]] = []
    page.on("request", lambda request: asked.append(parse_qs(urlsplit(request.url).query)))
    page.goto("/analysis?from=2026-05-06&to=2026-05-06")
    shown(page)
    (ends,) = {(one["until"][0][:16], one["against_until"][0][:16]) for one in asked if "against_until" in one}
    assert ends == ("2026-05-06T08:00", "2026-04-29T08:00")
    expect(page.locator("#against")).to_have_text("Against the same weekdays before, 29/4 – 29/4, both up to 15:00")


def test_a_share_changes_by_points_and_a_count_says_itself_once(a_fortnight: Stage) -> None:
    page = a_fortnight.window(ANALYST, language="en")
    page.goto("/analysis?from=2026-05-04&to=2026-05-08")
    told = compared(page)
    assert "percentage points" in told["CAPACITY_USED"]
    assert "percentage points" not in told["WAIT"]
    assert re.fullmatch(r"[▲▼] [\d.]+%", told["CLEARED"])


def test_durations_that_stand_together_have_one_unit(a_fortnight: Stage) -> None:
    page = a_fortnight.window(ANALYST, language="en")
    page.goto(PERIOD)
    shown(page)
    columns = [page.locator(f"[data-routes] td:nth-child({place})").all_inner_texts() for place in (3, 4, 5)]
    fan = page.locator("[data-picture=fan]")
    fan.locator("summary").click()
    columns.append(fan.locator("tbody td:nth-child(-n + 4)").all_inner_texts())
    for column in columns:
        units = {text.rpartition(" ")[2] for text in column if text[:1].isdigit()}
        assert len(units) == 1, column


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_column_of_the_routes_is_cut_on_a_desktop(a_fortnight: Stage, language: Language) -> None:
    page = a_fortnight.window(ANALYST, language=language)
    page.goto(PERIOD)
    shown(page)
    place = page.locator(".table-place").last
    assert place.evaluate("(e) => e.scrollWidth - e.clientWidth") <= 1
