"""The board's next calls are the queue's own; a keyboard goes on with the next truck when one is called."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Role
from bordergate.i18n import Language, text
from bordergate.ids import new_id
from events.words import Goods
from tests.browser.conftest import Stage
from tests.builders.accounts import an_account
from tests.builders.callers import a_caller
from tests.builders.queue import LYCHEE, MACHINES
from tests.builders.stories import FREIGHT, Story

BOARD = f"/board/{FREIGHT}"
OFFICER = a_caller(Role.GATE_OPERATOR, organisation=new_id())


def trucks_join(stage: Stage, *goods: Goods) -> list[str]:
    """Trucks become ready for every service, the queue among them; their plates."""
    stories = [Story().filed().assessed().ready(goods=one) for one in goods]
    for story in stories:
        stage.gate.publish(*story.records())
        stage.gate.settle()
    return [story.plate for story in stories]


def plates(page: Page) -> list[str]:
    return page.locator("#next-asked [data-direction=EXPORT] .plate").all_inner_texts()


def pause(stage: Stage) -> None:
    """Nobody is called for now."""
    asking = stage.gate.as_(OFFICER)
    assert asking.post(f"/api/queue-scheduling/routes/{FREIGHT}/pause", json={"reason": "fog in the pass"}).is_success
    stage.gate.settle()


def reopen(stage: Stage) -> None:
    assert stage.gate.as_(OFFICER).post(f"/api/queue-scheduling/routes/{FREIGHT}/reopen").is_success
    stage.gate.settle()


@pytest.mark.parametrize("language", ["vi", "zh", "en"])
def test_the_first_shown_is_the_one_that_is_called(
    stage: Stage, language: Language, quiet: Callable[[], list[str]]
) -> None:
    pause(stage)
    joined = trucks_join(stage, *[MACHINES] * 2, LYCHEE, MACHINES)
    stage.gate.clock.forward(hours=4)
    page = stage.window(OFFICER, language=language)
    page.goto(BOARD)
    expect(page.locator("#next-asked")).to_be_visible()
    expect(page.locator("#next")).to_be_hidden()
    assert plates(page) == joined  # the third call is nobody's by number: the urgent one comes before number four
    expect(page.locator("#next-asked")).to_contain_text(text("portal.board.next_urgent", language))
    expect(page.locator("#next-asked")).to_contain_text(text("portal.board.next_call", language, number=1))
    reopen(stage)
    for _ in range(4):
        stage.gate.wait(minutes=1)
    rows = stage.gate.rows("queue_scheduling", "SELECT plate FROM queue_scheduling.tickets WHERE stage = 'CALLED'")
    called = {row.plate for row in rows}
    assert called == set(joined[: len(called)])
    assert 0 < len(called) < len(joined)
    expect(page.locator("#next-asked [data-direction=EXPORT] .plate")).to_have_text(joined[len(called) :])
    assert quiet() == []


def test_without_the_queues_answer_the_order_of_the_numbers_is_marked_as_such(stage: Stage) -> None:
    pause(stage)
    trucks_join(stage, MACHINES)
    page = stage.window(OFFICER, language="en")
    page.route("**/api/queue-scheduling/**", lambda route: route.abort())
    page.goto(BOARD)
    expect(page.locator("#next")).to_be_visible()
    expect(page.locator("#next")).to_contain_text("The queue has not answered")
    expect(page.locator("#next")).to_contain_text("Promised number")
    expect(page.locator("#next-asked")).to_be_hidden()


def test_a_truck_called_by_keyboard_leaves_the_focus_on_the_next_one(stage: Stage) -> None:
    trucks_join(stage, *[MACHINES] * 4)
    first = an_account(stage.gate, "truc-ban@cua-khau.example", Role.GATE_OPERATOR)
    second = an_account(stage.gate, "truong-ca@cua-khau.example", Role.GATE_OPERATOR)
    page = stage.window()
    page.goto(f"/sign-in?next={BOARD}")
    page.get_by_label("Tên tài khoản").fill(first.login)
    page.get_by_label("Mật khẩu").fill(first.password)
    page.keyboard.press("Enter")
    expect(page.locator("#next-asked")).to_be_visible()
    before = plates(page)
    page.locator("#next-asked [data-opens=call]").first.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#call")
    dialog.get_by_label("Lý do").fill("Hàng cứu trợ")
    dialog.get_by_label("Tên tài khoản").fill(second.login)
    dialog.get_by_label("Mật khẩu").fill(second.password)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    stage.gate.settle()
    expect(page.locator("#next-asked [data-direction=EXPORT] .plate")).to_have_count(len(before) - 1)
    expect(page.locator("#next-asked [data-opens=call]").first).to_be_focused()
    assert plates(page)[0] == before[1]
