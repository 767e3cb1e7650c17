"""What became of a declaration: who did what when, and what an amendment changed, line by line and field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from uuid import UUID

from events.words import Channel
from services.customs_declarations.domain.declaration import Act, Papers
from services.customs_declarations.domain.goods import Line


class How(StrEnum):
    """How an amendment touched a place."""

    CHANGED = "CHANGED"
    ADDED = "ADDED"
    REMOVED = "REMOVED"


@dataclass(frozen=True)
class Change:
    """One field before and after, of a line by its number now or of the whole (None); a new or dropped line is one."""

    how: How
    line: int | None
    field: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class Told:
    """One act in a declaration's history; `by` is an organisation, `simulated` when an adapter stood in for customs."""

    at: datetime
    act: Act
    revision: int
    by: UUID | None = None
    role: str | None = None
    simulated: bool = False
    channel: Channel | None = None
    reason: str | None = None
    changes: tuple[Change, ...] = ()


def differences(before: Papers, after: Papers) -> tuple[Change, ...]:
    """What an amendment changed; lines are told by their HS codes, so that a new one does not change all below."""
    return (*_in_header(before, after), *_in_lines(before.lines, after.lines))


def _in_header(before: Papers, after: Papers) -> Iterator[Change]:
    for name in ("type_code", "destination"):
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield Change(How.CHANGED, None, name, was, now)


def _in_lines(before: tuple[Line, ...], after: tuple[Line, ...]) -> Iterator[Change]:
    old, new = ([line.hs_code for line in lines] for lines in (before, after))
    for _, was, was_end, now, now_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        kept = min(was_end - was, now_end - now)
        for place in range(kept):
            yield from _in_line(now + place + 1, before[was + place], after[now + place])
        for place in range(was + kept, was_end):
            yield Change(How.REMOVED, place + 1, "hs_code", before=before[place].hs_code)
        for place in range(now + kept, now_end):
            yield Change(How.ADDED, place + 1, "hs_code", after=after[place].hs_code)


def _in_line(number: int, before: Line, after: Line) -> Iterator[Change]:
    for field in fields(Line):
        was, now = getattr(before, field.name), getattr(after, field.name)
        if was != now:
            yield Change(How.CHANGED, number, field.name, _written(was), _written(now))


def _written(value: object) -> str | None:
    return None if value is None else str(value)
