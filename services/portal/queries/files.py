"""Crossing files: one, lists of them, and whether news has arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from bordergate.http.paging import id_of, instant_of, parts_of
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


@dataclass(frozen=True)
class OwnChoice:
    """Which of his crossings an owner wants to see; `standing` is needs, under_way, over, or all when empty."""

    route: str | None = None
    standing: str = ""
    text: str = ""


@dataclass(frozen=True)
class OwnCount:
    """An owner's crossings by how they stand."""

    needs: int
    under_way: int
    over: int


def file_by_id(session: Session, crossing_id: UUID) -> CrossingFile:
    """One crossing's file; raises UnknownCrossing, also when the caller may not see it."""
    row = session.execute(select(crossings).where(crossings.c.crossing_id == crossing_id)).one_or_none()
    if row is None:
        raise UnknownCrossing
    return as_file(row)


def as_file(row: Row[Any]) -> CrossingFile:
    """A row, whole or brief, as the file it keeps."""
    return CrossingFile.model_validate(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it


def owners_crossings(
    session: Session, choice: OwnChoice, after: tuple[Any, ...] | None, rows: int
) -> list[CrossingFile]:
    """Crossings as their owner looks at them: what needs him first, then the latest news."""
    needs = NEEDS_OWNER.label("needs")
    wanted = [*_conditions(Choice(route=choice.route, text=choice.text)), *_standing(choice.standing)]
    if after:
        needing, since, last = parts_of(after, 3)
        place = tuple_(NEEDS_OWNER, crossings.c.since, crossings.c.crossing_id)
        wanted.append(place < (needing == "true", instant_of(since), id_of(last)))
    order = (needs.desc(), crossings.c.since.desc(), crossings.c.crossing_id.desc())
    return [as_file(row) for row in session.execute(select(*BRIEF).where(*wanted).order_by(*order).limit(rows))]


def owners_count(session: Session) -> OwnCount:
    """How many crossings need their owner, are under way, and are over."""
    over = crossings.c.state.in_(OVER)
    counted = select(
        func.count().filter(NEEDS_OWNER).label("needs"),
        func.count().filter(~over, ~NEEDS_OWNER).label("under_way"),
        func.count().filter(over).label("over"),
    )
    row = session.execute(counted.select_from(crossings)).one()
    return OwnCount(row.needs, row.under_way, row.over)


def _standing(standing: str) -> list[ColumnElement[bool]]:
    over = crossings.c.state.in_(OVER)
    wanted: dict[str, list[ColumnElement[bool]]] = {
        "needs": [NEEDS_OWNER],
        "under_way": [~over, ~NEEDS_OWNER],
        "over": [over],
    }
    return wanted.get(standing, [])


def crossing_with(session: Session, reference: str) -> UUID | None:
    """The crossing that bears a reference, if the caller may see it."""
    wanted = select(crossings.c.crossing_id).where(crossings.c.reference == reference)
    return session.execute(wanted).scalar_one_or_none()


def chosen_crossings(
    session: Session, choice: Choice, after: tuple[Any, ...] | None, rows: int
) -> tuple[Sequence[CrossingFile], int]:
    """A page of the chosen crossings, the latest news first, and how many there are in all."""
    wanted = _conditions(choice)
    count = session.execute(select(func.count()).select_from(crossings).where(*wanted)).scalar_one()
    if after:
        since, last = parts_of(after, 2)
        place = tuple_(crossings.c.since, crossings.c.crossing_id)
        wanted = [*wanted, place < (instant_of(since), id_of(last))]
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
