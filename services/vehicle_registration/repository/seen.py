"""What somebody who files again may see and name: an earlier crossing, its driver, and which marks are borne now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.vehicle_registration.domain import refusals
from services.vehicle_registration.domain.consents import Consent
from services.vehicle_registration.domain.crossing import Crossing
from services.vehicle_registration.tables import claims, consents, drivers


def crossing_seen(session: Session, crossing_id: UUID) -> Crossing:
    """The crossing, as it is looked at; raises UnknownCrossing."""
    crossing = session.get(Crossing, crossing_id)
    if crossing is None:
        raise refusals.UnknownCrossing
    return crossing


def drivers_of(session: Session, carrier: UUID, named: Collection[UUID]) -> frozenset[UUID]:
    """Those of the drivers that are the carrier's and that the caller may name."""
    own = select(drivers.c.id).where(drivers.c.id.in_(named), drivers.c.carrier == carrier)
    return frozenset(session.execute(own).scalars())


def telephones_of(session: Session, crossings: Collection[UUID]) -> list[UUID]:
    """Those who gave no more than their telephone, each for one of these crossings."""
    return list(session.execute(select(drivers.c.id).where(drivers.c.only_for.in_(crossings))).scalars())


def taken_marks(session: Session, marks: Sequence[str]) -> frozenset[str]:
    """Those of the marks that an active crossing bears."""
    return frozenset(session.execute(select(claims.c.mark).where(claims.c.mark.in_(marks))).scalars())


def consents_of(session: Session, driver_id: UUID) -> list[Consent]:
    """All that a driver has ever consented to."""
    return list(session.execute(select(Consent).where(consents.c.driver_id == driver_id)).scalars())
