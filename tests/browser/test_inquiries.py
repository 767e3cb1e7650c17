"""A declaration by its number alone: stated at the desk, awaited on its page, watched by officers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from bordergate.auth import Role
from bordergate.clock import RealClock
from bordergate.http.csrf import SESSION_COOKIE
from bordergate.i18n import LANGUAGES, Language, hint, text
from bordergate.ids import new_id
from bordergate.service import installed
from events.words import Channel
from services.customs_declarations import commands
from services.customs_declarations.commands import StateNumber
from services.customs_declarations.domain.inquiry import Answer, Found, Reply, Silence
from services.customs_declarations.formats.wco import written
from tests.browser.conftest import SERVICES, Stage
from tests.builders.callers import a_caller
from tests.builders.customs import EXPORT, FULL, some_papers
from tests.builders.pages import hear_of_route
from tests.builders.stories import a_route
from tests.gates import a_still_gate, serving

OWNER = new_id()


@pytest.fixture
def stage(database_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    """The gate on a port, connected to customs' own system."""
    connected = {"BORDERGATE_CUSTOMS_SOURCE": "http://localhost:9/"}
    with (
        a_still_gate(database_url, installed(SERVICES), tmp_path, connected, loaded=True) as gate,
        serving(gate.gate) as origin,
    ):
        hear_of_route(gate, a_route())
        yield Stage(gate, origin, browser, [])
        for context in browser.contexts:
            context.close()


def trader(stage: Stage, language: Language, *, script: bool = True) -> Page:
    page = stage.window(a_caller(Role.TRADER, organisation=OWNER), language=language, script=script)
    session = {"name": SESSION_COOKIE, "value": "any", "domain": "localhost", "path": "/", "secure": True}
    page.context.add_cookies([session])  # type: ignore[list-item]  # what a form's proof is bound to
    return page


def stated(stage: Stage) -> str:
    """A number is stated, and nobody has asked yet; the path of its page."""
    command, clock = StateNumber(EXPORT, OWNER, OWNER), stage.gate.clock
    made = stage.gate.do(
        "customs_declarations", lambda session: commands.state_number(command, session, clock, RealClock().now()).id
    )
    return f"/declarations/{made}"


def answered(stage: Stage, path: str, reply: Reply) -> None:
    clock, id_ = stage.gate.clock, UUID(path.rpartition("/")[2])
    stage.gate.do(
        "customs_declarations",
        lambda session: commands.take_answer(id_, reply, session, clock, clock.now(), "vnaccs"),
    )


@pytest.mark.parametrize("script", [True, False])
def test_a_number_is_stated_with_and_without_javascript(
    stage: Stage,
    script: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    page = trader(stage, "vi", script=script)
    page.goto("/desk")
    page.locator('a[href="/desk/number"]').click()
    page.locator("#number").fill("20800000000")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("#number-wrong")).to_contain_text(text("R003", "vi", value="20800000000"))
    page.locator("#number").fill(EXPORT)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/declarations/*")
    (row,) = stage.gate.rows("customs_declarations", "SELECT stage FROM customs_declarations.declarations")
    assert row.stage == "AWAITED"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_awaited_declaration_says_since_when_and_what_happens_next(
    stage: Stage, language: Language, quiet: Callable[[], list[str]]
) -> None:
    path = stated(stage)
    answered(stage, path, Silence(Answer.NO_ANSWER))
    page = trader(stage, language)
    page.goto(path)
    expect(page.locator('[data-put="stage"]')).to_have_text(text("portal.declaration.stage.AWAITED", language))
    asked = page.locator("section", has=page.locator("#inquiry"))
    expect(asked).to_contain_text(hint("portal.inquiry.asks", language) or "")
    expect(asked).to_contain_text(text("portal.declaration.answer.NO_ANSWER", language))
    expect(page.locator("#goods")).to_be_hidden()
    expect(page.locator(f'a[href="/desk/declaration?number={EXPORT}"]')).to_be_visible()
    answered(stage, path, Found(some_papers(type_code="E56", lines=(FULL,))))
    page.reload()
    expect(asked.locator("[data-faults]")).to_contain_text(text("R005", language, value="E56"))
    expect(page.locator("details.give-up summary [data-when=gives_up]")).to_be_visible()
    answered(stage, path, Found(some_papers(lines=(FULL,)), Channel.GREEN))
    page.reload()
    expect(page.locator('[data-put="channel"]').first).to_have_text(text("portal.channel.GREEN", language))
    expect(asked).to_contain_text(text("portal.inquiry.follows", language))
    expect(page.locator(".acts li")).to_have_count(3)
    assert quiet() == []


def test_a_page_that_waits_looks_again_by_itself(stage: Stage) -> None:
    path = stated(stage)
    page = trader(stage, "en")
    page.goto(path)
    expect(page.locator('[data-put="stage"]')).to_have_text("Awaiting customs' own system")
    answered(stage, path, Found(some_papers(lines=(FULL,))))
    expect(page.locator('[data-put="stage"]')).to_have_text("Registered, awaiting its channel", timeout=30_000)


def test_who_types_it_after_all_finds_the_number_filled_in(stage: Stage) -> None:
    page = trader(stage, "en")
    page.goto(stated(stage))
    page.get_by_role("link", name="Type it instead").click()
    expect(page.locator("#number")).to_have_value(EXPORT)


@pytest.mark.parametrize("language", LANGUAGES)
def test_officers_see_how_customs_system_stands(
    stage: Stage, language: Language, quiet: Callable[[], list[str]]
) -> None:
    path = stated(stage)
    answered(stage, path, Silence(Answer.NO_ANSWER))
    page = stage.window(a_caller(Role.CUSTOMS, organisation=new_id()), language=language)
    page.goto("/declarations")
    standing = page.locator(".source-standing")
    expect(standing).to_contain_text(text("portal.inquiry.failing_since", language))
    expect(standing.locator('[data-put="waiting"]')).to_have_text("1")
    stage.gate.clock.at += timedelta(minutes=1)
    answered(stage, path, Silence(Answer.NOT_KNOWN))
    page.reload()
    expect(standing).to_contain_text(text("portal.inquiry.answered_at", language))
    expect(standing.locator('[data-put="failing_since"]')).to_be_hidden()
    assert quiet() == []


@pytest.mark.parametrize("script", [True, False])
def test_a_declaration_is_filed_as_a_file(
    stage: Stage,
    tmp_path: Path,
    script: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    sound, faulty = tmp_path / "sound.xml", tmp_path / "faulty.xml"
    sound.write_bytes(written(some_papers(lines=(FULL,))))
    faulty.write_bytes(sound.read_bytes().replace(b"08106000", b"00112233").replace(b">VN<", b">XX<"))
    page = trader(stage, "vi", script=script)
    page.goto("/desk/declaration")
    page.locator('a[href="/desk/xml"]').click()
    page.wait_for_url("**/desk/xml")
    for path in (faulty, sound):
        page.locator("#file").set_input_files(path)
        page.locator("main form button[type=submit]").last.click()
        if path == faulty:
            expect(page.locator(".problem")).to_contain_text("lỗi")
            expect(page.get_by_text("Dòng 12:")).to_have_count(1 if script else 0)
    page.wait_for_url("**/declarations/*")
    (row,) = stage.gate.rows("customs_declarations", "SELECT stage FROM customs_declarations.declarations")
    assert row.stage == "REGISTERED"
