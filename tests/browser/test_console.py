"""The gate operator's console under the hand: filter, keys, wall, and a focus that news does not take away."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from bordergate.auth import Role
from bordergate.ids import new_id
from events.words import TicketClass
from tests.browser.conftest import Stage
from tests.builders.callers import a_caller
from tests.builders.pages import hear
from tests.builders.stories import FREIGHT, Story

BOARD = f"/board/{FREIGHT}"
OFFICER = a_caller(Role.GATE_OPERATOR, organisation=new_id())


def waiting(promise: int) -> Story:
    return Story().filed().assessed().ready().queued(promise, TicketClass.P4)


def test_the_filter_leaves_the_trucks_it_names_also_after_news(stage: Stage, quiet: Callable[[], list[str]]) -> None:
    wanted, other = waiting(3), waiting(4)
    hear(stage.gate, wanted, other)
    page = stage.window(OFFICER)
    page.goto(BOARD)
    expect(page.locator("#live")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type(wanted.plate.lower())
    expect(page.locator(f"#next-{wanted.crossing_id}")).to_be_visible()
    expect(page.locator(f"#next-{other.crossing_id}")).to_be_hidden()
    hear(stage.gate, waiting(5))
    expect(page.locator("#figure-waiting b")).to_have_text("3")
    expect(page.locator(f"#next-{other.crossing_id}")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert quiet() == []


def test_the_question_mark_shows_the_keys_and_escape_closes_them(stage: Stage) -> None:
    page = stage.window(OFFICER)
    page.goto(BOARD)
    expect(page.locator("#map canvas.trucks")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_news_takes_the_focus_from_nobody(stage: Stage) -> None:
    first = waiting(3)
    hear(stage.gate, first)
    page = stage.window(OFFICER)
    page.goto(BOARD)
    expect(page.locator("#live")).to_be_visible()
    places = ("figure-waiting", f"next-{first.crossing_id}", f"call-{first.crossing_id}", "queue-EXPORT-P4")
    for count, place in enumerate(places, start=2):
        page.locator(f"#{place}").focus()
        hear(stage.gate, waiting(3 + count))
        expect(page.locator("#figure-waiting b")).to_have_text(str(count))
        expect(page.locator(f"#{place}")).to_be_focused()


def test_the_wall_shows_the_board_and_nothing_to_touch(stage: Stage) -> None:
    hear(stage.gate, waiting(3))
    page = stage.window(OFFICER)
    page.goto(f"{BOARD}?wall")
    expect(page.locator("#live")).to_be_visible()
    expect(page.locator(".figure").first).to_be_visible()
    assert page.locator("button:visible, input:visible").count() == 0
    hear(stage.gate, waiting(4))
    expect(page.locator("#figure-waiting b")).to_have_text("2")
    assert page.locator("button:visible, input:visible").count() == 0


def test_a_cut_stream_keeps_what_is_known_and_goes_on_without_loss(stage: Stage) -> None:
    hear(stage.gate, waiting(3))
    page = stage.window(OFFICER)
    page.goto(BOARD)
    expect(page.locator("#live")).to_be_visible()
    page.context.set_offline(True)
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#figure-waiting b")).to_have_text("1")
    hear(stage.gate, waiting(4), waiting(5))
    page.context.set_offline(False)
    expect(page.locator("#figure-waiting b")).to_have_text("3", timeout=20_000)
    expect(page.locator("#stale")).to_be_hidden()
