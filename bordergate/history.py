"""What an amendment changed: each field before and after, and in lists what was added, dropped or replaced."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


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


def in_fields(before: object, after: object, names: Iterable[str], line: int | None = None) -> Iterator[Change]:
    """The fields that differ, by name."""
    for name in names:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield Change(How.CHANGED, line, name, written(was), written(now))


def in_list(field: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """What differs between two lists of texts: a text in another's place is a change, any other is new or dropped."""
    for was, now in aligned(before, after):
        if was is None and now is not None:
            yield Change(How.ADDED, None, field, after=after[now])
        elif was is not None and now is None:
            yield Change(How.REMOVED, None, field, before=before[was])
        elif was is not None and now is not None and before[was] != after[now]:
            yield Change(How.CHANGED, None, field, before[was], after[now])


def aligned(before: Sequence[Hashable], after: Sequence[Hashable]) -> Iterator[tuple[int | None, int | None]]:
    """Which place became which, told by what stands there: a new one does not change all below; None has no other."""
    for _, was, was_end, now, now_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        kept = min(was_end - was, now_end - now)
        for place in range(kept):
            yield was + place, now + place
        for place in range(was + kept, was_end):
            yield place, None
        for place in range(now + kept, now_end):
            yield None, place


def written(value: object) -> str | None:
    """A value as a history tells it: yes and no as in JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
