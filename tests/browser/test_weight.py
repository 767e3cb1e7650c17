"""A first visit is light."""

from __future__ import annotations

from playwright.sync_api import expect

from bordergate.auth import Caller, Role
from bordergate.ids import new_id
from tests.browser.conftest import Stage
from tests.builders.callers import a_caller
from tests.builders.stories import FREIGHT

HEAVIEST = 150_000
OFFICER = a_caller(Role.GATE_OPERATOR, organisation=new_id())
TRADER = a_caller(Role.TRADER, organisation=new_id())
FIRST_PAGES: dict[str, Caller | None] = {
    "/sign-in": None,
    f"/board/{FREIGHT}": OFFICER,
    "/": OFFICER,
    "/desk/crossing/truck": TRADER,
    "/analysis": OFFICER,
}


def test_a_first_visit_loads_little(stage: Stage) -> None:
    for path, caller in FIRST_PAGES.items():
        page = stage.window(caller)
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: list[float] = []
        session.on("Network.loadingFinished", lambda told, sizes=sizes: sizes.append(told["encodedDataLength"]))
        page.goto(path)
        if path.startswith("/board"):
            expect(page.locator("#map canvas.trucks")).to_be_visible()
        page.wait_for_timeout(300)
        assert len(sizes) > 3, path
        assert sum(sizes) <= HEAVIEST, f"{path}: {sum(sizes):,.0f} bytes"
