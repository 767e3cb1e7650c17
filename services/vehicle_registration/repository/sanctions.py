"""Who may not be called for a while, as the queue has published it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.vehicle_registration.domain.demands import Sanctioned
from services.vehicle_registration.tables import IS_ASSESSED, crossings, sanctions


def keep_sanction(session: Session, sanction_id: UUID, sanction: Sanctioned) -> None:
    """A sanction is in force."""
    whose = {"carrier": sanction.carrier, "vehicle_id": sanction.vehicle}
    row = insert(sanctions).values(sanction_id=sanction_id, until=sanction.until, **whose)
    session.execute(row.on_conflict_do_nothing())


def drop_sanction(session: Session, sanction_id: UUID) -> None:
    """A sanction is over."""
    session.execute(delete(sanctions).where(sanctions.c.sanction_id == sanction_id))


def concerned_by(session: Session, carrier: UUID, vehicle_id: UUID | None) -> list[UUID]:
    """The crossings not yet called of a vehicle, or of a carrier."""
    whose = crossings.c.vehicle_id == vehicle_id if vehicle_id else crossings.c.parties.contains([carrier])
    return list(session.scalars(select(crossings.c.id).where(whose, text(IS_ASSESSED))))
