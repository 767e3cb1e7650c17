"""What became of a declaration: who did what when, and what an amendment changed, line by line and field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from bordergate.history import Change, How, aligned, in_fields
from events.words import Channel
from services.customs_declarations.domain.declaration import Act, Papers
from services.customs_declarations.domain.goods import Line


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
    return (*in_fields(before, after, ("type_code", "destination")), *_in_lines(before.lines, after.lines))


def _in_lines(before: tuple[Line, ...], after: tuple[Line, ...]) -> Iterator[Change]:
    old, new = ([line.hs_code for line in lines] for lines in (before, after))
    for was, now in aligned(old, new):
        if was is None and now is not None:
            yield Change(How.ADDED, now + 1, "hs_code", after=new[now])
        elif was is not None and now is None:
            yield Change(How.REMOVED, was + 1, "hs_code", before=old[was])
        elif was is not None and now is not None:
            yield from in_fields(before[was], after[now], (field.name for field in fields(Line)), now + 1)
