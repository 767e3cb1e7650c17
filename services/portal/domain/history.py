"""A crossing's history as its page tells it: what happened when, who filed or amended it, and what was changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from bordergate.event import ActorKind, Envelope
from bordergate.history import Change
from events.filing import differences
from events.streams import CrossingEvent
from events.vehicle_registration import CrossingAmended, CrossingCancelled, CrossingSubmitted

SHOWN_EVENTS = 30
"""A page shows so many of a history; what it says of the whole, like a truck's slot, is folded from all."""
FILINGS = (CrossingSubmitted, CrossingAmended)
BY_FIRMS = (*FILINGS, CrossingCancelled)
"""What firms do themselves, and may know of one another."""
FIRMS = frozenset({ActorKind.PERSON, ActorKind.MACHINE, ActorKind.DRIVER})
TOLD = {
    "number", "promise", "ticket_class", "ahead", "kind", "authority", "first", "which", "area", "reason", "override",
    "valid_until", "cause", "because", "hours", "channel", "stage", "plate", "lane",
    "target", "whose", "allowed_minutes", "slot", "starts", "until", "drawn_at", "minutes", "instead_of",
    "there_from", "there_by", "said_by",
}  # fmt: skip


class Heard(BaseModel):
    """One line of a crossing's history: what happened, when, and what its text needs.

    `by` is the organisation that filed, amended or gave up, in which role and, with its leave, in whose name; `changes`
    are an amendment's.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    event: str
    at: datetime
    details: dict[str, Any] = {}
    by: UUID | None = None
    role: str | None = None
    acting_for: UUID | None = None
    changes: tuple[Change, ...] = ()


def history_of(story: Iterable[Envelope[CrossingEvent]]) -> tuple[Heard, ...]:
    """What happened, the latest first."""
    story = list(story)
    told = sorted(story, key=lambda heard: (heard.happened, heard.time, heard.source, heard.sequence), reverse=True)
    changes = changes_in(story)
    return tuple(line_of(heard, changes.get(heard.id, ())) for heard in told)


def changes_in(story: Iterable[Envelope[CrossingEvent]]) -> dict[UUID, tuple[Change, ...]]:
    """What each amendment changed, told against what was filed before it."""
    filed = {heard.sequence: (heard.id, heard.data.filing) for heard in story if isinstance(heard.data, FILINGS)}
    in_order = [filed[sequence] for sequence in sorted(filed)]
    return {amended: differences(before, after) for (_, before), (amended, after) in pairwise(in_order)}


def line_of(heard: Envelope[CrossingEvent], changes: tuple[Change, ...] = ()) -> Heard:
    """The event as a line of the history, with what its text needs and nobody's name."""
    told = heard.data.model_dump(mode="json", include=TOLD)
    event = type(heard.data).name.rpartition(".v")[0].partition(".")[2]
    firm = heard.actor if isinstance(heard.data, BY_FIRMS) and heard.actor.kind in FIRMS else None
    return Heard(
        id=heard.id,
        event=event,
        at=heard.happened,
        details={name: value for name, value in told.items() if value is not None},
        by=firm.organisation if firm else None,
        role=firm.role if firm else None,
        acting_for=firm.acting_for if firm else None,
        changes=changes,
    )
