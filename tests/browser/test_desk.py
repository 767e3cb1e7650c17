"""The trader at his desk: from signing in to a filed crossing, in each language, with JavaScript and without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bordergate.auth import Role
from bordergate.i18n import LANGUAGES, Language, hint, text
from bordergate.service import installed
from events.words import OrganisationKind
from tests.browser.conftest import Stage
from tests.builders.accounts import Account, an_account, an_organisation
from tests.gates import a_still_gate, eventually, serving

SERVICES = ("customs_declarations", "gate_operations", "identity", "portal", "queue_scheduling", "vehicle_registration")
NUMBER = "301234567890"


@pytest.fixture
def stage(database_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    """The desk with the owners of what is filed there, on a port; news travels when the test lets it."""
    with a_still_gate(database_url, installed(SERVICES), tmp_path, loaded=True) as gate, serving(gate.gate) as origin:
        yield Stage(gate, origin, browser, [])
        for context in browser.contexts:
            context.close()


@pytest.fixture
def trader(stage: Stage) -> Account:
    firm = an_organisation(stage.gate, OrganisationKind.TRADER)
    return an_account(stage.gate, "kinh-doanh@xuat-nhap-khau.example", Role.TRADER, firm)


class Desk:
    """A trader at his desk, who reads one language."""

    def __init__(self, stage: Stage, page: Page, language: Language) -> None:
        self.stage, self.page, self.language = stage, page, language

    def says(self, code: str, **details: object) -> str:
        return text(f"portal.{code}", self.language, **details)

    def signs_in(self, account: Account, onward: str = "/desk") -> None:
        self.page.goto(f"/sign-in?next={onward}")
        self.page.get_by_label(self.says("sign_in.account")).fill(account.login)
        self.page.get_by_label(self.says("sign_in.password")).fill(account.password)
        self.presses("sign_in.submit")
        expect(self.page).to_have_url(f"{self.stage.origin}{onward}")
        self.page.wait_for_load_state()

    def presses(self, code: str) -> None:
        self.page.get_by_role("button", name=self.says(code), exact=True).click()

    def fills(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f'input[name="{name.replace("__", ".")}"]').fill(value)

    def chooses(self, name: str, value: str) -> None:
        self.page.locator(f'input[name="{name}"][value="{value}"]').check()

    def begins(self, form: str) -> None:
        self.page.goto("/desk")
        self.page.locator(f'.card a[href^="/desk/{form}"]').click()

    def registers_vehicle(self, plate: str = "12C-123.45") -> None:
        self.begins("vehicle")
        self.fills(plate=plate, tare_kg="7000", gross_kg="15000", axles="2")
        self.chooses("country", "VN")
        self.page.locator('select[name="vehicle_type"]').select_option("VT4")
        self.presses("desk.submit.vehicle")
        expect(self.page.get_by_role("status").first).to_contain_text(self.says("desk.filed.vehicle"))

    def registers_driver(self, name: str = "Lái xe A") -> None:
        self.begins("driver")
        self.fills(full_name=name, licence="B2-0001")
        self.presses("desk.submit.driver")
        expect(self.page.get_by_role("status").first).to_contain_text(self.says("desk.filed.driver"))

    def files_declaration(self, number: str = NUMBER) -> None:
        self.begins("declaration")
        self.fills(number=number, type_code="B11")
        self.chooses("direction", "EXPORT")
        self.page.locator('input[name="lines[0].hs_code"]').fill("08106000")
        self.page.locator('input[name="lines[0].weight_kg"]').fill("18000")
        self.presses("desk.submit.declaration")
        expect(self.page.get_by_role("status").first).to_contain_text(self.says("desk.filed.declaration"))

    def states_the_crossing(self, plate: str = "12C-123.45", driver: str = "Lái xe A", number: str = NUMBER) -> None:
        self.begins("crossing")
        self.chooses("route", "hn-1119")
        self.chooses("direction", "EXPORT")
        self.presses("desk.continue")
        self.fills(day=f"{self.stage.gate.clock.now():%Y-%m-%d}")
        self.page.locator('select[name="starts"]').select_option("08:00")
        self.page.locator('select[name="ends"]').select_option("23:59")
        self.presses("desk.continue")
        self.fills(plate=plate)
        self.presses("desk.continue")
        self.fills(driver=driver)
        self.presses("desk.continue")
        self.chooses("declared_empty", "false")
        self.page.locator('input[name="declarations[0]"]').fill(number)
        self.presses("desk.continue")
        expect(self.page).to_have_url(f"{self.stage.origin}/desk/crossing/check")

    def files(self) -> None:
        """File it, and let the news of it travel."""
        self.presses("desk.file")
        expect(self.page).to_have_url(re.compile(r"/crossings/[0-9a-f-]{36}\?event="))
        self.stage.gate.settle()
        self.page.get_by_role("link", name=self.says("desk.look_again")).click()
        expect(self.page.locator(".file-name .plate")).to_have_text("12C12345")


def at_desk(stage: Stage, language: Language, *, script: bool = True) -> Desk:
    return Desk(stage, stage.window(language=language, script=script), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trader_files_all_that_a_crossing_needs(
    stage: Stage, trader: Account, language: Language, quiet: Callable[[], list[str]]
) -> None:
    desk = at_desk(stage, language)
    desk.signs_in(trader)
    desk.registers_vehicle()
    desk.registers_driver()
    desk.files_declaration()
    desk.states_the_crossing()
    desk.files()
    stage.gate.settle()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(text("portal.state.QUEUED", language))
    assert desk.page.locator(".steps li").count() == 8
    expect(desk.page.locator(".qr-place")).to_be_visible()
    assert quiet() == []


def test_a_trader_without_javascript_files_a_crossing(stage: Stage, trader: Account) -> None:
    desk = at_desk(stage, "vi", script=False)
    desk.signs_in(trader)
    desk.registers_vehicle()
    desk.registers_driver()
    desk.files_declaration()
    desk.states_the_crossing()
    desk.files()
    desk.page.goto("/")
    expect(desk.page.locator(".own-row .plate")).to_have_text("12C12345")


@pytest.mark.parametrize("script", [True, False])
def test_what_the_owner_refuses_stands_beside_its_field_in_the_reader_s_language(
    stage: Stage,
    trader: Account,
    script: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    desk = at_desk(stage, "zh", script=script)
    desk.signs_in(trader)
    desk.states_the_crossing(plate="12C-999.99", driver="无此人")
    desk.presses("desk.file")
    summary = desk.page.locator(".summary")
    expect(summary).to_contain_text(text("vehicle_registration.no_such_plate", "zh", value="12C-999.99"))
    expect(summary).to_contain_text(text("vehicle_registration.no_such_driver", "zh"))
    summary.get_by_role("link").first.click()
    expect(desk.page).to_have_url(re.compile(r"/desk/crossing/truck\?check#plate"))
    expect(desk.page.locator("#plate")).to_have_value("12C-999.99")
    expect(desk.page.locator("#plate-wrong")).to_contain_text(
        hint("vehicle_registration.no_such_plate", "zh") or "never"
    )
    desk.fills(plate="12C-999.98")
    desk.presses("desk.continue")
    expect(desk.page).to_have_url(f"{stage.origin}/desk/crossing/check")
    expect(desk.page.locator(".summary li")).to_have_count(1)


@pytest.mark.parametrize("script", [True, False])
def test_a_session_that_ends_while_somebody_types_costs_nothing(
    stage: Stage,
    trader: Account,
    script: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    desk = at_desk(stage, "en", script=script)
    desk.signs_in(trader, "/desk/vehicle")
    desk.fills(plate="12C-123.45", tare_kg="7000")
    desk.page.context.clear_cookies(name=re.compile("__Host-(caller|session)"))
    desk.presses("desk.submit.vehicle")
    expect(desk.page).to_have_url(f"{stage.origin}/sign-in?next=/desk/vehicle")
    desk.page.get_by_label("Account").fill(trader.login)
    desk.page.get_by_label("Password").fill(trader.password)
    desk.presses("sign_in.submit")
    expect(desk.page.locator(".notice")).to_contain_text("Your session had ended")
    expect(desk.page.locator("#plate")).to_have_value("12C-123.45")
    expect(desk.page.locator("#tare_kg")).to_have_value("7000")


def test_without_javascript_a_running_session_goes_on_without_a_password(stage: Stage, trader: Account) -> None:
    desk = at_desk(stage, "en", script=False)
    desk.signs_in(trader, "/desk/vehicle")
    desk.fills(plate="12C-123.45")
    desk.page.context.clear_cookies(name="__Host-caller")
    desk.presses("desk.submit.vehicle")
    desk.presses("sign_in.go_on")
    expect(desk.page).to_have_url(f"{stage.origin}/desk/vehicle")
    expect(desk.page.locator("#plate")).to_have_value("12C-123.45")


def test_signing_out_leaves_nothing_typed_behind(stage: Stage, trader: Account) -> None:
    desk = at_desk(stage, "en")
    desk.signs_in(trader, "/desk/driver")
    with desk.page.expect_response("**/desk/keep"):
        desk.fills(full_name="Lái xe A")
    desk.page.goto("/account")
    desk.presses("account.sign_out")
    expect(desk.page).to_have_url(f"{stage.origin}/sign-in")
    eventually(lambda: not [one["name"] for one in desk.page.context.cookies() if "typed" in one["name"]])


def test_what_is_typed_is_saved_by_itself(stage: Stage, trader: Account) -> None:
    desk = at_desk(stage, "en")
    desk.signs_in(trader, "/desk/driver")
    with desk.page.expect_response("**/desk/keep"):
        desk.fills(full_name="Lái xe A")
    desk.page.goto("/desk")
    desk.page.get_by_role("link", name="Go on Register a driver").click()
    expect(desk.page.locator("#full_name")).to_have_value("Lái xe A")


def test_known_plates_names_and_numbers_are_offered(stage: Stage, trader: Account) -> None:
    desk = at_desk(stage, "en")
    desk.signs_in(trader)
    desk.registers_vehicle()
    desk.registers_driver()
    for path, name, offered in (("truck", "plate", "12C12345"), ("driver", "driver", "Lái xe A")):
        desk.page.goto(f"/desk/crossing/{path}")
        desk.page.locator(f"#{name}").focus()
        expect(desk.page.locator(f'datalist option[value="{offered}"]')).to_have_count(1)


def test_another_line_of_goods_comes_as_soon_as_the_last_is_used(stage: Stage, trader: Account) -> None:
    desk = at_desk(stage, "en")
    desk.signs_in(trader, "/desk/declaration")
    assert desk.page.locator(".line").count() == 3
    desk.page.locator('input[name="lines[2].hs_code"]').fill("08106000")
    expect(desk.page.locator('input[name="lines[3].hs_code"]')).to_be_visible()
    assert desk.page.locator(".line").nth(3).locator("legend").inner_text() == "Goods 4"


def test_what_is_missing_is_mended_from_the_file(stage: Stage, trader: Account) -> None:
    desk = at_desk(stage, "en")
    desk.signs_in(trader)
    desk.registers_vehicle()
    desk.registers_driver()
    desk.states_the_crossing()
    desk.files()
    stage.gate.settle()
    desk.page.reload()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Not ready")
    desk.page.get_by_role("link", name="File this declaration").click()
    expect(desk.page.locator("#number")).to_have_value(NUMBER)
    desk.page.go_back()
    desk.page.get_by_role("link", name="Change", exact=True).click()
    desk.chooses("declared_empty", "true")
    desk.page.locator('input[name="declarations[0]"]').fill("")
    desk.presses("desk.mend_now")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Saved")
    stage.gate.settle()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Waiting for the call")


def test_a_crossing_is_given_up_from_the_page_that_mends_it(stage: Stage, trader: Account) -> None:
    desk = at_desk(stage, "en", script=False)
    desk.signs_in(trader)
    desk.registers_vehicle()
    desk.registers_driver()
    desk.states_the_crossing()
    desk.files()
    desk.page.get_by_role("link", name="Change", exact=True).click()
    desk.page.locator(".give-up summary").click()
    desk.page.get_by_label("Reason").fill("Sold elsewhere")
    desk.presses("desk.give_up_now")
    stage.gate.settle()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(text("portal.state.CANCELLED", "en"))


def test_the_file_on_paper_is_one_page_with_its_qr(stage: Stage, trader: Account) -> None:
    desk = at_desk(stage, "vi")
    desk.signs_in(trader)
    desk.registers_vehicle()
    desk.registers_driver()
    desk.files_declaration()
    desk.states_the_crossing()
    desk.files()
    paper = desk.page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    desk.page.emulate_media(media="print")
    expect(desk.page.locator(".qr-place")).to_be_visible()
    expect(desk.page.locator("header.bar")).to_be_hidden()
