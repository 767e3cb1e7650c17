from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from sqlalchemy.orm import Session

from bordergate.auth import Caller, Role
from bordergate.i18n import LANGUAGES
from bordergate.service import installed
from events.gate_operations import Authority
from services.identity.commands import crossing_of, know_crossing, link_driver
from tests.browser.conftest import SERVICES, Album, Stage
from tests.builders.callers import a_caller, a_driver
from tests.builders.pages import hear, hear_of_route
from tests.builders.registration import a_filing
from tests.builders.stories import Story, a_route
from tests.gates import a_still_gate, serving

WORDS = {"vi": ("CHỜ", "ĐI"), "zh": ("等待", "通行"), "en": ("WAIT", "GO")}
OPEN = {"vi": "Mở lượt xe", "zh": "打开车次", "en": "Open the crossing"}
KEPT = """async () => {
  const store = await caches.open('driver');
  return (await store.keys()).map(({ url }) => new URL(url).pathname);
}"""
REASONS = "/api/queue-scheduling/reasons"


DRAWN = "image => image.decode().then(() => image.naturalWidth > 0)"
GROW_OLD = """async () => {
  const store = await caches.open('driver');
  const kept = await store.match('/driver/now');
  const headers = new Headers(kept.headers);
  headers.set('Bordergate-Kept', new Date(Date.now() - 25 * 3600 * 1000).toISOString());
  await store.put('/driver/now', new Response(await kept.text(), { headers }));
}"""


def waiting(promise: int = 57) -> Story:
    return Story().filed().assessed().ready().queued(promise)


def a_link(stage: Stage, story: Story) -> str:
    def work(session: Session) -> str:
        filing = a_filing(parties=tuple(story.parties))
        know_crossing(story.crossing_id, filing, session, datetime.now(UTC))
        return link_driver(crossing_of(session, story.crossing_id), session, datetime.now(UTC))[1]

    return f"/driver?token={stage.gate.do('identity', work)}"


def wait_until_kept(page: Page) -> None:
    page.wait_for_function(f"({KEPT})().then((kept) => kept.includes('/driver/now') && kept.length > 10)")


def opened(stage: Stage, caller: Caller, **options: str) -> Page:
    page = stage.window(caller, width=360, **options)
    page.goto("/driver/now")
    wait_until_kept(page)
    page.wait_for_timeout(500)  # the page is kept once more when its stream has brought the first news
    return page


@dataclass
class Signal:
    """The line between the phone and the gate; a browser's own switch does not reach its workers."""

    stage: Stage
    serving: ExitStack = field(default_factory=ExitStack)

    def comes(self) -> None:
        """The gate answers."""
        self.serving.enter_context(serving(self.stage.gate.gate))

    def goes(self) -> None:
        """Nothing answers any more."""
        self.serving.close()


@pytest.fixture
def signal(database_url: str, tmp_path: Path, browser: Browser) -> Iterator[Signal]:
    with a_still_gate(database_url, installed(SERVICES), tmp_path, loaded=True) as gate:
        hear_of_route(gate, a_route())
        signal = Signal(Stage(gate, gate.gate.settings.origin, browser, []))
        signal.comes()
        yield signal
        for context in browser.contexts:
            context.close()
        signal.goes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_driver_goes_from_his_link_to_his_word_and_sees_it_change(
    stage: Stage, language: str, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    story = waiting()
    hear(stage.gate, story)
    page = stage.window(language=language, width=360)
    page.goto(a_link(stage, story))
    page.get_by_role("button", name=OPEN[language]).click()
    page.wait_for_url("**/driver/now")
    wait, go = WORDS[language]
    expect(page.get_by_role("heading", level=1)).to_have_text(wait)
    expect(page.locator("#live")).to_be_visible()
    pictures.keep(page, f"driver-wait-{language}-360.png", full_page=True)
    story.told = story.called(44).told[-1:]
    hear(stage.gate, story)
    expect(page.get_by_role("heading", level=1)).to_have_text(go)
    pictures.keep(page, f"driver-go-{language}-360.png", full_page=True)
    story.told = story.near().seen_by(Authority.CUSTOMS).told[-3:]
    hear(stage.gate, story)
    expect(page.get_by_role("heading", level=1)).to_have_text(wait)
    page.emulate_media(color_scheme="dark")
    pictures.keep(page, f"driver-apron-{language}-dark.png", full_page=True)
    assert quiet() == []


def test_who_filed_the_crossing_makes_the_drivers_link_in_its_file(
    stage: Stage, quiet: Callable[[], list[str]]
) -> None:
    story = waiting()
    hear(stage.gate, story)
    a_link(stage, story)  # identity knows the crossing
    page = stage.window(a_caller(Role.TRADER, organisation=story.parties[0]), language="en", width=360)
    page.goto(f"/crossings/{story.crossing_id}")
    page.get_by_role("button", name="Make the driver's link").click()
    shown = page.locator("#driver-link-shown a")
    expect(shown).to_be_focused()
    assert page.locator("#driver-link-shown img").evaluate(DRAWN)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    phone = stage.window(language="vi", width=360)
    phone.goto(shown.get_attribute("href") or "")
    phone.get_by_role("button", name=OPEN["vi"]).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("CHỜ")
    assert quiet() == []


def test_a_page_once_opened_is_read_without_a_signal_and_says_since_when(signal: Signal, pictures: Album) -> None:
    story = waiting()
    hear(signal.stage.gate, story)
    page = opened(signal.stage, a_driver(story.crossing_id), language="en")
    signal.goes()
    expect(page.locator("#stale")).to_contain_text("has had no news since 08:0")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("WAIT")
    assert page.locator(".driver-code img").evaluate(DRAWN)
    # the worker waits six seconds for the gate before each kept file
    expect(page.locator("#stale")).to_contain_text("has had no news since 08:0", timeout=20_000)
    expect(page.locator(".driver-at:not([data-forecast])")).to_contain_text("As of 08:0")
    assert page.evaluate("getComputedStyle(document.querySelector('.driver-word')).borderTopWidth") == "4px"
    pictures.keep(page, "driver-offline-en-360.png", full_page=True)


def test_a_kept_page_gives_way_to_the_present_one(signal: Signal) -> None:
    story = waiting()
    hear(signal.stage.gate, story)
    page = opened(signal.stage, a_driver(story.crossing_id), language="en")
    signal.goes()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("WAIT")
    story.told = story.called(44).told[-1:]
    hear(signal.stage.gate, story)
    signal.comes()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("GO")
    expect(page.locator("#stale")).to_be_hidden()


def test_a_page_kept_for_longer_than_a_day_is_not_shown(signal: Signal) -> None:
    story = waiting()
    hear(signal.stage.gate, story)
    page = opened(signal.stage, a_driver(story.crossing_id))
    page.evaluate(GROW_OLD)
    signal.goes()
    with pytest.raises(Error, match="ERR_"):
        page.reload()


def test_the_phone_keeps_the_drivers_page_and_no_other(stage: Stage) -> None:
    story = waiting()
    hear(stage.gate, story)
    page = opened(stage, a_driver(story.crossing_id))
    page.goto(f"/crossings/{story.crossing_id}")
    page.goto("/account")
    page.goto("/driver/now")
    wait_until_kept(page)
    kept = page.evaluate(KEPT)
    code = f"/api/vehicle-registration/crossings/{story.crossing_id}/code.svg"
    assert {path for path in kept if not path.startswith("/static/")} == {"/driver/now", code, REASONS}
    scope = page.evaluate("navigator.serviceWorker.ready.then((one) => new URL(one.scope).pathname)")
    assert scope == "/driver/"


def test_who_may_no_longer_see_the_page_leaves_nothing_on_the_phone(signal: Signal) -> None:
    story = waiting()
    hear(signal.stage.gate, story)
    page = opened(signal.stage, a_driver(story.crossing_id))
    page.context.clear_cookies()
    page.goto("/driver/now")
    expect(page).to_have_url(re.compile("/sign-in"))
    assert page.evaluate(KEPT) == []
    signal.goes()
    with pytest.raises(Error, match="ERR_"):
        page.goto("/driver/now")


def test_signing_out_takes_the_kept_page_away(stage: Stage) -> None:
    story = waiting()
    hear(stage.gate, story)
    page = stage.window(width=360)
    page.goto(a_link(stage, story))
    page.get_by_role("button").last.click()
    page.wait_for_url("**/driver/now")
    wait_until_kept(page)
    page.goto("/account")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/sign-in**")
    assert page.evaluate(KEPT) == []


def test_targets_on_the_drivers_page_are_big_enough_for_gloves(stage: Stage) -> None:
    story = waiting()
    hear(stage.gate, story)
    page = opened(stage, a_driver(story.crossing_id))
    heights = page.evaluate("[...document.querySelectorAll('main a')].map((e) => e.getBoundingClientRect().height)")
    assert heights
    assert min(heights) >= 64
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)") >= 72


def test_the_forecast_is_read_without_a_signal_with_when_it_was_made(signal: Signal) -> None:
    story = Story().filed().ready()
    signal.stage.gate.publish(*story.records())
    signal.stage.gate.settle()
    hear(signal.stage.gate, story)
    page = opened(signal.stage, a_driver(story.crossing_id), language="en")
    expect(page.locator("[data-forecast]")).to_contain_text("as of")
    told = page.locator("[data-forecast]").inner_text()
    page.wait_for_function(f"({KEPT})().then((kept) => kept.includes('/api/queue-scheduling/reasons'))")
    signal.goes()
    page.reload()
    expect(page.locator("[data-forecast]")).to_have_text(told)
