"""Cancelling, being there for a slot, appealing and deciding: costs are agreed to before, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Caller, Role
from bordergate.http import SESSION_COOKIE
from bordergate.i18n import LANGUAGES, Language, text
from bordergate.ids import new_id
from events.customs_declarations import DeclarationsAssessed
from events.vehicle_registration import CrossingReady, CrossingSubmitted
from tests.browser.conftest import Album, Stage
from tests.browser.test_console import OVERLAPPING, WIDER
from tests.builders.accounts import an_account
from tests.builders.callers import a_caller, a_driver
from tests.builders.clock import A_MORNING
from tests.builders.pages import hear
from tests.builders.queue import MACHINES
from tests.builders.stories import Story

FIVE_HOURS = timedelta(hours=5)
SCRIPTS = [("vi", False), ("en", True)]
A_MINUTE = timedelta(minutes=1)
TWO = A_MORNING + timedelta(hours=6)
THERE_BY = TWO - 10 * A_MINUTE
TIMES = {"slot": "14:00", "time": "13:50"}


def waiting(stage: Stage) -> Story:
    """A truck that joined at three in the morning, whose call is foreseen for the opening."""
    stage.gate.clock.set(A_MORNING - FIVE_HOURS)
    story = Story(parties=(new_id(), new_id()), at=A_MORNING - FIVE_HOURS).filed().ready()
    stage.gate.publish(*story.records())
    stage.gate.settle()
    stage.gate.wait(minutes=6)
    return story


def window(stage: Stage, caller: Caller, language: Language, *, script: bool) -> Page:
    """A window whose forms bear the proof of a session."""
    page = stage.window(caller, language=language, script=script)
    proof = {"name": SESSION_COOKIE, "value": "a-session", "domain": "localhost", "path": "/", "sameSite": "Lax"}
    page.context.add_cookies([{**proof, "secure": True, "httpOnly": True}])  # type: ignore[typeddict-item] # as given
    return page


def presses(page: Page, code: str, language: Language) -> None:
    page.get_by_role("button", name=text(code, language), exact=True).click()
    page.wait_for_load_state()


def stage_of(stage: Stage, crossing: UUID) -> str:
    wanted = "SELECT stage FROM queue_scheduling.tickets WHERE crossing_id = %s"
    return str(stage.gate.rows("queue_scheduling", wanted, crossing)[0].stage)


@pytest.mark.parametrize(("language", "script"), SCRIPTS)
def test_a_place_is_given_up_once_its_price_was_told_and_agreed_to(
    stage: Stage, language: Language, quiet: Callable[[], list[str]], *, script: bool
) -> None:
    story = waiting(stage)
    page = window(stage, a_caller(Role.TRADER, organisation=story.parties[0]), language, script=script)
    page.goto(f"/crossings/{story.crossing_id}/place")
    if script:
        expect(page.locator("[data-cost=cancel]")).to_contain_text(text("portal.holding.costs", language, percent="50"))
    page.locator("#cancel-reason").fill("sold inland")
    presses(page, "portal.holding.cancel_now", language)
    told = text("queue_scheduling.cancel_soon", language)
    expect(page.locator("#cancel .field.wrong")).to_contain_text(told)
    expect(page.locator("#cancel-reason")).to_have_value("sold inland")
    assert stage_of(stage, story.crossing_id) == "WAITING"
    page.locator("#cancel-accepts").select_option("0.5")
    presses(page, "portal.holding.cancel_now", language)
    expect(page).to_have_url(re.compile(rf"/crossings/{story.crossing_id}\?event="))
    assert stage_of(stage, story.crossing_id) == "WITHDRAWN"
    assert [said for said in quiet() if "409" not in said] == []


@pytest.mark.parametrize(("language", "script"), SCRIPTS)
def test_a_carrier_appeals_and_an_officer_answers(
    stage: Stage, language: Language, quiet: Callable[[], list[str]], *, script: bool
) -> None:
    story = waiting(stage)
    case = {"crossing_id": str(story.crossing_id), "against": "CARRIER", "ground": "BOTS", "case": "LS-26/4"}
    inspectors = (a_caller(Role.AUDITOR, organisation=new_id()) for _ in range(2))
    made = stage.gate.as_(*inspectors).post(
        "/api/queue-scheduling/sanctions", json=case | {"reason": "two hundred bookings a minute"}
    )
    stage.gate.settle()
    carrier = window(stage, a_caller(Role.CARRIER, organisation=story.parties[1]), language, script=script)
    carrier.goto("/sanctions")
    carrier.locator(".sanction-line a").click()
    carrier.locator("#text").fill("The bookings were another firm's; see its own log.")
    presses(carrier, "portal.sanctions.appeal_now", language)
    stage.gate.settle()
    officer = window(stage, a_caller(Role.ADMIN, organisation=new_id()), language, script=script)
    officer.goto("/sanctions")
    officer.locator(".sanction-line a").click()
    expect(officer.locator("blockquote")).to_contain_text("another firm's")
    officer.get_by_label(text("portal.sanctions.grant", language)).check()
    officer.locator("#reason").fill("It was another firm.")
    presses(officer, "portal.sanctions.decide_now", language)
    stage.gate.settle()
    carrier.goto(f"/sanctions/{made.json()['id']}")
    expect(carrier.locator("h1")).to_contain_text(text("portal.sanctions.standing.LIFTED", language))
    assert quiet() == []


def test_a_price_that_is_not_known_is_told_when_the_form_is_sent(stage: Stage) -> None:
    story = waiting(stage)
    page = window(stage, a_caller(Role.TRADER, organisation=story.parties[0]), "en", script=True)
    page.route("**/terms?*", lambda route: route.abort())
    page.goto(f"/crossings/{story.crossing_id}/place")
    expect(page.locator("[data-cost=cancel]")).to_have_text(text("portal.holding.told_when_sent", "en"))


def holder(stage: Stage) -> Story:
    """A truck that waits for its slot of two in the afternoon."""
    story = Story(parties=(new_id(), new_id()), at=A_MORNING - 10 * A_MINUTE).filed()
    story.tell(DeclarationsAssessed(crossing_id=story.crossing_id, failures=(), goods=MACHINES))
    stage.gate.publish(*story.records())
    stage.gate.settle()
    hear(stage.gate, story)
    trader = stage.gate.as_(a_caller(Role.TRADER, organisation=story.parties[0]))
    for act, body in (("reserve", {"starts": TWO.isoformat()}), ("confirm", {})):
        told = trader.post(f"/api/queue-scheduling/slots/{story.crossing_id}/{act}", json=body)
        assert told.is_success, told.text
    stage.gate.publish(story.tell(ready_as_filed(story)).records()[-1])
    stage.gate.settle()
    return story


def ready_as_filed(story: Story) -> CrossingReady:
    submitted = story.told[0].data
    assert isinstance(submitted, CrossingSubmitted)
    shared = CrossingReady.model_fields.keys() & type(submitted.filing).model_fields.keys()
    same = {name: getattr(submitted.filing, name) for name in shared}
    return CrossingReady(crossing_id=story.crossing_id, goods=MACHINES, **same)


def loses_its_slot(stage: Stage) -> None:
    """Nobody saw the truck in time; others wait by number already, so that it is not called at once."""
    stage.gate.clock.set(THERE_BY + 4 * A_MINUTE)
    for _ in range(6):
        stage.gate.publish(*Story().filed().assessed().ready(goods=MACHINES).records())
    stage.gate.settle()
    stage.gate.wait(minutes=1)


def looked_at(page: Page, where: str, pictures: Album, name: str) -> None:
    """What a phone shows of it is whole, and kept for somebody to look at."""
    assert page.evaluate(WIDER) <= 0
    assert page.evaluate(OVERLAPPING) == []
    pictures.keep(page.locator(where), name)


@pytest.mark.parametrize(("language", "script"), SCRIPTS)
def test_a_holder_says_himself_that_his_truck_is_there(
    stage: Stage, language: Language, quiet: Callable[[], list[str]], *, script: bool
) -> None:
    story = holder(stage)
    stage.gate.clock.set(THERE_BY - 5 * A_MINUTE)
    page = window(stage, a_caller(Role.TRADER, organisation=story.parties[0]), language, script=script)
    page.goto(f"/crossings/{story.crossing_id}/place")
    presses(page, "portal.presence.here", language)
    expect(page).to_have_url(re.compile(rf"/crossings/{story.crossing_id}\?event="))
    stage.gate.settle()
    page.goto(f"/crossings/{story.crossing_id}/place")
    expect(page.locator("[data-there]")).to_contain_text(text("slots.there_stated", language))
    expect(page.get_by_role("button", name=text("portal.presence.here", language))).to_have_count(0)
    stage.gate.clock.set(TWO + 2 * A_MINUTE)
    stage.gate.settle()
    assert stage_of(stage, story.crossing_id) == "CALLED"
    assert quiet() == []


def test_a_driver_says_from_his_own_page_that_he_is_there(stage: Stage, quiet: Callable[[], list[str]]) -> None:
    story = holder(stage)
    stage.gate.clock.set(THERE_BY - 5 * A_MINUTE)
    page = window(stage, a_driver(story.crossing_id), "zh", script=True)
    page.goto("/driver/now")
    page.get_by_role("link", name=text("portal.presence.here", "zh")).click()
    presses(page, "portal.presence.here", "zh")
    expect(page).to_have_url(re.compile("/driver/now$"))
    stage.gate.settle()
    expect(page.locator("main")).to_contain_text(text("slots.there_stated", "zh"))
    assert quiet() == []


def test_two_officers_let_a_truck_come_first_that_lost_its_slot_by_no_doing_of_its_own(
    stage: Stage, quiet: Callable[[], list[str]]
) -> None:
    story = holder(stage)
    loses_its_slot(stage)
    first = an_account(stage.gate, "truc-ban@cua-khau.example", Role.GATE_OPERATOR)
    second = an_account(stage.gate, "truong-ca@cua-khau.example", Role.GATE_OPERATOR)
    page = stage.window()
    page.goto(f"/sign-in?next=/crossings/{story.crossing_id}")
    page.get_by_label(text("portal.sign_in.account", "vi")).fill(first.login)
    page.get_by_label(text("portal.sign_in.password", "vi")).fill(first.password)
    presses(page, "portal.sign_in.submit", "vi")
    panel = page.locator(".slot-excuse")
    expect(panel).to_contain_text(text("portal.excuse.lost", "vi", **TIMES))
    panel.get_by_label(text("portal.excuse.cause", "vi")).select_option(label=text("portal.hindrance.WEATHER", "vi"))
    panel.get_by_label(text("portal.call.reason", "vi")).fill("Sạt lở trên quốc lộ 1")
    panel.get_by_label(text("portal.sign_in.account", "vi")).fill(second.login)
    panel.get_by_label(text("portal.sign_in.password", "vi")).fill(second.password)
    with page.expect_response("**/make-good") as answered:
        presses(page, "portal.excuse.make_good", "vi")
    assert answered.value.status == 200
    expect(panel).to_be_hidden()
    stage.gate.settle()
    told = text("portal.event.absence_excused.WEATHER", "vi", slot="14:00 4/5/2026")
    expect(page.locator("#file")).to_contain_text(told)
    page.reload()
    expect(page.locator("#file")).to_be_visible()
    expect(panel).to_have_count(0)
    trader = window(stage, a_caller(Role.TRADER, organisation=story.parties[0]), "vi", script=True)
    trader.goto(f"/crossings/{story.crossing_id}/slot")
    expect(trader.locator(".slot-lost")).to_contain_text(text("portal.slot_lost.OURS", "vi", **TIMES))
    assert quiet() == []


def test_being_there_and_being_excused_is_read_on_a_phone_in_every_language(stage: Stage, pictures: Album) -> None:
    story = holder(stage)
    file = f"/crossings/{story.crossing_id}"
    officer, trader = (a_caller(role, organisation=story.parties[0]) for role in (Role.GATE_OPERATOR, Role.TRADER))
    stage.gate.clock.set(THERE_BY - 5 * A_MINUTE)
    for language in LANGUAGES:
        page = stage.window(trader, language=language, width=360)
        page.goto(f"{file}/place")
        expect(page.locator(".slot-span")).to_have_text("11:00–13:50")
        expect(page.locator("#present [data-untold]")).to_contain_text(text("portal.presence.own_word", language))
        looked_at(page, "#present", pictures, f"present-{language}.png")
        page = stage.window(officer, language=language, width=360)
        page.goto(file)
        expect(page.locator(".slot-excuse")).to_contain_text(text("portal.excuse.held", language, **TIMES))
        looked_at(page, ".slot-excuse", pictures, f"excuse-{language}.png")
    loses_its_slot(stage)
    for language in LANGUAGES:
        page = stage.window(officer, language=language, width=360)
        page.goto(file)
        expect(page.locator(".slot-excuse")).to_contain_text(text("portal.excuse.lost", language, **TIMES))
        looked_at(page, ".slot-excuse", pictures, f"make-good-{language}.png")
