"""What the guides point at is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
TOLD = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOLDERS = r"\.\./|bordergate/|services/|events/|deploy/|tests/|docs/|guides/|pictures/"
PLACE = re.compile(rf"(?:`|\]\()((?:{FOLDERS})[\w./*-]*)[`)]")


def places() -> Iterator[tuple[Path, str]]:
    for page in TOLD:
        for place in PLACE.findall(page.read_text(encoding="utf-8")):
            yield page, place


def test_every_file_that_a_guide_names_is_there() -> None:
    named = list(places())
    assert len({page for page, _ in named}) > 2
    missing = [
        f"{page.relative_to(ROOT)}: {place}"
        for page, place in named
        if not any((page.parent / place).exists() or list(folder.glob(place)) for folder in (ROOT, page.parent))
    ]
    assert missing == []
