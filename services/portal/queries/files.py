"""Crossing files: one, lists of them, and whether news has arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from events.words import CrossingState, Direction, TicketClass
from services.portal.domain import OVER, CrossingFile, UnknownCrossing
from services.portal.tables import crossings, metadata

BRIEF = [column for column in crossings.c if column.name != "history"]
NEEDS_OWNER = or_(
    crossings.c.state.in_([CrossingState.NOT_READY, CrossingState.NO_SHOW, CrossingState.CALLED]),
    and_(crossings.c.blocked, crossings.c.state.not_in(OVER)),
)


@dataclass(frozen=True)
class Choice:
    """Which crossings a list shows."""

    route: str | None = None
    state: CrossingState | None = None
    ticket_class: TicketClass | None = None
    direction: Direction | None = None
    released_since: datetime | None = None
    text: str = ""


def file_by_id(session: Session, crossing_id: UUID) -> CrossingFile:
    """One crossing's file; raises UnknownCrossing, also when the caller may not see it."""
    row = session.execute(select(crossings).where(crossings.c.crossing_id == crossing_id)).one_or_none()
    if row is None:
        raise UnknownCrossing
    return as_file(row)


def as_file(row: Row[Any]) -> CrossingFile:
    """A row, whole or brief, as the file it keeps."""
    return CrossingFile.model_validate(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it


def needing_owner(session: Session, most: int = 20) -> list[CrossingFile]:
    """Crossings whose owner must do something, the longest neglected first."""
    rows = session.execute(select(*BRIEF).where(NEEDS_OWNER).order_by(crossings.c.since).limit(most))
    return [as_file(row) for row in rows]


def under_way(session: Session, most: int = 50) -> list[CrossingFile]:
    """Crossings that are not over and need nothing of their owner, the latest news first."""
    open_ones = select(*BRIEF).where(crossings.c.state.not_in(OVER), ~NEEDS_OWNER)
    return [as_file(row) for row in session.execute(open_ones.order_by(crossings.c.since.desc()).limit(most))]


def finished(session: Session, most: int = 10) -> list[CrossingFile]:
    """Crossings that ended last."""
    ended = select(*BRIEF).where(crossings.c.state.in_(OVER))
    return [as_file(row) for row in session.execute(ended.order_by(crossings.c.since.desc()).limit(most))]


def chosen_crossings(
    session: Session, choice: Choice, after: tuple[Any, ...] | None, rows: int
) -> tuple[Sequence[CrossingFile], int]:
    """A page of the chosen crossings, the latest news first, and how many there are in all."""
    wanted = _conditions(choice)
    count = session.execute(select(func.count()).select_from(crossings).where(*wanted)).scalar_one()
    if after:
        place = tuple_(crossings.c.since, crossings.c.crossing_id)
        wanted = [*wanted, place < (datetime.fromisoformat(after[0]), UUID(after[1]))]
    order = (crossings.c.since.desc(), crossings.c.crossing_id.desc())
    found = session.execute(select(*BRIEF).where(*wanted).order_by(*order).limit(rows))
    return [as_file(row) for row in found], count


def _conditions(choice: Choice) -> list[ColumnElement[bool]]:
    named = ("route", "state", "ticket_class", "direction")
    wanted = [crossings.c[name] == value for name in named if (value := getattr(choice, name)) is not None]
    if choice.released_since:
        wanted.append(crossings.c.released_at >= choice.released_since)
    if compact := "".join(mark for mark in choice.text.upper() if mark.isalnum() or mark == "-"):
        bare = compact.replace("-", "")
        wanted.append(or_(crossings.c.reference == compact, crossings.c.plate.startswith(bare, autoescape=True)))
    return wanted


def has_heard(session: Session, event_id: UUID) -> bool:
    """Whether the pages already know of an event."""
    inbox = metadata.tables["portal.inbox"]
    return session.execute(select(inbox.c.event_id).where(inbox.c.event_id == event_id).limit(1)).first() is not None
