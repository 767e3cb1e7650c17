"""The page on which anybody checks a receipt: the browser verifies it, not the gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from bordergate.auth import Role, SigningKey
from bordergate.i18n import LANGUAGES, text
from bordergate.ids import new_id
from bordergate.ledger import Receipt, canonical
from events.vehicle_registration import CrossingReady
from services.queue_scheduling.ledger.sequencer import Sequencer, ring_of
from tests.browser.conftest import Album, Stage
from tests.builders.callers import a_caller, a_driver
from tests.builders.clock import A_MORNING
from tests.builders.news import as_record, enveloped
from tests.builders.queue import a_ready_crossing

API = "/api/queue-scheduling"


def joined(stage: Stage, *, sequenced: bool = True, trucks: int = 3) -> CrossingReady:
    """Trucks join; the last of them is the reader's."""
    crossings = [a_ready_crossing() for _ in range(trucks)]
    for crossing in crossings:
        stage.gate.clock.forward(seconds=1)
        envelope = enveloped(crossing, 1, source="vehicle_registration", time=stage.gate.clock.now())
        stage.gate.publish(as_record(envelope))
    stage.gate.settle()
    if sequenced:
        Sequencer(stage.gate.gate).step()
    return crossings[-1]


def receipt_of(stage: Stage, crossing: CrossingReady) -> Any:  # noqa: ANN401 - any JSON
    officer = a_caller(Role.GATE_OPERATOR, organisation=new_id())
    return stage.gate.as_(officer).get(f"{API}/tickets/{crossing.crossing_id}/receipt").json()


def head_of(stage: Stage) -> str:
    """A statement of another kind: whole, and no receipt."""
    return str(stage.gate.client.get(f"{API}/ledger/hn-1119/head").json()["statement"])


def verdict(page: Page) -> str:
    shown = page.locator("[data-verdict]:visible")
    expect(shown).to_have_count(1)
    return str(shown.get_attribute("data-verdict"))


def held(page: Page) -> list[str]:
    """Which steps of the check hold, once it is over: the last verdict stands until then."""
    expect(page.locator("#ledger")).to_have_attribute("aria-busy", "false")
    return [
        str(line.get_attribute("data-step"))
        for line in page.locator("[data-step]").all()
        if line.locator('[data-tone="ok"]').is_visible()
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_driver_sees_that_his_number_is_in_the_ledger(
    stage: Stage, language: str, pictures: Album, quiet: Callable[[], list[str]]
) -> None:
    mine = joined(stage)
    page = stage.window(a_driver(mine.crossing_id), language=language)
    page.goto(f"/ledger#crossing={mine.crossing_id}")
    expect(page.locator("[data-verdict=proven]")).to_be_visible()
    expect(page.locator("[data-verdict=proven] h2")).to_have_text(text("portal.ledger.proven", language))
    assert page.locator("[data-verdict=proven] [data-said=promise]").inner_text() == "3"
    assert held(page) == ["signed", "yours", "included", "headed"]
    expect(page.locator("[data-log=hn-1119] [data-head=size]")).to_be_visible()
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            pictures.keep(page, f"ledger-{language}-{width}-{scheme}.png", full_page=True)
    assert quiet() == []


def test_anybody_who_holds_a_receipt_checks_it_without_signing_in(stage: Stage, quiet: Callable[[], list[str]]) -> None:
    receipt = receipt_of(stage, joined(stage))["receipt"]
    page = stage.window(language="en")
    page.goto(f"/ledger#{receipt}")
    expect(page.locator("[data-verdict=proven]")).to_be_visible()
    page.goto("/ledger")
    page.locator("#code").fill(f"https://gate.example/ledger#{receipt}\n")
    expect(page.locator("[data-verdict=proven]")).to_be_visible()
    assert quiet() == []


def test_what_was_changed_or_never_signed_is_told_apart(stage: Stage) -> None:
    mine = joined(stage)
    text_, ring = receipt_of(stage, mine)["receipt"], ring_of(stage.gate.gate.settings)
    key, other = ring.signing(), SigningKey.generate()
    head, claims, signature = text_.split(".")
    receipt = Receipt("hn-1119", 99, canonical({"commitment": "ab"}), bytes(16), mine.crossing_id, A_MORNING)
    page = stage.window(language="en")
    page.goto("/ledger", wait_until="networkidle")
    for code, said in (
        (text_, "proven"),
        (f"{head}.{claims}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}", "changed"),
        (f"{head}.{claims}.{signature[:-1]}{'B' if signature[-1] != 'B' else 'C'}", "damaged"),
        (f"{head}.{claims[:40]}!{claims[41:]}.{signature}", "damaged"),
        (f"{head[:-1]}.{claims}.{signature}", "damaged"),
        (f"{head}.{claims}", "malformed"),
        (head_of(stage), "malformed"),
        (receipt.signed(other), "unknown_key"),
        (receipt.signed(SigningKey(key.kid, other.private)), "changed"),
        (receipt.signed(key), "broken"),
        (str(mine.crossing_id), "malformed"),
    ):
        page.locator("#code").fill(code)
        expect(page.locator(f"[data-verdict={said}]")).to_be_visible()
        assert verdict(page) == said


def test_a_place_just_given_waits_and_one_the_ledger_forgot_is_called_broken(stage: Stage) -> None:
    joined(stage)
    mine = joined(stage, sequenced=False)
    page = stage.window(a_driver(mine.crossing_id), language="en")
    page.goto(f"/ledger#crossing={mine.crossing_id}")
    expect(page.locator("[data-verdict=awaited]")).to_be_visible()
    assert held(page) == ["signed", "yours", "headed"]
    stage.gate.clock.forward(minutes=2)
    page.get_by_role("button", name=text("portal.ledger.check", "en")).click()
    expect(page.locator("[data-verdict=broken]")).to_be_visible()
    Sequencer(stage.gate.gate).step()
    page.get_by_role("button", name=text("portal.ledger.check", "en")).click()
    expect(page.locator("[data-verdict=proven]")).to_be_visible()


def test_a_page_that_waits_for_the_ledger_looks_again_by_itself(stage: Stage) -> None:
    joined(stage)
    mine = joined(stage, sequenced=False)
    page = stage.window(a_driver(mine.crossing_id), language="en")
    page.goto(f"/ledger#crossing={mine.crossing_id}")
    expect(page.locator("[data-verdict=awaited]")).to_be_visible()
    Sequencer(stage.gate.gate).step()
    expect(page.locator("[data-verdict=proven]")).to_be_visible(timeout=15_000)


def test_a_gate_that_shows_another_root_or_proof_is_found_out(stage: Stage) -> None:
    receipt = receipt_of(stage, joined(stage))["receipt"]
    page = stage.window(language="en")

    def damaged(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        told["path"] = [told["path"][0][:-1] + ("0" if told["path"][0][-1] != "0" else "1"), *told["path"][1:]]
        route.fulfill(response=answer, json=told)

    page.route("**/inclusion?*", damaged)
    page.goto(f"/ledger#{receipt}")
    expect(page.locator("[data-verdict=broken]")).to_be_visible()
    assert held(page) == ["signed", "yours", "headed"]
    page.unroute("**/inclusion?*")

    def unsigned(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        route.fulfill(response=answer, json=told | {"statement": told["statement"][:-4] + "AAAA"})

    page.route("**/head", unsigned)
    page.get_by_role("button", name=text("portal.ledger.check", "en")).click()
    expect(page.locator("[data-verdict=broken]")).to_be_visible()
    assert held(page) == ["signed", "yours"]


def test_a_browser_that_cannot_check_says_so(stage: Stage) -> None:
    receipt = receipt_of(stage, joined(stage))["receipt"]
    page = stage.window(language="en")
    page.add_init_script("crypto.subtle.importKey = () => Promise.reject(new Error('NotSupportedError'))")
    page.goto(f"/ledger#{receipt}")
    expect(page.locator("[data-verdict=not_here]")).to_be_visible()


def test_whoever_may_not_see_a_receipt_is_told_what_to_do(stage: Stage) -> None:
    mine = joined(stage)
    page = stage.window(a_driver(new_id()), language="en")
    page.goto(f"/ledger#crossing={mine.crossing_id}")
    expect(page.locator("[data-verdict=no_receipt]")).to_be_visible()
