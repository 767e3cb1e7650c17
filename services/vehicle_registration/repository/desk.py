"""What a filing may name: trucks, drivers and, for who comes to receive, crossings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.vehicle_registration.domain.demands import day_of
from services.vehicle_registration.domain.fleet import Country, VehicleType
from services.vehicle_registration.domain.plan import Plan, Truck
from services.vehicle_registration.repository.numbers import EXPIRY, LONGEST_WINDOW
from services.vehicle_registration.tables import crossings

NUMBERS = [LONGEST_WINDOW, EXPIRY]
DESK = """\
SELECT own.*, v.id, v.plate, v.vin, v.tractor, v.country, v.vehicle_type FROM (SELECT
  (SELECT array_agg(d.id) FROM vehicle_registration.drivers d
    WHERE d.id = ANY(%b::uuid[]) AND d.carrier = %s) AS drivers,
  (SELECT jsonb_object_agg(name, value) FROM vehicle_registration.numbers
    WHERE name = ANY(%s) AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)) AS numbers) own
LEFT JOIN vehicle_registration.vehicles v ON v.id = ANY(%b::uuid[]) AND v.carrier = %s
"""


@dataclass(frozen=True)
class Desk:
    """The trucks, the drivers and, for a truck that comes to receive, the crossings that who files may name.

    `longest_window` is how many hours a truck's window may have, None where the law says nothing of it; `expiry` is
    how long a filed crossing may wait to join the queue.
    """

    trucks: Mapping[UUID, Truck]
    drivers: frozenset[UUID]
    crossings: frozenset[UUID]
    longest_window: int | None
    expiry: timedelta


def desk_of(session: Session, carrier: UUID, plans: Sequence[Plan], at: datetime) -> Desk:
    """All of a carrier's vehicles and drivers that the plans name, in one statement."""
    session.flush()  # a truck or a driver made known just now is among them
    named = list({plan.driver_id for plan in plans if plan.driver_id})
    trucks = list({plan.vehicle_id for plan in plans})
    day = day_of(at)
    rows = session.connection().exec_driver_sql(DESK, (named, carrier, NUMBERS, day, day, trucks, carrier)).all()
    numbers = rows[0].numbers
    return Desk(
        trucks={
            row.id: Truck(row.plate, row.vin, row.tractor, Country(row.country), VehicleType(row.vehicle_type))
            for row in rows
            if row.id
        },
        drivers=frozenset(rows[0].drivers or ()),
        crossings=crossings_seen(session, {plan.empty_for for plan in plans if plan.empty_for}),
        longest_window=numbers.get(LONGEST_WINDOW),
        expiry=timedelta(days=numbers[EXPIRY]),
    )


def crossings_seen(session: Session, named: Collection[UUID]) -> frozenset[UUID]:
    """Those of the crossings that the caller is a party of."""
    if not named:
        return frozenset()
    return frozenset(session.execute(select(crossings.c.id).where(crossings.c.id.in_(named))).scalars())
