from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from bordergate.i18n import LANGUAGES
from bordergate.i18n.formats import shown_gate
from events.queue_scheduling import RouteStatus, RouteStatusChanged
from events.words import Direction, TicketClass
from tests.browser.conftest import Album, Stage
from tests.builders.clock import A_MORNING
from tests.builders.pages import hear, hear_of_route
from tests.builders.stories import FREIGHT, Story, a_route, a_route_closed

TITLES = {"vi": "Chờ bao lâu ở cửa khẩu?", "zh": "口岸现在要等多久？", "en": "How long is the wait?"}
LINKS = {"vi": "Xem thời gian chờ ở các cửa khẩu", "zh": "查看各口岸等待时间", "en": "See the wait at the gates"}
NEWCOMERS = {
    "vi": re.compile(r"vào hàng chờ bây giờ sẽ được gọi từ \d\d:\d\d đến"),
    "zh": re.compile(r"现在排队，预计 ?\d\d:\d\d"),
    "en": re.compile(r"joining now will be called between \d\d:\d\d and"),
}
HALVES = {"vi": "1 giờ 10 phút", "zh": "1小时10分钟", "en": "1 hr 10 min"}


def waiting(count: int, route: str, ticket_class: TicketClass, direction: Direction) -> list[Story]:
    one = {"route": route, "direction": direction}
    return [Story(**one).filed().ready().queued(40 + n, ticket_class) for n in range(count)]


def called(route: str, direction: Direction, *minutes: int) -> list[Story]:
    stories = []
    for n, waited in enumerate(minutes):
        story = Story(route=route, direction=direction, at=A_MORNING - timedelta(minutes=waited + 10)).filed()
        story.ready().queued(10 + n)
        story.pace = timedelta(minutes=waited)
        stories.append(story.called(10 + n))
    return stories


def a_day_at_four_routes(stage: Stage) -> None:
    others = {
        "tt-1088": ("Tân Thanh", "1088/2–1089"),
        "cn-1104": ("Cốc Nam", "1104–1105"),
        "cm-1223": ("Chi Ma", "1223"),
    }
    hear_of_route(stage.gate, *(a_route(code, *names) for code, names in others.items()))
    out, into = Direction.EXPORT, Direction.IMPORT
    hear(
        stage.gate,
        *waiting(43, FREIGHT, TicketClass.P2, out),
        *waiting(26, FREIGHT, TicketClass.P4, out),
        *waiting(3, FREIGHT, TicketClass.P1, out),
        *waiting(31, FREIGHT, TicketClass.P4, into),
        *waiting(9, FREIGHT, TicketClass.P5, into),
        *called(FREIGHT, out, 40, 55, 70, 70, 90, 130, 150),
        *called(FREIGHT, into, 180, 220, 300, 320, 340, 400),
        *waiting(2, "tt-1088", TicketClass.P4, into),
        *called("tt-1088", into, 1, 2, 1, 2, 1),
    )
    hear_of_route(stage.gate, a_route_closed((0, 1, "11:30", "13:00"), (2, 3, "00:00", "24:00")))
    hear_of_route(stage.gate, RouteStatusChanged(route="tt-1088", status=RouteStatus.PAUSED, reason="Mưa lớn"))


def at(page: Page, gate: str) -> Locator:
    return page.locator(".waiting-route", has_text=gate)


def read_again(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('online'))")


@pytest.mark.parametrize("language", LANGUAGES)
def test_anybody_goes_from_the_door_to_the_wait_without_signing_in(
    stage: Stage, language: str, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    a_day_at_four_routes(stage)
    page = stage.window(language=language)
    page.goto("/sign-in")
    page.get_by_role("link", name=LINKS[language]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[language])
    gate = shown_gate("Hữu Nghị", language)
    expect(at(page, gate).locator(".waiting-span strong").first).to_have_text(HALVES[language])
    expect(page.locator(".waiting-route")).to_have_count(4)
    expect(at(page, gate).locator(".waiting-newcomer").first).to_have_text(NEWCOMERS[language])
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        pictures.keep(page, f"waiting-day-{language}-{width}.png", full_page=True)
    page.emulate_media(color_scheme="dark")
    pictures.keep(page, f"waiting-day-{language}-dark.png", full_page=True)
    assert quiet() == []


def test_a_wall_shows_the_same_numbers_large_and_nothing_to_touch(stage: Stage, pictures: Album) -> None:
    a_day_at_four_routes(stage)
    only = RouteStatusChanged(route="tt-1088", status=RouteStatus.PRE_REGISTERED_ONLY, reason="Bãi chờ đầy")
    hear_of_route(stage.gate, only)
    page = stage.window(width=1920)
    page.goto("/waiting?wall")
    expect(page.locator(".waiting-route")).to_have_count(4)
    expect(page.locator("main a:visible")).to_have_count(0)
    pictures.keep(page, "waiting-wall.png")
    page.set_viewport_size({"width": 360, "height": 900})
    pictures.keep(page, "waiting-wall-360.png")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_board_follows_the_queue_while_it_is_open(stage: Stage) -> None:
    page = stage.window(language="en")
    page.goto("/waiting")
    expect(at(page, "Hữu Nghị").locator(".waiting-trucks").first).to_have_text("No truck is waiting")
    hear(stage.gate, *waiting(12, FREIGHT, TicketClass.P4, Direction.EXPORT))
    page.wait_for_timeout(5_100)  # one reading serves everybody for five seconds
    read_again(page)
    expect(at(page, "Hữu Nghị").locator(".waiting-trucks").first).to_have_text("About 10 trucks waiting")


def test_a_board_that_hears_nothing_says_since_when_and_keeps_what_it_has(stage: Stage) -> None:
    page = stage.window(language="en")
    page.goto("/waiting")
    page.context.set_offline(True)
    expect(page.locator("#stale")).to_contain_text("has had no news since 08:0")
    expect(at(page, "Hữu Nghị")).to_be_visible()
    page.context.set_offline(False)
    read_again(page)
    expect(page.locator("#stale")).to_be_hidden()
