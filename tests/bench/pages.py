"""How soon a page of each room can be worked with on a slow machine: Chromium with its processor slowed four times."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from bordergate.auth import Caller, Role
from bordergate.ids import new_id
from bordergate.service import installed
from events.words import TicketClass
from tests.bench.rows import Row, Setup
from tests.browser.conftest import ARGUMENTS, chromium
from tests.builders.callers import a_caller
from tests.builders.pages import hear, hear_of_route
from tests.builders.stories import FREIGHT, Story, a_route
from tests.gates import StillGate, a_still_gate, serving

GOAL, SLOWED, VISITS, TRUCKS = 1_000.0, 4, 5, 60
SETTLED = 1_500
"""Milliseconds after loading in which a page that is still busy shows it."""
WATCH = """
window.busyUntil = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.busyUntil = Math.max(window.busyUntil, task.startTime + task.duration);
}).observe({ type: "longtask", buffered: true });
"""
ASK = "Math.max(performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd, window.busyUntil)"
FIRM = new_id()
TRADER, OFFICER = a_caller(Role.TRADER, organisation=FIRM), a_caller(Role.GATE_OPERATOR, organisation=new_id())
PAGES: dict[str, tuple[str, Caller | None]] = {
    "the public board": ("/waiting", None),
    "a trader's crossings": ("/", TRADER),
    "a form of the desk": ("/desk/crossing/truck", TRADER),
    "the board of a route": (f"/board/{FREIGHT}", OFFICER),
    "the analyst's day": ("/analysis", a_caller(Role.ANALYST, organisation=new_id())),
    "the administration": ("/admin", a_caller(Role.ADMIN, organisation=new_id())),
}


def run(setup: Setup) -> list[Row]:
    """Each page several times, as a first visit: until its scripts have run and nothing keeps it busy."""
    with setup.database() as database, a_still_gate(database.url, installed(), setup.folder) as gate:
        gate.settle()
        hear_of_route(gate, a_route())
        stories = (Story(parties=(FIRM,)).filed().assessed().ready() for _ in range(TRUCKS))
        hear(gate, *(story.queued(place, TicketClass.P4) for place, story in enumerate(stories, start=1)))
        with serving(gate.gate) as origin, browser() as opened:
            return [_row(opened, origin, gate, name) for name in PAGES]


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, as the tests start it."""
    with sync_playwright() as started, started.chromium.launch(executable_path=chromium(), args=ARGUMENTS) as launched:
        yield launched


def _row(opened: Browser, origin: str, gate: StillGate, name: str) -> Row:
    path, caller = PAGES[name]
    _visit(opened, origin, path, _cookie(gate, caller))  # the server's own first time
    times = [_visit(opened, origin, path, _cookie(gate, caller)) for _ in range(VISITS)]
    note = (
        f"{path}: {', '.join(f'{one:.0f}' for one in times)} ms, processor {SLOWED} times slower, of {os.cpu_count()}"
    )
    return Row(name, median(times), "ms", goal=GOAL, lower=True, note=note)


def _visit(opened: Browser, origin: str, path: str, cookie: str | None) -> float:
    context = opened.new_context(base_url=origin, viewport={"width": 1440, "height": 900})
    if cookie:
        context.add_cookies(
            [{"name": "__Host-caller", "value": cookie, "domain": "localhost", "path": "/", "secure": True}]
        )
    page = context.new_page()
    page.add_init_script(WATCH)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    answer = page.goto(path)
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{path} was not shown")
    page.wait_for_timeout(SETTLED)
    found: float = page.evaluate(ASK)
    context.close()
    return found


def _cookie(gate: StillGate, caller: Caller | None) -> str | None:
    return gate.issuer.token(caller) if caller else None
