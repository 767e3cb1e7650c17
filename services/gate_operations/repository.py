"""Passages by their crossing, locked; and the gate's numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bordergate.reference import as_of
from services.gate_operations.domain import Passage
from services.gate_operations.tables import numbers, passages


def known_passage(session: Session, crossing_id: UUID) -> Passage | None:
    """The passage, locked; None when the gate has never heard of the crossing."""
    return session.get(Passage, crossing_id, with_for_update=True)


def passage_of(session: Session, crossing_id: UUID) -> Passage:
    """The passage, locked; begun when this is the first that is heard of the crossing."""
    passage = known_passage(session, crossing_id)
    while passage is None:
        session.execute(
            insert(passages)
            .values(crossing_id=crossing_id, parties=[crossing_id], facts=(), words=(), reached=(), version=0)
            .on_conflict_do_nothing()
        )
        passage = known_passage(session, crossing_id)
    return passage


def crossing_with(session: Session, reference: str) -> UUID | None:
    """The crossing that bears a reference, if the gate has heard of it."""
    return session.scalar(select(passages.c.crossing_id).where(passages.c.reference == reference))


def lag_limit(session: Session, at: datetime) -> timedelta:
    """How long one authority may lag behind the other before it is told."""
    statement = select(numbers.c.value).where(numbers.c.name == "authority_lag_minutes", as_of(numbers, at))
    return timedelta(minutes=session.execute(statement).scalar_one())
