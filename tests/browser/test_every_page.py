"""Every page the portal has, found from its router: in three languages, at four widths, for every reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, Response
from sqlalchemy.orm import Session

from bordergate.auth import Caller, Role
from bordergate.http import GateRoute
from bordergate.i18n import LANGUAGES, catalogue
from bordergate.ids import new_id
from events.queue_scheduling import SlotConfirmed, TruckQueued
from events.words import Channel, PaperKind, TicketClass
from services.customs_declarations.commands import Amend, FileDeclaration, amend, choose_channel, file_declaration
from services.portal.service import service
from tests.browser.conftest import Album, Stage
from tests.builders.callers import a_caller, a_driver
from tests.builders.clock import A_MORNING
from tests.builders.customs import FULL, TILES, some_papers
from tests.builders.fleet import TODAY, Fleet
from tests.builders.kept import kept_of, slot_kept_of
from tests.builders.lists import a_list, go_on
from tests.builders.news import as_record, enveloped
from tests.builders.pages import hear, let_hear
from tests.builders.sanctions import imposed_on
from tests.builders.stories import FREIGHT, Story

USUAL = 1440
WIDTHS = (360, 768, 2560, USUAL)
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
NO_PAGE = re.compile(r"/live$|^/api/|^/waiting/now$|\.(?:json|js)$|^/events/|^/language/|\{anything:path\}|^/board$")
"""Streams, waits and turnings: what answers with no page of its own."""
VEHICLE, DRIVER, PERMIT, LICENCE, SANCTION, BOOKED = (new_id() for _ in range(6))
BOOKED_FROM = A_MORNING + timedelta(hours=1)
THERE = {"there_from": BOOKED_FROM - timedelta(hours=3), "there_by": BOOKED_FROM - timedelta(minutes=10)}
INSPECTOR = a_caller(Role.AUDITOR, organisation=new_id())
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
CODES = re.compile(
    r"(?<![\w/.-])(?:"
    + "|".join(sorted({code.split(".")[0] for code in catalogue().entries}))
    + r")(?:\.[a-z_]+){2,}(?![\w/])"
)
CUT = """() => [...document.querySelectorAll('main *, header *')].filter((e) => {
  const style = getComputedStyle(e);
  if (!e.textContent.trim() || !e.clientWidth) return false;
  if (e.closest('.only-heard, svg, .leaflet-container, dialog:not([open])')) return false;
  const hides = ['hidden', 'clip'].includes(style.overflowX);
  const over = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  return hides && over && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
}).map((e) => e.outerHTML.slice(0, 120))"""
READ = """() => ![...document.querySelectorAll('[data-stand="loading"], [data-follows][aria-busy="true"]')]
  .some((e) => e.checkVisibility())"""
WIDER = "document.documentElement.scrollWidth - innerWidth"
WIDEST = """() => [...document.querySelectorAll('body *')]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 100)).slice(0, 4)"""


@dataclass(frozen=True)
class Look:
    """One reader of one page."""

    name: str
    path: str
    caller: Caller | None


@dataclass
class Windows:
    """One window a reader, which goes from page to page."""

    stage: Stage
    opened: dict[Caller | None, Page] = field(default_factory=dict)

    def of(self, caller: Caller | None, **options: Any) -> Page:  # noqa: ANN401 - the window's options
        """The reader's window."""
        if caller not in self.opened:
            self.opened[caller] = self.stage.window(caller, **options)
        return self.opened[caller]


def pages() -> list[str]:
    """The paths of all pages, as their routes name them."""
    assert service.router
    routes = [route for route in service.router.routes if isinstance(route, GateRoute)]
    return sorted({route.path for route in routes if "GET" in (route.methods or ()) and not NO_PAGE.search(route.path)})


def readers(story: Story) -> dict[str, Caller | None]:
    """One reader of each kind."""
    own = story.parties[0]
    roles = {role.value: a_caller(role, organisation=own) for role in (Role.GATE_OPERATOR, Role.TRADER, Role.ADMIN)}
    return {"nobody": None, "DRIVER": a_driver(story.crossing_id)} | roles


def looks(story: Story, declared: UUID, listed: UUID) -> Iterator[Look]:
    """Every page with every reader who may see it."""
    known = readers(story)
    places = {
        "route": FREIGHT,
        "crossing_id": str(story.crossing_id),
        "reference": story.reference,
        "declaration_id": str(declared),
        "vehicle_id": str(VEHICLE),
        "driver_id": str(DRIVER),
        "upload_id": str(listed),
        "sanction_id": str(SANCTION),
    }
    assert service.router
    for route in service.router.routes:
        if not isinstance(route, GateRoute) or route.path not in pages():
            continue
        places["paper_id"] = str(LICENCE if "driver_id" in route.path else PERMIT)
        path = PARAMETER.sub(lambda found: places[found[1]], route.path)
        apart = {"AUDITOR": INSPECTOR} if "AUDITOR" in only_for(route) else {}
        for name, caller in (known | apart).items():
            if route.permission is None or (caller and caller.roles & (route.permission.own | route.permission.every)):
                if route.permission is None and name != "nobody":
                    continue
                yield Look(f"{route.path.strip('/') or 'home'} {name}".replace("/", "-"), path, caller)
    for part in ("", "/slot", "/place"):
        yield Look(f"booked{part} TRADER".replace("/", "-"), f"/crossings/{BOOKED}{part}", known["TRADER"])
    yield Look("booked GATE_OPERATOR", f"/crossings/{BOOKED}", known["GATE_OPERATOR"])
    yield Look("booked-driver DRIVER", "/driver/now", a_driver(BOOKED))


def only_for(route: GateRoute) -> set[str]:
    """Whose page it is, where it is one role's alone."""
    allowed = {role.value for role in route.permission.own | route.permission.every} if route.permission else set()
    return allowed if len(allowed) == 1 else set()


def a_story() -> Story:
    return Story(parties=(new_id(),)).filed().assessed().ready().queued(31, TicketClass.P2).called(28).near()


def a_booked_story(told: Story) -> Story:
    """Of the same firm, waiting for its slot."""
    booked = Story(parties=told.parties, crossing_id=BOOKED).filed().assessed().ready()
    where = {"crossing_id": BOOKED, "route": booked.route, "direction": booked.direction}
    booked.tell(SlotConfirmed(**where, starts=BOOKED_FROM, minutes=60, **THERE))
    place = {"ticket_class": TicketClass.P4, "first_come": None, "promise": None, "ahead": 12}
    return booked.tell(TruckQueued(**where, **place, slot=BOOKED_FROM))


@pytest.fixture
def story(stage: Stage) -> Story:
    told = a_story()
    unready = Story(parties=told.parties).filed().refused("R013", "R014")
    fleet = Fleet(stage.gate, told.parties[0], VEHICLE, DRIVER)
    fleet.registers()
    fleet.is_reminded(fleet.has(PaperKind.TRANSPORT_PERMIT, TODAY + timedelta(days=6), paper_id=PERMIT), 7)
    fleet.has(PaperKind.INSURANCE, TODAY - timedelta(days=2))
    fleet.has(PaperKind.LICENCE, paper_id=LICENCE)
    let_hear(
        stage.gate,
        "portal.organisations",
        [as_record(enveloped(imposed_on(told, SANCTION, VEHICLE), 1, source="queue_scheduling"))],
    )
    kept_of(stage.gate, told)
    booked = a_booked_story(told)
    slot_kept_of(stage.gate, booked, BOOKED_FROM, **THERE)
    hear(stage.gate, told, unready, booked, Story().filed().assessed().ready().queued(40, TicketClass.P4))
    return told


@pytest.fixture
def declared(stage: Stage, story: Story) -> UUID:
    """A declaration of the story's trader, amended once and channelled."""
    owner = story.parties[0]
    filed = FileDeclaration(some_papers(lines=(FULL, TILES)), owner, owner)

    def work(session: Session) -> UUID:
        made = file_declaration(filed, session, stage.gate.clock).id
        amend(Amend(made, "B11", (replace(FULL, packages=880), TILES), None), session, stage.gate.clock)
        choose_channel(made, Channel.YELLOW, session, stage.gate.clock)
        return made

    return stage.gate.do("customs_declarations", work)


@pytest.fixture
def listed(stage: Stage, story: Story) -> UUID:
    """A list that the story's firm uploaded, in which nothing is right."""
    upload = a_list(stage.gate, story.parties[0], *["??", "12C-000.01", "F-99999"] * 20)
    go_on(stage.gate)
    return upload


def opened(page: Page, path: str) -> Response:
    """Go to a page, and wait until its lists are read."""
    answer = page.goto(path)
    assert answer
    page.wait_for_function(READ)
    return answer


def test_the_router_has_pages() -> None:
    assert {"/", "/board/{route}", "/crossings", "/sign-in", "/design"} <= set(pages())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_every_window_is_translated_and_open_to_all(
    stage: Stage,
    story: Story,
    declared: UUID,
    listed: UUID,
    language: str,
    pictures: Album,
    quiet: Callable[[], list[str]],
) -> None:
    wrong, windows = [], Windows(stage)
    for look in looks(story, declared, listed):
        page = windows.of(look.caller, language=language)
        answer = opened(page, look.path)
        assert answer.status == 200, f"{look.name}: {answer.status}"
        assert answer.headers["content-security-policy"].startswith("default-src 'self';"), look.name
        found = cut_off(page)
        said = page.locator("body").inner_text()
        found += [f"shows {code}" for code in CODES.findall(said)]
        assert page.locator("html").get_attribute("lang") == language
        if pictures.wanted:
            photographed(page, pictures, f"{look.name.replace(' ', '-')}-{language}")
        if language == LANGUAGES[0]:  # what follows is the same in every language
            found += [*barred(page), *unreached(page)]
        wrong += [f"{look.name} {one}" for one in found]
    assert wrong == []
    assert quiet() == []


def cut_off(page: Page) -> list[str]:
    """What does not fit, window by window; the page stands in the usual one afterwards."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate(WIDER) > 0:
            found.append(f"at {width}: {page.evaluate(WIDEST)}")
        found += [f"at {width} cuts {cut}" for cut in page.evaluate(CUT)]
    return found


def photographed(page: Page, pictures: Album, name: str) -> None:
    """Screenshots as a phone and a desk show it."""
    for width in (360, USUAL):
        page.set_viewport_size({"width": width, "height": 900})
        pictures.keep(page, f"{name}-{width}.png", full_page=True)


def barred(page: Page) -> list[str]:
    """What axe-core finds wrong; of a page's other sights it asks only whether letters stand out from their ground.

    A reader who asks for contrast gets letters that stand out 7 times.
    """
    page.evaluate(AXE.read_text("utf-8"))  # through the debugger: the page's own content policy holds no way in
    found = []
    for contrast, scheme in product(("no-preference", "more"), ("light", "dark")):
        page.emulate_media(color_scheme=scheme, contrast=contrast, reduced_motion="reduce")  # at once
        rule = "color-contrast-enhanced" if contrast == "more" else "color-contrast"
        usual = (contrast, scheme) == ("no-preference", "light")
        only = {"type": "tag", "values": RULES} if usual else {"type": "rule", "values": [rule]}
        found += [f"({scheme}) {said}" for said in judged(page, only)]
    page.emulate_media(color_scheme="light", contrast="no-preference", reduced_motion="no-preference")
    return found


def judged(page: Page, only: Mapping[str, object]) -> list[str]:
    """The violations of the rules it is asked for."""
    options = {"runOnly": only, "resultTypes": ["violations"]}
    found = page.evaluate("(options) => axe.run(document, options)", options)
    return [f"{one['id']}: {node['html'][:140]}" for one in found["violations"] for node in one["nodes"]]


def unreached(page: Page) -> list[str]:
    """Whether the keyboard alone comes to everything."""
    there = page.evaluate(REACHABLE)
    parts = 4 * page.locator("input[type=date]").count()  # day, month, year and calendar are stops of their own
    reached = walked(page, there + 5 + parts)
    return [f"reached {reached} of {there}"] if reached < there else []


# of choices that exclude one another the Tab key stops at one, the arrows walk among them
REACHABLE = """() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
  const shown = (e) => e.type !== 'hidden' && !e.disabled && e.checkVisibility() && !e.closest('dialog:not([open])');
  const group = (e) => [...document.querySelectorAll(`input[type=radio][name="${e.name}"]`)];
  const stop = (e) => e.type !== 'radio' || e === (group(e).find((one) => one.checked) ?? group(e)[0]);
  window.reachable = new Set(all.filter((e) => shown(e) && stop(e)));
  window.reached = new Set();
  document.addEventListener('focusin', (event) => window.reached.add(event.target));
  return window.reachable.size;
}"""


def walked(page: Page, steps: int) -> int:
    """How many of them the Tab key comes to."""
    for _ in range(steps):
        page.keyboard.press("Tab")
    return int(page.evaluate("[...window.reachable].filter((e) => window.reached.has(e) || !e.isConnected).length"))
