"""The map draws thousands of moving trucks and stays under the hand."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from bordergate.auth import Role
from bordergate.ids import new_id
from tests.browser.conftest import Album, Stage
from tests.builders.callers import a_caller
from tests.builders.stories import FREIGHT
from tests.gates import eventually

TRUCKS = 5_000
LONGEST_FRAME = 200.0
OFFICER = a_caller(Role.GATE_OPERATOR, organisation=new_id())
WATCH_FRAMES = """() => {
  window.frames_ = [];
  let before = performance.now();
  const look = (at) => { window.frames_.push(at - before); before = at; requestAnimationFrame(look); };
  requestAnimationFrame((at) => { before = at; requestAnimationFrame(look); });
}"""
DRAWN = """() => {
  const canvas = document.querySelector('#map canvas.trucks');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let seen = 0;
  for (let n = 3; n < data.length; n += 4) seen += data[n] > 0;
  return seen;
}"""

FIRST_MARK = """() => {
  const canvas = document.querySelector('#map canvas.trucks');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const place = data.findIndex((value, n) => n % 4 === 3 && value > 0);
  return place < 0 ? null : [((place - 3) / 4) % canvas.width, Math.floor((place - 3) / 4 / canvas.width)];
}"""


@dataclass
class Traffic:
    """Trucks around the gate, each a little further at every message."""

    trucks: int
    messages: count[int] = field(default_factory=count)
    ids: list[str] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self.ids = [str(new_id()) for _ in range(self.trucks)]

    def answer(self, route: Route) -> None:
        """One message, as tracking sends it."""
        self.sent = next(self.messages) + 1
        rows = [self._row(number, self.sent) for number in range(self.trucks)]
        route.fulfill(json={"rows": rows, "most": self.trucks >= TRUCKS})

    def _row(self, number: int, turn: int) -> list[Any]:
        angle, far = number * 2.399963, 0.0006 * math.sqrt(number)
        lon, lat = 106.708 + far * math.cos(angle) + 0.0002 * turn, 21.975 + far * math.sin(angle)
        age, speed = (400, None) if number % 10 == 0 else (5, 0 if number % 3 == 0 else 38)
        return [self.ids[number], f"LSG-261125-{number:05}-1", round(lon, 5), round(lat, 5), age, speed]


def test_five_thousand_moving_trucks_never_hold_a_frame_for_long(
    stage: Stage, quiet: Callable[[], list[str]], pictures: Album
) -> None:
    traffic = Traffic(TRUCKS)
    page = stage.window(OFFICER, language="en")
    page.route("**/positions/marks**", traffic.answer)
    page.goto(f"/board/{FREIGHT}")
    expect(page.locator("#map-count")).to_contain_text("5,000")
    page.evaluate(WATCH_FRAMES)
    page.mouse.move(*_middle(page.locator("#map").bounding_box()))
    before = traffic.sent
    while traffic.sent < before + 3:
        page.mouse.move(*_middle(page.locator("#map").bounding_box(), traffic.sent))
        page.wait_for_timeout(250)
    page.wait_for_timeout(500)
    frames = page.evaluate("window.frames_")
    assert page.evaluate(DRAWN) > TRUCKS
    measured = {"frames": len(frames), "longest_ms": max(frames), "p99_ms": sorted(frames)[int(0.99 * len(frames))]}
    (pictures.folder / "map-frames.json").write_text(json.dumps(measured), "utf-8")
    pictures.keep(page, "map-5000.png")
    assert len(frames) > 50
    assert max(frames) < LONGEST_FRAME, f"{max(frames):.0f} ms"
    assert quiet() == []


def test_a_truck_on_the_map_opens_its_file(stage: Stage) -> None:
    traffic = Traffic(1)
    page = stage.window(OFFICER, language="en")
    page.route("**/positions/marks**", traffic.answer)
    page.goto(f"/board/{FREIGHT}")
    expect(page.locator("#map-count")).to_contain_text("1")
    box = page.locator("#map").bounding_box()
    assert box
    found = eventually(lambda: page.evaluate(FIRST_MARK))
    page.mouse.click(box["x"] + found[0], box["y"] + found[1] + 6)
    page.wait_for_url(f"**/crossings/{traffic.ids[0]}")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST])
def test_who_may_not_see_trucks_is_shown_the_places_and_asks_for_nothing_else(
    stage: Stage, quiet: Callable[[], list[str]], pictures: Album, role: Role
) -> None:
    page = stage.window(a_caller(role, organisation=new_id()), language="en")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/board/{FREIGHT}")
    expect(page.locator("#map .map-name").first).to_be_visible()
    expect(page.locator("#map-count")).to_contain_text("Places only")
    page.wait_for_timeout(4_500)
    assert not [url for url in asked if "/positions/" in url]
    assert page.locator(".legend").count() == 0
    pictures.keep(page, f"map-places-only-{role.lower()}.png")
    assert quiet() == []


def _middle(box: Any, shift: int = 0) -> tuple[float, float]:  # noqa: ANN401 - playwright's box
    return box["x"] + box["width"] / 2 + 7 * shift, box["y"] + box["height"] / 2
