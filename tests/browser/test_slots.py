"""A trader finds a slot in the week's picture, or without a script in a list, and has it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Role
from bordergate.i18n import LANGUAGES, Language, text
from events.customs_declarations import DeclarationsAssessed
from events.words import OrganisationKind
from services.queue_scheduling.ledger.sequencer import Sequencer
from tests.browser.conftest import Album, Stage
from tests.browser.test_desk import Desk
from tests.builders.accounts import Account, an_account, an_organisation
from tests.builders.pages import hear, let_hear
from tests.builders.queue import MACHINES
from tests.builders.stories import Story


def a_trader(stage: Stage, page: Page, language: Language) -> Account:
    account = an_account(
        stage.gate, role=Role.TRADER, organisation=an_organisation(stage.gate, OrganisationKind.TRADER)
    )
    Desk(stage, page, language).signs_in(account)
    return account


def a_filed_truck(stage: Stage, firm: UUID) -> Story:
    """Filed, and its goods known to customs."""
    story = Story(parties=(firm,)).filed()
    seen = DeclarationsAssessed(crossing_id=story.crossing_id, failures=(), goods=MACHINES)
    story.tell(seen)
    hear(stage.gate, story)
    let_hear(stage.gate, "queue_scheduling.crossings", story.records())
    return story


def opened(stage: Stage, story: Story, page: Page) -> None:
    stage.gate.settle()
    page.goto(f"/crossings/{story.crossing_id}/slot")


def proves_it(stage: Stage, page: Page, language: Language) -> None:
    """The slot's page leads to the ledger, which has it."""
    Sequencer(stage.gate.gate).step()
    page.get_by_role("link", name=text("portal.ledger.link_slot", language)).click()
    expect(page.locator("[data-verdict=proven]")).to_be_visible()
    said = page.locator("[data-verdict=proven] [data-said=promise]")
    expect(said).to_contain_text(text("portal.ledger.slot", language, time="").strip())
    expect(said).to_contain_text("10:00")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slot_is_found_and_confirmed(stage: Stage, language: Language, quiet: Callable[[], list[str]]) -> None:
    script = language != "vi"
    page = stage.window(language=language, script=script)
    story = a_filed_truck(stage, a_trader(stage, page, language).organisation)
    opened(stage, story, page)
    if script:
        first = page.locator(".slot:enabled").first
        expect(first).to_contain_text("09:00")
        first.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    else:
        page.locator("#starts").select_option("2026-05-05T10:00:00+07:00")
        page.get_by_role("button", name=text("portal.slot.reserve", language)).click()
    page.wait_for_load_state()
    opened(stage, story, page)
    expect(page.locator("#mine")).to_have_text(text("portal.slot.stage.RESERVED", language))
    where, told = ("strong", "portal.holding.free") if script else ("noscript p", "portal.slot.told_once_confirmed")
    expect(page.locator(f"[data-cost=once_confirmed] {where}")).to_have_text(text(told, language))
    page.get_by_role("button", name=text("portal.slot.confirm", language)).click()
    page.wait_for_load_state()
    opened(stage, story, page)
    expect(page.locator("#mine")).to_have_text(text("portal.slot.stage.CONFIRMED", language))
    expect(page.locator(".slot-time")).to_have_text("10:00–11:00")
    if script:
        proves_it(stage, page, language)
        opened(stage, story, page)
    page.get_by_text(text("portal.slot.move", language)).click()
    if script:
        expect(page.locator("[data-cost=move] strong")).to_have_text(text("portal.holding.free", language))
        with page.expect_navigation():
            page.locator(".slot-row").nth(1).locator(".slot", has_text="09:00").click()
    else:
        page.locator("#starts").select_option("2026-05-05T09:00:00+07:00")
        page.get_by_role("button", name=text("portal.slot.move_now", language)).click()
        page.wait_for_load_state()
    opened(stage, story, page)
    expect(page.locator(".slot-time")).to_have_text("09:00–10:00")
    page.goto(f"/crossings/{story.crossing_id}")
    expect(page.locator("#file")).to_contain_text(text("portal.slot.stage.CONFIRMED", language))
    opened(stage, story, page)
    page.locator(".slot-release summary").click()
    if script:
        expect(page.locator("[data-cost=move]")).to_have_text(text("portal.slot.move_over", language))
        expect(page.locator("[data-cost=release] strong")).to_have_text(text("portal.holding.free", language))
    page.get_by_role("button", name=text("portal.slot.release_now", language)).click()
    page.wait_for_load_state()
    opened(stage, story, page)
    expect(page.locator("#choose")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "opens"), [("vi", "Mở 10:00 6/5"), ("zh", "5月6日 10:00 开放"), ("en", "Opens 06/05, 10:00")]
)
def test_an_empty_truck_is_told_from_when_it_can_book_an_hour(
    stage: Stage, language: Language, opens: str, pictures: Album
) -> None:
    page = stage.window(language=language, width=360)
    story = Story(parties=(a_trader(stage, page, language).organisation,), empty=True).filed()
    hear(stage.gate, story)
    let_hear(stage.gate, "queue_scheduling.crossings", story.records())
    opened(stage, story, page)
    later = page.locator(".slot[data-left=later]", has_text=opens)
    expect(later).to_be_disabled()
    expect(page.locator(".slot:enabled").first).to_contain_text("09:00")
    expect(page.locator(".slot[data-left=none]")).to_have_count(0)
    pictures.keep(page, f"opens-{language}.png", full_page=True)
