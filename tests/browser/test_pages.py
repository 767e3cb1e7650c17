from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Role
from bordergate.clock import HANOI
from bordergate.i18n import LANGUAGES, Language, text
from bordergate.ids import new_id
from events.gate_operations import Authority
from events.words import Direction, TicketClass
from tests.browser.conftest import Album, Stage
from tests.builders.accounts import Account, an_account
from tests.builders.callers import a_caller, a_driver
from tests.builders.pages import hear
from tests.builders.stories import FREIGHT, Story

WIDTHS = (360, 768, 1440, 2560)
BOARD = f"/board/{FREIGHT}"
OFFICER = a_caller(Role.GATE_OPERATOR, organisation=new_id())
TOO_SMALL = """[...document.querySelectorAll('a, button, input, select, textarea')]
  .map((e) => [e.outerHTML.slice(0, 80), e.type === 'hidden' ? 44 : e.getBoundingClientRect().height])
  .filter(([, height]) => height && height < 43.5).map(([html]) => html)"""
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - innerWidth"


def waiting(promise: int | None = 40, ticket_class: TicketClass = TicketClass.P4, **told: Direction) -> Story:
    return Story(**told).filed().assessed().ready().queued(promise, ticket_class)


def a_busy_morning() -> list[Story]:
    stories = [waiting(100 + n, TicketClass(f"P{1 + n % 5}"), direction=list(Direction)[n % 2]) for n in range(40)]
    stories += [waiting(20 + n).called(20 + n) for n in range(4)]
    stories += [waiting(10 + n).called(10 + n).near().checked_in().released() for n in range(12)]
    stories.append(waiting(9).called(9).near().seen_by(Authority.BORDER_GUARD).lagging())
    stories.append(waiting(90).refused("R014"))
    return stories


def sign_in(page: Page, account: Account, language: Language = "vi") -> None:
    page.get_by_label(text("portal.sign_in.account", language)).fill(account.login)
    page.get_by_label(text("portal.sign_in.password", language)).fill(account.password)
    page.get_by_role("button", name=text("portal.sign_in.submit", language)).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def figure(page: Page, place: int) -> str:
    return page.locator(".figure b").nth(place).inner_text()


@pytest.mark.parametrize("script", [True, False])
def test_somebody_signs_in_with_or_without_javascript(stage: Stage, script: bool) -> None:  # noqa: FBT001 - a parameter of the test
    account = an_account(stage.gate)
    page = stage.window(script=script)
    page.goto("/crossings")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    sign_in(page, account)
    expect(page).to_have_url(f"{stage.origin}/crossings")
    expect(page.get_by_role("heading", level=1)).to_have_text("Danh sách lượt xe")


def test_a_wrong_password_is_refused_with_a_reason_and_a_next_step(stage: Stage) -> None:
    page = stage.window(language="en")
    page.goto("/sign-in")
    page.get_by_label("Account").fill("nobody@nowhere.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_somebody_sees_who_he_is_and_signs_out(stage: Stage) -> None:
    account = an_account(stage.gate)
    page = stage.window()
    page.goto("/sign-in?next=/account")
    sign_in(page, account)
    expect(page.locator('[data-me="name"]')).to_have_text("Người A")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(f"{stage.origin}/sign-in")
    page.goto("/account")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_the_board_follows_the_gate_without_reloading(stage: Stage, quiet: Callable[[], list[str]]) -> None:
    story = waiting()
    hear(stage.gate, story, waiting())
    page = stage.window(OFFICER)
    page.goto(BOARD)
    expect(page.locator("#live")).to_have_text("Trực tiếp")
    assert (figure(page, 1), figure(page, 2)) == ("0", "2")
    story.told = story.called(31).told[-1:]
    hear(stage.gate, story)
    expect(page.locator(".figure b").nth(1)).to_have_text("1")
    expect(page.locator(".figure b").nth(2)).to_have_text("1")
    assert quiet() == []


def test_an_operator_pauses_and_reopens_his_route(stage: Stage, quiet: Callable[[], list[str]]) -> None:
    page = stage.window(OFFICER)
    page.goto(BOARD)
    page.get_by_role("button", name="Tạm dừng gọi").click()
    page.locator("#pause").get_by_label("Lý do").fill("Mưa lớn")
    page.get_by_role("button", name="Tạm dừng", exact=True).click()
    expect(page.locator("#pause")).to_be_hidden()
    stage.gate.settle()
    expect(page.locator("#status")).to_contain_text("Mưa lớn")
    with page.expect_response("**/reopen"):
        page.get_by_role("button", name="Mở lại").click()
    stage.gate.settle()
    expect(page.locator("#status")).to_contain_text("Đang mở")
    assert quiet() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_officers_close_a_route_and_see_before_whom_that_affects(
    stage: Stage, language: Language, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    for _ in range(3):
        stage.gate.publish(*Story(empty=True).filed().ready().records())
    stage.gate.settle()
    first = an_account(stage.gate, "truc-ban@cua-khau.example", Role.GATE_OPERATOR)
    second = an_account(stage.gate, "truong-ca@cua-khau.example", Role.GATE_OPERATOR)
    page = stage.window(language=language, width=360)
    page.goto(f"/sign-in?next={BOARD}")
    sign_in(page, first, language)
    page.get_by_role("button", name=text("portal.change.button", language)).click()
    dialog = page.locator("#change")
    expect(dialog.locator(".effect")).to_be_hidden()
    dialog.locator("#change-EXPORT").fill("5")
    dialog.locator("#change-IMPORT").fill("5")
    expect(dialog.locator(".effect")).to_be_visible()
    dialog.locator("#change-to").select_option("CLOSED")
    expect(dialog.locator("#change-EXPORT")).to_be_hidden()
    expect(dialog.locator(".effect")).to_be_visible()
    expect(dialog.locator('[data-direction="EXPORT"][data-of="waiting"]')).not_to_be_empty()
    expect(dialog.locator('[data-direction="EXPORT"][data-of="booked"]')).to_have_text("0")
    pictures.keep(page, f"change-{language}.png")
    dialog.locator("#change-reason").fill("Mưa lũ phía bên kia")
    dialog.locator("#close-login").fill(second.login)
    dialog.locator("#close-password").fill(second.password)
    dialog.get_by_role("button", name=text("portal.change.submit", language)).click()
    expect(dialog).to_be_hidden()
    stage.gate.settle()
    expect(page.locator("#status")).to_contain_text(text("portal.status.CLOSED", language))
    assert quiet() == []


def test_an_operator_reduces_his_route_until_an_hour(stage: Stage, pictures: Album) -> None:
    page = stage.window(OFFICER, language="en")
    page.goto(BOARD)
    page.get_by_role("button", name="Change the route").click()
    dialog = page.locator("#change")
    dialog.get_by_label("Export").fill("5")
    dialog.get_by_label("Import").fill("0")
    dialog.get_by_label("Reason").fill("One lane works")
    hour = stage.gate.clock.now().astimezone(HANOI).replace(minute=30)
    dialog.get_by_label("Until").fill(f"{hour:%Y-%m-%dT%H:%M}")
    pictures.keep(page, "reduce-en.png")
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog).to_be_hidden()
    stage.gate.settle()
    expect(page.locator("#status")).to_contain_text(f"Reduced until {hour:%H:%M}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trader_reads_why_his_truck_stands_where_it_stands(
    stage: Stage, language: Language, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    firm = new_id()
    stories = [Story(empty=n % 3 == 0, parties=(firm,)).filed().ready() for n in range(25)]
    stage.gate.publish(*(record for story in stories for record in story.records()))
    stage.gate.settle()
    hear(stage.gate, stories[-1])
    trader = a_caller(Role.TRADER, organisation=firm)
    page = stage.window(trader, language=language, width=360)
    page.goto(f"/crossings/{stories[-1].crossing_id}")
    why = page.locator("#why")
    expect(why.locator('[data-of="range"]')).to_contain_text(":")
    expect(why.locator('[data-class="P4"] b')).not_to_be_empty()
    expect(why.locator('[data-of="overrides"]')).to_have_text(text("portal.why.nobody", language))
    assert page.evaluate(WIDER_THAN_THE_WINDOW) <= 0
    pictures.keep(why, f"why-{language}.png")
    page.goto("/")
    expect(page.locator("[data-forecast]").first).to_contain_text(":")
    assert page.evaluate(WIDER_THAN_THE_WINDOW) <= 0
    pictures.keep(page, f"own-{language}-360.png", full_page=True)
    assert quiet() == []


def test_two_officers_call_a_truck_by_hand(stage: Stage) -> None:
    for _ in range(3):
        stage.gate.publish(*Story(empty=True).filed().ready().records())
    stage.gate.settle()
    first = an_account(stage.gate, "truc-ban@cua-khau.example", Role.GATE_OPERATOR)
    second = an_account(stage.gate, "truong-ca@cua-khau.example", Role.GATE_OPERATOR)
    page = stage.window()
    page.goto(f"/sign-in?next={BOARD}")
    sign_in(page, first)
    waiting_before = int(figure(page, 2))
    page.locator('#next-asked [data-opens="call"]').first.click()
    dialog = page.locator("#call")
    dialog.get_by_label("Lý do").fill("Hàng cứu trợ")
    dialog.get_by_label("Tên tài khoản").fill(second.login)
    dialog.get_by_label("Mật khẩu").fill(second.password)
    with page.expect_response("**/override") as answered:
        dialog.get_by_role("button", name="Gọi xe").click()
    assert answered.value.status == 200
    stage.gate.settle()
    expect(page.locator("#told")).to_contain_text("Đã lưu")
    expect(page.locator(".figure b").nth(2)).to_have_text(str(waiting_before - 1))
    expect(page.locator("#queue")).to_contain_text("Gọi bằng tay hôm nay: 1")


def test_a_call_by_hand_that_is_refused_says_why_where_it_was_asked(stage: Stage) -> None:
    hear(stage.gate, waiting())
    page = stage.window(OFFICER)
    page.goto(BOARD)
    page.locator('[data-opens="call"]').first.click()
    dialog = page.locator("#call")
    dialog.get_by_label("Lý do").fill("Hàng cứu trợ")
    dialog.get_by_label("Tên tài khoản").fill("nobody@nowhere.example")
    dialog.get_by_label("Mật khẩu").fill("wrong")
    dialog.get_by_role("button", name="Gọi xe").click()
    expect(dialog.locator("[data-problem]")).to_contain_text("không đúng")
    expect(dialog.get_by_label("Lý do")).to_have_value("Hàng cứu trợ")


def test_a_page_whose_stream_stops_says_since_when(stage: Stage) -> None:
    page = stage.window(OFFICER, language="en")
    page.goto(BOARD)
    expect(page.locator("#live")).to_have_text("Live")
    page.context.set_offline(True)
    expect(page.locator("#stale")).to_contain_text("has had no news since 08:0")
    expect(page.locator(".figure").first).to_be_visible()


def test_the_crossing_file_follows_its_truck(stage: Stage, quiet: Callable[[], list[str]]) -> None:
    story = Story(parties=(new_id(),)).filed().refused("R014")
    hear(stage.gate, story)
    page = stage.window(a_caller(Role.TRADER, organisation=story.parties[0]), language="en")
    page.goto(f"/crossings/{story.crossing_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not ready")
    assert page.locator(".steps li").count() == 8
    assert page.locator(".steps .NOT_COVERED").count() == 4
    expect(page.locator("#live")).to_have_text("Live")
    story.told = story.ready().queued(57).told[-2:]
    hear(stage.gate, story)
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for the call")
    expect(page.locator(".promise .main dd")).to_have_text("57")
    hear(stage.gate, waiting(44).called(44))
    expect(page.locator(".promise")).to_contain_text("13 calls")
    assert quiet() == []


def test_keys_walk_the_board_and_open_a_file(stage: Stage) -> None:
    hear(stage.gate, waiting(3), waiting(4))
    page = stage.window(OFFICER)
    page.goto(BOARD)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/crossings/"))


def test_the_map_is_drawn_on_canvas_with_nothing_from_outside(stage: Stage, quiet: Callable[[], list[str]]) -> None:
    page = stage.window(OFFICER)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(BOARD)
    expect(page.locator("#map canvas.trucks")).to_have_count(1)
    expect(page.locator("#map-count")).to_have_text("Chưa có xe nào báo vị trí.")
    assert [url for url in asked if not url.startswith(stage.origin)] == []
    assert quiet() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit_every_window_and_every_finger(
    stage: Stage, language: str, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    own = Story(parties=(new_id(),)).filed().assessed().ready().queued(31, TicketClass.P2).called(28).near()
    own.seen_by(Authority.BORDER_GUARD)
    unready = Story(parties=own.parties).filed().refused("R013", "R014")
    hear(stage.gate, *a_busy_morning(), own, unready)
    trader = a_caller(Role.TRADER, organisation=own.parties[0])
    looks = {
        "board": (OFFICER, BOARD),
        "home-officer": (OFFICER, "/"),
        "crossings": (OFFICER, "/crossings"),
        "home-trader": (trader, "/"),
        "crossing": (trader, f"/crossings/{own.crossing_id}"),
        "crossing-not-ready": (trader, f"/crossings/{unready.crossing_id}"),
        "driver": (a_driver(own.crossing_id), "/"),
        "account": (trader, "/account"),
        "sign-in": (None, "/sign-in"),
    }
    for name, (caller, path) in looks.items():
        page = stage.window(caller, language=language)
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(WIDER_THAN_THE_WINDOW) <= 0, f"{name} at {width}"
            if width in (360, 1440):
                pictures.keep(page, f"{name}-{language}-{width}.png", full_page=True)
        assert page.evaluate(TOO_SMALL) == [], name
        page.context.close()
    assert quiet() == []


def test_the_board_is_drawn_for_the_night_shift_too(stage: Stage, pictures: Album) -> None:
    hear(stage.gate, *a_busy_morning())
    page = stage.window(OFFICER, dark=True)
    page.goto(BOARD)
    expect(page.locator("#map canvas.trucks")).to_have_count(1)
    pictures.keep(page, "board-vi-dark.png", full_page=True)
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == "rgb(11, 19, 28)"
