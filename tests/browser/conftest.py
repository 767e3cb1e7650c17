from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, sync_playwright
from sqlalchemy import make_url

from bordergate.auth import Caller
from bordergate.service import Service, installed
from tests.builders.pages import hear_of_route
from tests.builders.stories import a_route
from tests.databases import copied, named
from tests.gates import StillGate, a_still_gate, serving
from tests.servers import Servers

ROOT = Path(__file__).parents[2]
SERVICES = (
    "analytics",
    "customs_declarations",
    "gate_operations",
    "identity",
    "inspectorate",
    "portal",
    "queue_scheduling",
    "tracking",
    "vehicle_registration",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first has no window to draw: the same pages take it half the work."""
LOCALES = {"vi": "vi-VN", "zh": "zh-CN", "en": "en-GB"}


def chromium() -> str:
    """The installed Chromium; raises FileNotFoundError when there is none."""
    found = os.environ.get("BORDERGATE_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not found:
        message = f"Chromium is missing: apt-get install {CHROMIUMS[0]}, or name it in BORDERGATE_CHROMIUM."
        raise FileNotFoundError(message)
    return found


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS) as launched:
        yield launched


@dataclass(frozen=True)
class Album:
    """Screenshots for whoever wants to look at all: kept where BORDERGATE_SCREENSHOTS is set."""

    folder: Path
    wanted: bool

    def keep(self, shown: Page | Locator, name: str, **options: bool) -> None:
        """Keep what is seen now; `options` are a screenshot's."""
        if self.wanted:
            shown.screenshot(path=self.folder / name, **options)  # type: ignore[arg-type] # as it takes them


@pytest.fixture(scope="module")
def pictures() -> Album:
    """An album in BORDERGATE_VAR."""
    folder = Path(os.environ.get("BORDERGATE_VAR") or ROOT / "var") / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return Album(folder, "BORDERGATE_SCREENSHOTS" in os.environ)


@dataclass
class Stage:
    """A served gate, and windows of a browser that look at it."""

    gate: StillGate
    origin: str
    browser: Browser
    complaints: list[str]

    def window(
        self,
        caller: Caller | None = None,
        *,
        language: str = "vi",
        width: int = 1440,
        dark: bool = False,
        contrast: bool = False,
        script: bool = True,
    ) -> Page:
        """A new window, signed in as the caller; what its console complains of is kept."""
        context = self.browser.new_context(
            base_url=self.origin,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            contrast="more" if contrast else "no-preference",
            locale=LOCALES[language],
            java_script_enabled=script,
        )
        if caller:
            self._sign_in(context, caller)
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _sign_in(self, context: BrowserContext, caller: Caller) -> None:
        context.add_cookies(
            [
                {
                    "name": "__Host-caller",
                    "value": self.gate.issuer.token(caller),
                    "domain": "localhost",
                    "path": "/",
                    "secure": True,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )


@pytest.fixture(autouse=True)
def no_page_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a still gate no news comes while a page loads: it says at once, not after three seconds, that they follow."""
    monkeypatch.setattr("services.portal.pages.live.PAGE_WAITS", 0)


@pytest.fixture(scope="session")
def settled(
    servers: Servers,
    services: list[Service],
    templates: Callable[[list[Service]], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The name of a database in which the services have read their reference rows and told one another, once."""
    with copied(servers, templates(services)) as url:
        name = str(make_url(url).database)
        own = named(servers.database_url, name)
        with a_still_gate(own, installed(SERVICES), tmp_path_factory.mktemp("settled")) as gate:
            gate.settle()
        yield name


@pytest.fixture
def owner_url(servers: Servers, settled: str) -> Iterator[str]:
    """A copy of it."""
    with copied(servers, settled) as url:
        yield url


@pytest.fixture
def stage(database_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    """The gate on a port; the portal hears what the test tells."""
    with a_still_gate(database_url, installed(SERVICES), tmp_path, loaded=True) as gate, serving(gate.gate) as origin:
        hear_of_route(gate, a_route())
        stage = Stage(gate, origin, browser, [])
        yield stage
        for context in browser.contexts:
            context.close()


@pytest.fixture
def quiet(stage: Stage) -> Iterator[Callable[[], list[str]]]:
    """Fails a test whose pages complained, of a broken script or of the content policy."""
    yield lambda: stage.complaints
    assert stage.complaints == []
