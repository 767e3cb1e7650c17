"""The gate operator's console under the hand: filter, keys, wall, and a focus that news does not take away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from bordergate.auth import Role
from bordergate.ids import new_id
from events.queue_scheduling import RouteStatus, RouteStatusChanged
from events.words import TicketClass
from tests.browser.conftest import Stage
from tests.builders.callers import a_caller
from tests.builders.pages import hear, hear_of_route
from tests.builders.stories import FREIGHT, Story, a_route
from tests.gates import hears_all

BOARD = f"/board/{FREIGHT}"
OVERLAPPING = """() => {
  const shown = (e) => e.checkVisibility() && !e.closest('.only-heard, svg');
  const words = [...document.querySelectorAll('#board *')].filter(shown)
    .flatMap((e) => [...e.childNodes]).filter((n) => n.nodeType === 3 && n.data.trim()).flatMap((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return [...range.getClientRects()].map((box) => ({ node, box }));
    });
  return words.flatMap((one, i) => words.slice(i + 1).filter((other) => other.node !== one.node
    && Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left) > 2
    && Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top) > 4)
    .map((other) => `${one.node.data.trim()} / ${other.node.data.trim()}`));
}"""
WIDER = "document.documentElement.scrollWidth - innerWidth"
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


def test_a_command_whose_answer_was_lost_is_sent_again_and_acts_once(stage: Stage) -> None:
    page, keys = stage.window(OFFICER), []

    def cut(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            route.continue_()
            return
        route.fetch()
        route.abort()

    page.route("**/pause", cut)
    page.goto(BOARD)
    page.locator("#pause-button").click()
    page.locator("#pause-reason").fill("Fog on the pass")
    page.locator("#pause button[type=submit]").click()
    expect(page.locator("#pause [data-problem] .problem")).to_be_visible()
    page.locator("#pause button[type=submit]").click()
    expect(page.locator("#pause")).to_be_hidden()
    assert keys[0] == keys[1]


def test_a_board_that_nobody_feeds_any_more_is_not_called_live(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bordergate.http.sse.HEARTBEAT", 0.5)
    hear(stage.gate, waiting(3))
    page = stage.window(OFFICER, language="en")
    page.goto(BOARD)
    expect(page.locator("#live")).to_have_text("Live")
    aged = "UPDATE portal.listening SET at = clock_timestamp() - interval '40 s'"
    stage.gate.do("portal", lambda session: session.connection().exec_driver_sql(aged))
    expect(page.locator("#live")).to_have_text("No news since 08:00")
    expect(page.locator("#stale")).to_contain_text("has had no news since 08:00")
    hears_all(stage.gate.gate)
    expect(page.locator("#live")).to_have_text("Live")
    expect(page.locator("#stale")).to_be_hidden()


@pytest.mark.parametrize("language", ["vi", "zh", "en"])
def test_on_a_phone_no_text_lies_over_another_and_the_chosen_route_is_seen(stage: Stage, language: str) -> None:
    others = [a_route().model_copy(update={"route": f"tt-10{n}", "gate": f"Another gate {n}"}) for n in range(3)]
    reason = "x" * 400
    paused = RouteStatusChanged(route=FREIGHT, status=RouteStatus.PAUSED, reason=reason)
    hear_of_route(stage.gate, *others, paused)
    hear(stage.gate, waiting(3), waiting(4).called(4), waiting(5).called(5).near().checked_in())
    hear(stage.gate, waiting(6).called(6).near().checked_in().released(), waiting(7).called(7).near())
    page = stage.window(OFFICER, language=language, width=360)
    page.goto(BOARD)
    expect(page.locator("#live")).to_be_visible()
    page.wait_for_timeout(500)
    assert page.evaluate(OVERLAPPING) == []
    assert page.evaluate(WIDER) <= 0
    expect(page.locator(".routes-switch [aria-current]")).to_be_in_viewport(ratio=0.95)


@pytest.mark.parametrize("role", [Role.GATE_OPERATOR, Role.ADMIN])
def test_on_a_phone_the_pages_stand_in_one_row_with_the_open_one_in_sight(stage: Stage, role: Role) -> None:
    page = stage.window(a_caller(role, organisation=new_id()), width=360)
    page.goto("/account")
    tops = page.locator(".pages a").evaluate_all(
        "(links) => links.map((e) => Math.round(e.getBoundingClientRect().top))"
    )
    assert len(tops) > 4
    assert len(set(tops)) == 1
    expect(page.locator(".pages [aria-current]")).to_be_in_viewport(ratio=0.95)
    assert page.evaluate(WIDER) <= 0


def test_no_crisis_is_declared_before_its_effect_is_known(stage: Stage) -> None:
    page = stage.window(OFFICER)
    page.route("**/crisis", lambda route: route.abort())
    page.goto(BOARD)
    dialog = page.locator("#crisis")
    page.locator("[data-opens=crisis]").click()
    expect(dialog.locator("[data-untold]")).to_be_visible()
    expect(dialog.locator("[type=submit]")).to_be_disabled()
    page.unroute("**/crisis")
    dialog.locator("[data-closes]").click()
    page.locator("[data-opens=crisis]").click()
    expect(dialog.locator(".effect")).to_be_visible()
    expect(dialog.locator("[data-untold]")).to_be_hidden()
    expect(dialog.locator("[type=submit]")).to_be_enabled()
