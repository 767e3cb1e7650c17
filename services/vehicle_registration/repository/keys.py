"""What lies sealed under older keys of personal data."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.vehicle_registration.domain.fleet import Driver
from services.vehicle_registration.domain.papers import Paper
from services.vehicle_registration.tables import drivers, papers

KEYS = 7_206_010


def alone_with_keys(session: Session) -> None:
    """Wait until nobody else changes the keys of personal data, until the commit."""
    session.execute(select(func.pg_advisory_xact_lock(KEYS)))


def sealed_otherwise(session: Session, key_id: str, most: int) -> list[Driver]:
    """Drivers sealed under another key than this one, locked."""
    statement = select(Driver).where(drivers.c.key_id != key_id).limit(most).with_for_update(skip_locked=True)
    return list(session.execute(statement).scalars())


def papers_sealed_otherwise(session: Session, key_id: str, most: int) -> list[Paper]:
    """Drivers' papers sealed under another key than this one, locked."""
    statement = select(Paper).where(papers.c.key_id != key_id).limit(most).with_for_update(skip_locked=True)
    return list(session.execute(statement).scalars())
