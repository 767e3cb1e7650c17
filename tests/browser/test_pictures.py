"""The pictures in README and guides are the product's own: taken here, and compared with those that are kept.

`BORDERGATE_PICTURES=keep deploy/test tests/browser/test_pictures.py` keeps what is taken.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Caller, Role
from bordergate.ids import new_id
from tests.browser.conftest import ROOT, Stage
from tests.builders.callers import a_caller, a_driver
from tests.builders.scene import a_morning
from tests.builders.stories import FREIGHT, Story

KEPT = ROOT / "docs" / "pictures"
UNLIKE = 0.012
"""Mean difference of two pictures, of 1: other plates and other letters are less, another layout is more."""
TRADER = new_id()
OPERATOR, OWNER = a_caller(Role.GATE_OPERATOR, organisation=new_id()), a_caller(Role.TRADER, organisation=TRADER)
DIFFERENCE = """async (pictures) => {
  const seen = await Promise.all(pictures.map(async (data) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + data;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: 96, height: 60 });
    const pen = canvas.getContext('2d');
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return { shape: image.width / image.height, data: pen.getImageData(0, 0, canvas.width, canvas.height).data };
  }));
  if (Math.abs(seen[0].shape - seen[1].shape) > 0.05 * seen[0].shape) return 1;
  return seen[0].data.reduce((sum, value, n) => sum + Math.abs(value - seen[1].data[n]), 0) / seen[0].data.length / 255;
}"""


def board(page: Page, _: Story) -> None:
    page.goto(f"/board/{FREIGHT}")
    expect(page.locator("#live")).to_be_visible()
    expect(page.locator("#map-count")).to_contain_text("37")
    page.wait_for_timeout(800)  # the map moves to its trucks


def file(page: Page, own: Story) -> None:
    page.goto(f"/crossings/{own.crossing_id}")
    expect(page.locator("h1")).to_be_visible()


def desk(page: Page, _: Story) -> None:
    page.goto("/")
    expect(page.locator("h1")).to_be_visible()


def filing(page: Page, _: Story) -> None:
    page.goto("/desk/vehicle")
    expect(page.locator("h1")).to_be_visible()


def driver(page: Page, _: Story) -> None:
    page.set_viewport_size({"width": 360, "height": 760})  # above the code, which is another each time
    page.goto("/driver/now")
    expect(page.locator("#live")).to_be_visible()
    expect(page.locator(".driver-code img")).to_be_visible()


def waiting(page: Page, _: Story) -> None:
    page.goto("/waiting")
    expect(page.locator("h1")).to_be_visible()


SCENES: dict[str, tuple[Caller | None, int, Callable[[Page, Story], None]]] = {
    "board": (OPERATOR, 1440, board),
    "file": (OWNER, 1024, file),
    "desk": (OWNER, 1024, desk),
    "vehicle": (OWNER, 1024, filing),
    "driver": (None, 360, driver),
    "waiting": (None, 1024, waiting),
}


@pytest.mark.parametrize("language", ["vi", "zh", "en"])
def test_the_kept_pictures_show_the_pages_as_they_are(stage: Stage, language: str) -> None:
    own = a_morning(stage.gate, TRADER)
    blank, unlike = stage.browser.new_page(), {}
    for name, (caller, width, show) in SCENES.items():
        reader = a_driver(own.crossing_id) if name == "driver" else caller
        page = stage.window(reader, language=language, width=width)
        show(page, own)
        taken, kept = page.screenshot(), KEPT / f"{name}.{language}.png"
        if os.environ.get("BORDERGATE_PICTURES") == "keep":
            kept.parent.mkdir(exist_ok=True)
            kept.write_bytes(taken)
        both = [base64.b64encode(picture).decode() for picture in (taken, kept.read_bytes())]
        unlike[kept.name] = blank.evaluate(DIFFERENCE, both)
        page.context.close()
    assert {name: found for name, found in unlike.items() if found >= UNLIKE} == {}, __doc__


def test_another_page_is_another_picture(stage: Stage) -> None:
    own = a_morning(stage.gate, TRADER)
    page = stage.window(OPERATOR)
    board(page, own)
    shots = [page.screenshot()]
    page.locator("#next").evaluate("(panel) => panel.remove()")
    shots.append(page.screenshot())
    blank = stage.browser.new_page()
    assert blank.evaluate(DIFFERENCE, [base64.b64encode(shot).decode() for shot in shots]) > UNLIKE
