"""Looks at the gate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bordergate.http.paging import Page, PageRequest, id_of
from events.gate_operations import Authority, FactKind
from events.words import CrossingState, Direction
from services.gate_operations.domain import Fact, Passage, standing
from services.gate_operations.domain.refusals import UnknownCrossing
from services.gate_operations.tables import UNDER_WAY, passages


class FactView(BaseModel):
    """A fact as stated; `stands` is false once it has been corrected or taken back."""

    fact_id: UUID
    kind: FactKind
    authority: Authority
    at: datetime
    corrects: UUID | None
    reason: str | None
    stands: bool

    @classmethod
    def all_of(cls, facts: Sequence[Fact]) -> list[Self]:
        """Every fact, by time."""
        stand = {fact.id for fact in standing(facts)}
        return [
            cls(
                fact_id=fact.id,
                kind=fact.kind,
                authority=fact.authority,
                at=fact.at,
                corrects=fact.corrects,
                reason=fact.reason,
                stands=fact.id in stand,
            )
            for fact in sorted(facts, key=lambda fact: (fact.at, fact.id))
        ]


class Lag(BaseModel):
    """The authority a truck waits for."""

    which: Authority
    since: datetime


class PlateView(BaseModel):
    """The plate as it was last read; `matches` is null until it is known which truck was filed."""

    plate: str
    authority: Authority
    at: datetime
    lane: str | None
    matches: bool | None

    @classmethod
    def last_of(cls, passage: Passage) -> Self | None:
        """What was read last, held against what was filed."""
        read = passage.read
        if read is None:
            return None
        matches = read.is_of(passage.plate, passage.trailer) if passage.plate else None
        return cls(plate=read.plate, authority=read.authority, at=read.at, lane=read.lane, matches=matches)


class PassageView(BaseModel):
    """One crossing at the gate; `known` is false while only facts have been heard of it.

    `reached` says when each stage became true, `awaited` lists the facts of which one has to come next.
    """

    crossing_id: UUID
    known: bool
    reference: str | None
    route: str | None
    direction: Direction | None
    plate: str | None
    stage: CrossingState | None
    stage_at: datetime | None
    reached: dict[CrossingState, datetime]
    awaited: tuple[FactKind, ...]
    lagging: Lag | None
    plate_read: PlateView | None
    version: int

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """The passage as it stands."""
        lag = passage.lagging()
        return cls(
            crossing_id=passage.crossing_id,
            known=passage.direction is not None,
            reference=passage.reference,
            route=passage.route,
            direction=passage.direction,
            plate=passage.plate,
            stage=passage.stage,
            stage_at=passage.stage_at,
            reached={reached.stage: reached.at for reached in passage.reached},
            awaited=passage.awaited(),
            lagging=Lag(which=lag[0], since=lag[1]) if lag else None,
            plate_read=PlateView.last_of(passage),
            version=passage.version,
        )


class PassageFile(PassageView):
    """One crossing at the gate with every fact stated of it."""

    facts: list[FactView]

    @classmethod
    def whole(cls, passage: Passage) -> Self:
        """The passage and its facts."""
        return cls(**PassageView.of(passage).model_dump(), facts=FactView.all_of(passage.facts))


def file_of(session: Session, crossing_id: UUID) -> PassageFile:
    """One crossing at the gate; raises UnknownCrossing."""
    passage = session.get(Passage, crossing_id)
    if passage is None:
        raise UnknownCrossing
    return PassageFile.whole(passage)


def at_the_gate(
    session: Session,
    wanted: PageRequest,
    *,
    routes: frozenset[str] | None = None,
    direction: Direction | None = None,
    stage: CrossingState | None = None,
) -> Page[PassageView]:
    """Crossings of some routes (None: all), a direction, a stage; without one all that have arrived and not ended."""
    which = passages.c.stage == stage if stage else text(UNDER_WAY)
    statement = select(Passage).where(which).order_by(passages.c.crossing_id).limit(wanted.rows)
    if routes is not None:
        statement = statement.where(passages.c.route.in_(routes))
    if direction:
        statement = statement.where(passages.c.direction == direction)
    if wanted.after:
        statement = statement.where(passages.c.crossing_id > id_of(wanted.after[0]))
    rows = session.execute(statement).scalars().all()
    return Page[PassageView].of(rows, wanted, PassageView.of, lambda passage: (passage.crossing_id,))
