"""Whom the law of the day concerns, and when it changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bordergate.reference import next_change
from services.vehicle_registration.domain.crossing import Crossing
from services.vehicle_registration.tables import IS_ASSESSED, LAW, crossings


def assessed_after(session: Session, after: UUID, most: int) -> list[Crossing]:
    """The crossings not yet called, in the order of their ids after one, locked."""
    statement = select(Crossing).where(text(IS_ASSESSED), crossings.c.id > after).order_by(crossings.c.id).limit(most)
    return list(session.execute(statement.with_for_update()).scalars())


def next_law(session: Session, at: datetime) -> datetime | None:
    """When what crossings are judged by next changes, if that is known."""
    return next_change(session, LAW, at)
