"""What firms let others do, drivers consent to and officers look for is done without JavaScript too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Caller, Role
from bordergate.http import SESSION_COOKIE
from bordergate.i18n import LANGUAGES, Language, text
from bordergate.ids import new_id
from events.words import OrganisationKind
from tests.browser.conftest import Album, Stage
from tests.builders.accounts import an_organisation
from tests.builders.callers import a_caller
from tests.builders.pages import hear
from tests.builders.stories import Story

DRIVER = {"full_name": "Nguyễn Văn A", "citizen_id": "020090123456", "licence": "120090123456"}
ROOM = "/desk/delegations"


def plainly(stage: Stage, caller: Caller, language: Language = "vi", width: int = 1440) -> Page:
    """A window without JavaScript, with the session that a form's proof is bound to."""
    page = stage.window(caller, language=language, script=False, width=width)
    session = {"name": SESSION_COOKIE, "value": "any", "domain": "localhost", "path": "/", "secure": True}
    page.context.add_cookies([session])  # type: ignore[list-item]  # as playwright names it
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_firm_lets_an_agent_act_for_it_and_ends_it_again(stage: Stage, language: Language, pictures: Album) -> None:
    firm = an_organisation(stage.gate, OrganisationKind.TRADER)
    an_organisation(stage.gate, OrganisationKind.CUSTOMS_AGENT, "0100109106")
    stage.gate.settle()
    page = plainly(stage, a_caller(Role.TRADER, organisation=firm), language, width=360)
    page.goto(ROOM)
    page.locator("#plain-tax").fill("0100109107")
    page.get_by_role("button", name=text("portal.delegation.plain.find", language)).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("#plain-tax").fill("0100109106")
    page.get_by_role("button", name=text("portal.delegation.plain.find", language)).click()
    giving = page.locator("[aria-labelledby=plain-give]")
    expect(giving.locator("input[name=agent]")).to_have_count(1)
    giving.get_by_label(text("portal.delegation.act.CANCEL", language)).uncheck()
    page.locator("#plain-last").fill("2030-12-31")
    pictures.keep(page, f"delegation-plain-{language}.png", full_page=True)
    page.get_by_role("button", name=text("portal.delegation.give_now", language)).click()
    stage.gate.settle()
    page.goto(ROOM)
    given = page.locator("[aria-labelledby=plain-given] li")
    expect(given).to_contain_text(text("portal.delegation.act.FILE", language))
    expect(given).not_to_contain_text(text("portal.delegation.act.CANCEL", language))
    given.get_by_role("button").click()
    stage.gate.settle()
    page.goto(ROOM)
    expect(given).to_have_count(0)


def test_a_carrier_notes_what_a_driver_consents_to_and_lets_him_act(stage: Stage, pictures: Album) -> None:
    firm = an_organisation(stage.gate, OrganisationKind.CARRIER)
    stage.gate.settle()
    asking = stage.gate.as_(a_caller(Role.CARRIER, organisation=firm))
    made = asking.post("/api/vehicle-registration/drivers", json=DRIVER)
    assert made.status_code == 201, made.text
    driver = made.json()["id"]
    page = plainly(stage, a_caller(Role.CARRIER, organisation=firm))
    page.goto(f"/desk/drivers/{driver}")
    pictures.keep(page, "consents-plain.png", full_page=True)
    page.get_by_role("button", name="Ghi nhận lái xe đồng ý").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Đã ghi lại")
    told = asking.get(f"/api/vehicle-registration/drivers/{driver}/consents").json()
    assert [(one["how"], one["withdrawn_at"]) for one in told["items"]] == [("SPOKEN", None)]
    page.get_by_role("link", name="Ủy quyền cho lái xe này").click()
    page.locator("#plain-last").fill("2030-12-31")
    page.get_by_role("button", name=text("portal.delegation.give_now", "vi")).click()
    (leave,) = asking.get("/api/vehicle-registration/delegations").json()["items"]
    assert leave["driver_id"] == driver


def test_an_officer_finds_a_truck_by_its_plate(stage: Stage) -> None:
    story = Story().filed()
    hear(stage.gate, story)
    page = plainly(stage, a_caller(Role.CUSTOMS, organisation=new_id()), "en")
    page.goto("/search")
    page.locator("#anything").fill(story.plate)
    page.get_by_role("button", name="Find by reference or plate").click()
    expect(page.locator("main")).to_contain_text(story.reference)
