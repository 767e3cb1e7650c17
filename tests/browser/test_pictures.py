"""The pictures in README and guides are the product's own: taken here, and compared with those that are kept.

What a page says is compared word by word with `texts.json` beside the pictures, what it looks like part by part.
`BORDERGATE_PICTURES=keep deploy/test tests/browser/test_pictures.py` keeps what is taken.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Collection
from random import Random
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from bordergate.auth import Caller, Role
from bordergate.ids import new_id
from events.streams import CROSSINGS, ROUTES
from tests.browser.conftest import ROOT, Stage
from tests.builders.callers import a_caller, a_driver
from tests.builders.days import a_week
from tests.builders.pages import let_hear
from tests.builders.scene import a_morning
from tests.builders.stories import FREIGHT, Story

KEPT = ROOT / "docs" / "pictures"
TEXTS = KEPT / "texts.json"
UNLIKE = 0.1
"""Difference, of 1, of the part of two pictures that differs most: letters drawn by another machine are less."""
TRADER = new_id()
ANALYST, DAYS = a_caller(Role.ANALYST, organisation=new_id()), "/analysis?from=2026-04-27&to=2026-05-04"
OPERATOR, OWNER = a_caller(Role.GATE_OPERATOR, organisation=new_id()), a_caller(Role.TRADER, organisation=TRADER)
DIFFERENCE = """async ([first, second, part]) => {
  const seen = await Promise.all([first, second].map(async (data) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + data;
    await image.decode();
    const [width, height] = [Math.ceil(image.width / part), Math.ceil(image.height / part)];
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const pen = canvas.getContext('2d');
    const parts = Object.assign(document.createElement('canvas'), { width: width * part, height: height * part });
    parts.getContext('2d').drawImage(image, 0, 0);
    let from = parts;
    for (let [w, h] = [parts.width, parts.height]; w > width; ) {
      [w, h] = [w / 2, h / 2];
      const half = Object.assign(document.createElement('canvas'), { width: w, height: h });
      half.getContext('2d').drawImage(from, 0, 0, w, h);
      from = half;
    }
    pen.drawImage(from, 0, 0);
    return { width, height, data: pen.getImageData(0, 0, width, height).data };
  }));
  const [one, other] = seen;
  if (one.width !== other.width || one.height !== other.height) return 1;
  return one.data.reduce((most, value, n) => Math.max(most, Math.abs(value - other.data[n])), 0) / 255;
}"""
PART = 16
"""Pixels on a side of what is compared: its mean colour. A power of two, for it is halved again and again."""


class Unlike(NamedTuple):
    """How far a page is from what is kept of it: the worst part of the picture, and the first words that differ."""

    picture: float
    words: tuple[str, str] | None


def board(page: Page, _: Story) -> None:
    page.goto(f"/board/{FREIGHT}")
    expect(page.locator("#live")).to_be_visible()
    expect(page.locator("#next-asked")).to_be_visible()
    expect(page.locator("#map-count")).to_contain_text("37")
    page.wait_for_timeout(800)  # the map moves to its trucks


def file(page: Page, own: Story) -> None:
    page.goto(f"/crossings/{own.crossing_id}")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#live")).to_be_visible()
    expect(page.locator("#why")).to_be_visible()


def desk(page: Page, _: Story) -> None:
    page.goto("/")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".forecast")).to_be_visible()


def filing(page: Page, _: Story) -> None:
    page.goto("/desk/vehicle")
    expect(page.locator("h1")).to_be_visible()


def driver(page: Page, _: Story) -> None:
    page.set_viewport_size({"width": 360, "height": 760})  # above the code, which is another each time
    page.goto("/driver/now")
    expect(page.locator("#live")).to_be_visible()
    expect(page.locator(".driver-code img")).to_be_visible()
    expect(page.locator("[data-forecast]")).to_be_visible()


def waiting(page: Page, _: Story) -> None:
    page.goto("/waiting")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".waiting-newcomer").first).to_be_visible()


def analysis(page: Page, _: Story) -> None:
    page.goto(DAYS)
    expect(page.locator("#standing")).to_be_hidden()
    expect(page.locator("#analysis [aria-busy=true]")).to_have_count(0, timeout=20_000)


SCENES: dict[str, tuple[Caller | None, int, Callable[[Page, Story], None]]] = {
    "board": (OPERATOR, 1440, board),
    "file": (OWNER, 1024, file),
    "desk": (OWNER, 1024, desk),
    "vehicle": (OWNER, 1024, filing),
    "driver": (None, 360, driver),
    "waiting": (None, 1024, waiting),
    "analysis": (ANALYST, 1440, analysis),
}


@pytest.mark.parametrize("language", ["vi", "zh", "en"])
def test_the_kept_pictures_show_the_pages_as_they_are(stage: Stage, language: str) -> None:
    assert unlike(stage, language, a_morning(stage.gate, TRADER), set(SCENES) - {"analysis"}) == {}, __doc__


@pytest.mark.parametrize("language", ["vi", "zh", "en"])
def test_the_kept_picture_of_a_week_shows_it_as_it_is(stage: Stage, language: str) -> None:
    records = a_week(Random(11), 600)  # noqa: S311 - the same week every time
    for topic in (ROUTES, CROSSINGS):  # analytics alone: the queue would call these trucks, in an order of its own
        told = [record for record in records if record.topic == topic]
        let_hear(stage.gate, f"analytics.{topic.rpartition('.')[2]}", told)
    assert unlike(stage, language, Story(), {"analysis"}) == {}, __doc__


def unlike(stage: Stage, language: str, own: Story, scenes: Collection[str]) -> dict[str, Unlike]:
    """The kept pictures that are no longer what is seen, and by how much."""
    found = {}
    for name in sorted(scenes):
        caller, width, show = SCENES[name]
        reader = a_driver(own.crossing_id) if name == "driver" else caller
        page = stage.window(reader, language=language, width=width)
        show(page, own)
        taken, kept = page.screenshot(), f"{name}.{language}"
        words = words_of(page)
        if os.environ.get("BORDERGATE_PICTURES") == "keep":
            keep(kept, taken, words)
        picture = difference(stage, taken, (KEPT / f"{kept}.png").read_bytes())
        found[kept] = Unlike(picture, first_other(words, json.loads(TEXTS.read_text("utf-8"))[kept]))
        page.context.close()
    return {name: seen for name, seen in found.items() if seen.picture >= UNLIKE or seen.words}


def keep(name: str, picture: bytes, words: list[str]) -> None:
    """Put a picture and its words in the place of those that were kept."""
    KEPT.mkdir(exist_ok=True)
    (KEPT / f"{name}.png").write_bytes(picture)
    known = json.loads(TEXTS.read_text("utf-8")) if TEXTS.exists() else {}
    told = dict(sorted((known | {name: words}).items()))
    TEXTS.write_text(json.dumps(told, ensure_ascii=False, indent=0) + "\n", "utf-8")


def words_of(page: Page) -> list[str]:
    """What the page says, line by line; spaces of any kind are one."""
    lines = [" ".join(line.split()) for line in page.locator("body").inner_text().splitlines()]
    return [line for line in lines if line]


def first_other(now: list[str], kept: list[str]) -> tuple[str, str] | None:
    """The first line that is another than was kept; None when all are the same."""
    lines = max(len(now), len(kept))
    pairs = zip(now + [""] * (lines - len(now)), kept + [""] * (lines - len(kept)), strict=True)
    return next(((here, there) for here, there in pairs if here != there), None)


def difference(stage: Stage, *pictures: bytes) -> float:
    """The difference of the parts that differ most, of 1."""
    blank = stage.browser.new_page()
    found: float = blank.evaluate(DIFFERENCE, [*(base64.b64encode(one).decode() for one in pictures), PART])
    blank.close()
    return found


CHANGES = (
    "document.querySelector('#next-asked li').remove()",
    "document.querySelector('.board-figures dd, .figures strong, .board-status').style.visibility = 'hidden'",
    "document.querySelector('.plate').style.background = getComputedStyle(document.body).color",
)
"""A row less, a figure gone, another colour."""


def test_a_small_change_is_another_picture(stage: Stage) -> None:
    page = stage.window(OPERATOR)
    board(page, a_morning(stage.gate, TRADER))
    before = page.screenshot()
    assert difference(stage, before, page.screenshot()) < UNLIKE / 2
    for change in CHANGES:
        page.evaluate(change)
        after = page.screenshot()
        assert difference(stage, before, after) > UNLIKE, change
        before = after


def test_another_word_is_found() -> None:
    assert first_other(["a", "b"], ["a", "b"]) is None
    assert first_other(["a", "b"], ["a", "c"]) == ("b", "c")
    assert first_other(["a"], ["a", "c"]) == ("", "c")
