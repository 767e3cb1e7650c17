"""A case: what was seen of somebody, and what the inspectorate made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from bordergate.aggregate import Aggregate
from bordergate.errors import Conflict, NotFound
from services.inspectorate.domain.trace import Detector, Seen

MOST_SEEN = 200
"""So many pieces of evidence are kept; more would not be read."""


class CaseState(StrEnum):
    """How far a case has come."""

    OPEN = "OPEN"
    DISMISSED = "DISMISSED"
    CONFIRMED = "CONFIRMED"


class NoCase(NotFound):
    """There is no such case."""

    code = "inspectorate.no_case"


class AlreadyDecided(Conflict):
    """A case is decided once; what is seen afterwards is another case."""

    code = "inspectorate.already_decided"


@dataclass(eq=False)
class Case(Aggregate):
    """What a detector saw of a subject; nobody is punished by it, and nothing of it is published."""

    id: UUID
    detector: Detector
    subject: str
    opened_at: datetime
    state: CaseState = CaseState.OPEN
    seen: tuple[Seen, ...] = ()
    reason: str | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    version: int = 0

    def add(self, seen: Iterable[Seen]) -> bool:
        """Keep what was not known yet; whether there was any."""
        kept = {one.place: one for one in seen} | {one.place: one for one in self.seen}  # what is known stands
        latest = tuple(sorted(kept.values(), key=lambda one: one.at)[-MOST_SEEN:])
        if latest == self.seen:
            return False
        self.seen, self.version = latest, self.version + 1
        return True

    def decide(self, state: CaseState, reason: str, officer: UUID, now: datetime) -> None:
        """Dismiss or confirm it, once and with a reason."""
        if self.state is not CaseState.OPEN:
            raise AlreadyDecided(state=self.state)
        self.state, self.reason, self.decided_by, self.decided_at = state, reason, officer, now
        self.version += 1
