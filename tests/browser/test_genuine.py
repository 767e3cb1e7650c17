"""An officer's page that tells a genuine reference from another, also when the connection is gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Role, SigningKey
from bordergate.i18n import LANGUAGES, text
from bordergate.ids import new_id
from services.vehicle_registration.sheet.token import ReferenceToken, ring_of, scanned
from tests.browser.conftest import Album, Stage
from tests.builders.callers import a_caller
from tests.builders.clock import A_MORNING
from tests.builders.registration import a_filing

FILED = a_filing(reference="LSG-260503-7K2QD-1", plate="桂F12345")


def scan(page: Page, code: str) -> None:
    """A scanner types all that it read, and nothing is pressed."""
    page.locator("#code").fill(code)


def opens(page: Page) -> None:
    """Open the page, and wait until it has all that it needs."""
    page.goto("/genuine", wait_until="networkidle")
    page.wait_for_function("localStorage.getItem('reference-keys')")


def verdict(page: Page) -> str:
    shown = page.locator("[data-verdict]:visible")
    expect(shown).to_have_count(1)
    return str(shown.get_attribute("data-verdict"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_genuine_reference_is_told_from_others_without_a_connection(
    stage: Stage, language: str, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    key = ring_of(stage.gate.gate.settings).signing()
    token = ReferenceToken.of(FILED, A_MORNING).signed(key)
    page = stage.window(a_caller(Role.BORDER_GUARD, organisation=new_id()), language=language)
    opens(page)
    page.context.set_offline(True)
    scan(page, scanned("https://gate.example", FILED.reference, token))
    expect(page.get_by_role("heading", level=2).filter(visible=True)).to_have_text(
        text("portal.genuine.genuine", language)
    )
    assert page.locator("[data-said=plate]").inner_text() == "F12345"
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            pictures.keep(page, f"genuine-{language}-{width}-{scheme}.png", full_page=True)
    assert quiet() == []


def test_what_the_gate_did_not_sign_is_refused(stage: Stage) -> None:
    key = ring_of(stage.gate.gate.settings).signing()
    token = ReferenceToken.of(FILED, A_MORNING).signed(key)
    other = SigningKey.generate()
    page = stage.window(a_caller(Role.CUSTOMS, organisation=new_id()), language="en")
    opens(page)
    head, claims, signature = token.split(".")
    for code, said in (
        (token, "genuine"),
        (f"{head}.{claims}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}", "changed"),
        (f"{head}.{claims}.{signature[:-1]}{'B' if signature[-1] != 'B' else 'C'}", "malformed"),
        (ReferenceToken.of(FILED, A_MORNING).signed(other), "unknown_key"),
        (ReferenceToken.of(FILED, A_MORNING).signed(SigningKey(key.kid, other.private)), "changed"),
        (FILED.reference, "malformed"),
        ("LSG", "malformed"),
    ):
        scan(page, code)
        expect(page.locator(f"[data-verdict={said}]")).to_be_visible()
        assert verdict(page) == said
