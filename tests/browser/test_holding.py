"""Cancelling, appealing and deciding on plain pages: what it costs is agreed to before, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Caller, Role
from bordergate.http import SESSION_COOKIE
from bordergate.i18n import Language, text
from bordergate.ids import new_id
from tests.browser.conftest import Stage
from tests.builders.callers import a_caller
from tests.builders.clock import A_MORNING
from tests.builders.stories import Story

FIVE_HOURS = timedelta(hours=5)
SCRIPTS = [("vi", False), ("en", True)]


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
