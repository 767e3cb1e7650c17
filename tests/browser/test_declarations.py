"""A declaration in full: filed at the desk, amended and looked at by its owner, decided on by customs."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from bordergate.auth import Role
from bordergate.http.csrf import SESSION_COOKIE
from bordergate.i18n import LANGUAGES, Language, text
from bordergate.ids import new_id
from events.words import Channel, Direction, Share
from services.customs_declarations.commands import (
    Amend,
    FileDeclaration,
    NameDeclarations,
    amend,
    cancel,
    choose_channel,
    file_declaration,
    name_declarations,
)
from tests.browser.conftest import Stage
from tests.builders.callers import a_caller
from tests.builders.customs import DURIAN, FULL, TILES, some_papers

NUMBER = "308000000001"
OWNER = new_id()
TYPED = {
    "hs_code": "0810.60.00",
    "description": "Sầu riêng tươi",
    "weight_kg": "18000",
    "net_kg": "17501",
    "quantity": "17500.5",
    "unit": "KGM",
    "value": "1250000000",
    "currency": "VND",
    "packages": "900",
    "package_kind": "CT",
    "origin": "VN",
}


def trader(stage: Stage, language: Language, *, script: bool = True) -> Page:
    page = stage.window(a_caller(Role.TRADER, organisation=OWNER), language=language, script=script)
    session = {"name": SESSION_COOKIE, "value": "any", "domain": "localhost", "path": "/", "secure": True}
    page.context.add_cookies([session])  # type: ignore[list-item]  # what a form's proof is bound to
    return page


def files(page: Page, **changed: str) -> None:
    page.goto("/desk/declaration")
    page.locator("#number").fill(NUMBER)
    page.locator('input[name="direction"][value="EXPORT"]').check()
    page.locator("#type_code").fill("B11")
    for name, value in (TYPED | changed).items():
        page.locator(f'input[name="lines[0].{name}"]').fill(value)
    page.locator("main form button[type=submit]").last.click()


def filed(stage: Stage) -> str:
    command = FileDeclaration(some_papers(lines=(FULL, TILES)), OWNER, OWNER)
    made = stage.gate.do(
        "customs_declarations", lambda session: str(file_declaration(command, session, stage.gate.clock).id)
    )
    return f"/declarations/{made}"


@pytest.mark.parametrize("script", [True, False])
def test_a_line_in_full_is_filed_with_and_without_javascript(
    stage: Stage,
    script: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    page = trader(stage, "en", script=script)
    files(page)
    expect(page).to_have_url(f"{stage.origin}/desk?filed=declaration")
    (row,) = stage.gate.rows("customs_declarations", "SELECT lines FROM customs_declarations.declarations")
    assert (row.lines[0]["unit"], row.lines[0]["packages"]) == ("KGM", 900)


def test_whose_number_another_has_filed_asks_on_the_form_that_it_be_decided(stage: Stage) -> None:
    other = new_id()
    command = FileDeclaration(some_papers(lines=(TILES,)), other, other)
    stage.gate.do("customs_declarations", lambda session: bool(file_declaration(command, session, stage.gate.clock)))
    page = trader(stage, "en")
    files(page)
    page.get_by_role("checkbox", name=text("portal.field.contest", "en")).check()
    page.locator("main form button[type=submit]").last.click()
    expect(page).to_have_url(f"{stage.origin}/desk?filed=declaration")
    page.goto("/declarations")
    page.get_by_role("link", name=NUMBER).click()
    expect(page.locator("main")).to_contain_text(text("portal.contest.stands", "en"))


@pytest.mark.parametrize("script", [True, False])
def test_what_is_wrong_with_a_line_stands_beside_its_field(
    stage: Stage,
    script: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    page = trader(stage, "vi", script=script)
    files(page, unit="KILO", net_kg="19000")
    expect(page.locator(".summary li")).to_have_count(2)
    expect(page.locator("#lines-0-unit-wrong")).to_contain_text(text("customs_declarations.unit", "vi", value="KILO"))
    expect(page.locator("#lines-0-description")).to_have_value("Sầu riêng tươi")


def test_units_are_offered_with_their_names(stage: Stage) -> None:
    page = trader(stage, "zh")
    page.goto("/desk/declaration")
    page.locator('input[name="lines[0].unit"]').focus()
    expect(page.locator('datalist#units option[value="KGM"]')).to_have_text("千克")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_owner_amends_and_reads_what_changed(
    stage: Stage, language: Language, quiet: Callable[[], list[str]]
) -> None:
    path = filed(stage)
    page = trader(stage, language)
    page.goto("/declarations")
    page.get_by_role("link", name=NUMBER).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NUMBER)
    page.get_by_role("link", name=text("portal.declaration.amend", language)).click()
    expect(page.locator('input[name="lines[1].hs_code"]')).to_have_value(TILES.hs_code)
    page.locator('input[name="lines[0].packages"]').fill("880")
    page.get_by_role("button", name=text("portal.declaration.amend_now", language)).click()
    expect(page).to_have_url(f"{stage.origin}{path}")
    change = page.locator(".acts li").first
    expect(change).to_contain_text(text("portal.declaration.act.AMEND", language))
    expect(change.locator(".changes p")).to_have_count(1)
    expect(change.locator("del")).to_have_text("900")
    expect(change.locator("ins")).to_have_text("880")
    assert quiet() == []


def test_two_people_who_amend_get_a_clear_conflict_and_lose_nothing(stage: Stage) -> None:
    path = filed(stage)
    page = trader(stage, "en")
    page.goto(f"{path}/amend")
    page.locator('input[name="lines[0].packages"]').fill("880")
    other = Amend(path.rpartition("/")[2], "B11", (FULL,), None)  # type: ignore[arg-type]  # the database reads the text
    stage.gate.do("customs_declarations", lambda session: bool(amend(other, session, stage.gate.clock)))
    page.get_by_role("button", name="Save the changes").click()
    expect(page.locator(".summary")).to_be_visible()
    expect(page.locator('input[name="lines[0].packages"]')).to_have_value("880")
    page.get_by_role("link", name="Begin anew from what it says now").click()
    expect(page.locator('input[name="lines[0].packages"]')).to_have_value("900")
    expect(page.locator('input[name="lines[1].hs_code"]')).to_have_value("")


@pytest.mark.parametrize("language", LANGUAGES)
def test_customs_chooses_a_channel_and_clears(stage: Stage, language: Language, quiet: Callable[[], list[str]]) -> None:
    path = filed(stage)
    page = stage.window(a_caller(Role.CUSTOMS, organisation=new_id()), language=language)
    page.goto("/declarations")
    page.locator("#text").fill("3080")
    page.locator("main button[type=submit]").click()
    page.get_by_role("link", name=NUMBER).click()
    expect(page).to_have_url(re.compile(re.escape(path)))
    expect(page.get_by_role("link", name=text("portal.declaration.amend", language))).to_have_count(0)
    page.locator('input[value="YELLOW"]').check()
    page.get_by_role("button", name=text("portal.declaration.choose_channel", language)).click()
    page.get_by_role("button", name=text("portal.declaration.clear", language)).click()
    expect(page.locator('[data-put="stage"]')).to_have_text(text("portal.declaration.stage.CLEARED", language))
    expect(page.locator("#decide")).to_be_hidden()
    expect(page.locator(".acts li")).to_have_count(3)
    assert quiet() == []


def test_what_is_in_the_red_channel_only_customs_may_cancel_and_its_own_reasons_are_told_in_chinese(
    stage: Stage,
) -> None:
    path, clock = filed(stage), stage.gate.clock
    declared = UUID(path.rpartition("/")[2])
    owner, officer = trader(stage, "zh"), stage.window(a_caller(Role.CUSTOMS, organisation=new_id()), language="zh")

    def sees(page: Page, *, offered: bool) -> None:
        page.goto(path)
        expect(page.locator("[data-shown]")).to_be_visible()
        expect(page.locator(".give-up")).to_be_visible(visible=offered)

    sees(owner, offered=True)
    stage.gate.do("customs_declarations", lambda session: choose_channel(declared, Channel.RED, session, clock).version)
    sees(owner, offered=False)
    sees(officer, offered=True)
    code = "customs_declarations.cancelled_by_customs"
    stage.gate.do("customs_declarations", lambda session: cancel(declared, code, session, clock).version)
    sees(owner, offered=False)
    expect(owner.locator("[data-put=cancelled_because]")).to_have_text(text(code, "zh"))
    expect(owner.locator(".acts li").first).to_contain_text(text(code, "zh"))


def test_another_firm_s_declaration_is_unknown(stage: Stage) -> None:
    page = stage.window(a_caller(Role.TRADER, organisation=new_id()), language="en")
    page.goto(filed(stage))
    expect(page.locator('[data-stand="unknown"]')).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_part_of_a_declaration_is_named_when_a_crossing_is_filed(
    stage: Stage,
    script: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    page = trader(stage, "en", script=script)
    page.goto("/desk/crossing/load")
    page.locator('input[name="declared_empty"][value="false"]').check()
    page.locator('input[name="declarations[0]"]').fill(NUMBER)
    page.locator("summary", has_text="carries only a part").click()
    for name, value in (("declaration", NUMBER), ("line", "1"), ("quantity", "1.5")):
        page.locator(f'input[name="shares[0].{name}"]').fill(value)
    page.locator('select[name="two_way"]').select_option("true")
    page.get_by_role("button", name="Continue").click()
    load = page.locator("section.answers", has=page.locator("#answers-load"))
    expect(load).to_contain_text(f"{NUMBER} · 1 · 1.5")
    expect(load).to_contain_text("Both ways on one journey")
    hidden = page.locator('form[action="/api/vehicle-registration/crossings"] input[name="shares[0].quantity"]')
    expect(hidden).to_have_value("1.5")


def test_a_declaration_says_what_it_lacks_and_what_is_left_of_it(stage: Stage) -> None:
    bare = FileDeclaration(some_papers(lines=(DURIAN,)), OWNER, OWNER)
    part = Share(declaration=NUMBER, line=1, quantity=Decimal(8_000))
    named = NameDeclarations(
        new_id(),
        (NUMBER,),
        (OWNER,),
        Direction.EXPORT,
        declared_empty=False,
        at=stage.gate.clock.now(),
        by=OWNER,
        shares=(part,),
    )

    def work(session: Session) -> str:
        made = str(file_declaration(bare, session, stage.gate.clock).id)
        name_declarations([named], session, stage.gate.clock)
        return made

    page = trader(stage, "en")
    page.goto(f"/declarations/{stage.gate.do('customs_declarations', work)}")
    expect(page.locator("[data-failures] li")).to_have_count(3)
    expect(page.locator("[data-failures]")).to_contain_text("have no phytosanitary certificate")
    expect(page.locator("[data-lines]")).to_contain_text("10,000 kilogram")
