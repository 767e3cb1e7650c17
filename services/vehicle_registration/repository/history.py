"""The history of crossings: acts added as they are done, and what was filed when somebody looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from events.vehicle_registration import Filing
from services.vehicle_registration.domain.history import Told
from services.vehicle_registration.tables import history

COLUMNS = tuple(field.name for field in fields(Told))


def tell(session: Session, told: Sequence[tuple[UUID, Told]]) -> None:
    """Add acts to crossings' histories."""
    rows = [{"crossing_id": crossing_id, **{name: getattr(act, name) for name in COLUMNS}} for crossing_id, act in told]
    if rows:
        session.flush()
        session.execute(insert(history), rows)


def filed_at(
    session: Session, crossing_id: UUID, *, version: int | None = None, revision: int | None = None
) -> Filing | None:
    """What was filed when a crossing had this version or revision; None if it is what is filed now."""
    later = history.c.version > version if version is not None else history.c.revision > revision
    kept = select(history.c.before).where(history.c.crossing_id == crossing_id, history.c.before.is_not(None), later)
    return session.execute(kept.order_by(history.c.id).limit(1)).scalar()
