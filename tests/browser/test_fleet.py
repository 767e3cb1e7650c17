"""A carrier at his desk with a paper: handed in, shown by a scan, corrected and taken away, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Role
from bordergate.i18n import LANGUAGES, Language
from events.words import OrganisationKind
from tests.browser.conftest import Stage
from tests.browser.test_desk import Desk
from tests.builders.accounts import an_account, an_organisation
from tests.builders.scans import PDF


class Fleet(Desk):
    """A carrier with one vehicle, who reads one language."""

    def opens_his_vehicle(self) -> None:
        self.stage.gate.settle()
        self.page.goto("/desk/fleet")
        self.page.locator("a.fleet-row").click()
        expect(self.page.locator("h1 .plate")).to_have_text("12C12345")

    def sees_it_saved(self, done: str) -> None:
        """The page follows as soon as its news has travelled."""
        self.page.wait_for_load_state()
        self.stage.gate.settle()
        self.page.reload()
        expect(self.page.get_by_role("status").first).to_contain_text(self.says(f"fleet.done.{done}"))

    def line(self, kind: str) -> str:
        shown = self.page.locator(".paper-line", has_text=self.says(f"fleet.kind.{kind}"))
        return shown.locator(".state").inner_text()


def a_carrier(stage: Stage, language: Language, *, script: bool = False) -> Fleet:
    firm = an_organisation(stage.gate, OrganisationKind.TRADER)
    account = an_account(stage.gate, "nha-xe@van-tai.example", Role.TRADER, firm)
    fleet = Fleet(stage, stage.window(language=language, script=script), language)
    fleet.signs_in(account)
    fleet.registers_vehicle()
    return fleet


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_goes_its_whole_way_by_plain_forms(stage: Stage, language: Language, tmp_path: Path) -> None:
    fleet = a_carrier(stage, language)
    page: Page = fleet.page
    fleet.opens_his_vehicle()
    assert fleet.line("INSPECTION") == fleet.says("fleet.state.MISSING")
    page.locator('a[href$="/paper?kind=INSPECTION"]').click()
    expect(page.locator('input[name="kind"][value="INSPECTION"]')).to_be_checked()
    fleet.fills(paper_number="DK-1", issuer="Trung tâm đăng kiểm", valid_from="2026-01-01", valid_to="2025-12-31")
    fleet.presses("fleet.keep")
    expect(page.locator("#valid_to-wrong")).to_be_visible()
    expect(page.locator('input[name="paper_number"]')).to_have_value("DK-1")
    fleet.fills(valid_to="2027-12-31")
    fleet.presses("fleet.keep")
    fleet.sees_it_saved("paper")
    assert fleet.line("INSPECTION") == fleet.says("fleet.state.VALID")
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(PDF)
    page.locator('.paper-line a[href*="/papers/"]').click()
    page.locator("#scan").set_input_files(scan)
    fleet.presses("fleet.attach_scan")
    fleet.sees_it_saved("scan")
    page.locator('.paper-line a[href*="/papers/"]').click()
    expect(page.locator('a[href$="/scan"]')).to_be_visible()
    page.locator(".give-up summary").click()
    fleet.presses("fleet.end_now")
    fleet.sees_it_saved("ended")
    assert fleet.line("INSPECTION") == fleet.says("fleet.state.MISSING")


def test_a_vehicle_is_corrected_and_its_driver_is_shown_when_asked(
    stage: Stage, quiet: Callable[[], list[str]]
) -> None:
    fleet = a_carrier(stage, "en", script=True)
    fleet.registers_driver()
    fleet.opens_his_vehicle()
    fleet.page.locator('a[href$="/correct"]').click()
    expect(fleet.page.locator('input[name="axles"]')).to_have_value("2")
    fleet.fills(axles="3")
    fleet.presses("fleet.save")
    fleet.sees_it_saved("corrected")
    fleet.page.goto("/desk/fleet")
    fleet.page.locator(".drivers-known summary").click()
    fleet.page.get_by_role("link", name="Lái xe A").click()
    fleet.page.locator("[data-person] summary").click()
    expect(fleet.page.locator('[data-says="full_name"]')).to_have_text("Lái xe A")
    assert quiet() == []
