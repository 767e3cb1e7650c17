"""What people mean: trucks by plates as somebody types them, and the drivers whom a text may name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from services.vehicle_registration.domain.fleet import Driver, Vehicle, VehicleType
from services.vehicle_registration.domain.rules import tail_of
from services.vehicle_registration.tables import drivers, vehicles

TRAILER = VehicleType.TRAILER
MEANT = """\
SELECT told.tail, v.id, v.carrier, v.plate, v.tractor, v.vehicle_type FROM unnest(%b::text[]) AS told (tail)
CROSS JOIN LATERAL (SELECT * FROM vehicle_registration.vehicles WHERE plate_tail = told.tail OFFSET 0) AS v
ORDER BY v.carrier = %s, v.id DESC
"""
"""Each plate by its index, however many are asked for: reading all vehicles asks of each whose it is."""


class MeantTruck(NamedTuple):
    """A truck that a plate means: whose it is, its plate as it is written, whether it hauls, and its type."""

    id: UUID
    carrier: UUID
    plate: str
    tractor: bool
    vehicle_type: VehicleType


def trucks_meant(session: Session, typed: Iterable[str], organisation: UUID) -> dict[str, MeantTruck]:
    """The trucks the caller means by plates, by their tails: his own before those lent to him."""
    tails = sorted({tail_of(plate) for plate in typed})
    found = session.connection().exec_driver_sql(MEANT, (tails, organisation)).all()
    return {
        tail: MeantTruck(identity, carrier, plate, tractor, VehicleType(vehicle_type))
        for tail, identity, carrier, plate, tractor, vehicle_type in found
    }


def trucks_at_barrier(session: Session, typed: str) -> dict[UUID, Vehicle]:
    """The trucks that bear a plate, by whose they are; of one firm's several the latest."""
    seen = select(Vehicle).where(vehicles.c.plate_tail == tail_of(typed), vehicles.c.vehicle_type != TRAILER)
    return {vehicle.carrier: vehicle for vehicle in session.execute(seen.order_by(vehicles.c.id)).scalars()}


def drivers_seen(session: Session) -> Iterable[Driver]:
    """Every driver the caller may name, still sealed."""
    return session.execute(select(Driver).where(drivers.c.only_for.is_(None)).order_by(drivers.c.id)).scalars()


def drivers_as_they_are(session: Session) -> tuple[int, int]:
    """Two numbers that change when a driver the caller may name is made known, corrected or erased."""
    version = func.concat(cast(drivers.c.id, Text), cast(drivers.c.version, Text))
    told = select(func.count(), func.coalesce(func.bit_xor(func.hashtextextended(version, 0)), 0)).select_from(drivers)
    count, mixed = session.execute(told).one()
    return count, mixed
