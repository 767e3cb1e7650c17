"""Trailers by their plates: all the desk's, so that whoever has a crossing assessed, its trailer's papers count."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.vehicle_registration.domain.crossing import ASSESSED, Crossing
from services.vehicle_registration.domain.fleet import Vehicle, VehicleType
from services.vehicle_registration.domain.rules import tail_of
from services.vehicle_registration.repository.found import crossings_bearing
from services.vehicle_registration.tables import crossings, trailers


def keep_trailer(session: Session, vehicle: Vehicle) -> None:
    """Let a trailer be found by its plate; what is no trailer is not found."""
    if vehicle.vehicle_type is not VehicleType.TRAILER:
        session.execute(delete(trailers).where(trailers.c.vehicle_id == vehicle.id))
        return
    told = {"carrier": vehicle.carrier, "tail": tail_of(vehicle.plate)}
    statement = insert(trailers).values(vehicle_id=vehicle.id, **told)
    session.execute(statement.on_conflict_do_update(index_elements=[trailers.c.vehicle_id], set_=told))


def hauling(session: Session, trailer_id: UUID) -> list[Crossing]:
    """The crossings not yet called that haul a trailer, locked."""
    row = session.execute(select(trailers).where(trailers.c.vehicle_id == trailer_id)).one_or_none()
    if row is None:
        return []
    bears = crossings.c.id.in_(crossings_bearing(session, row.tail)), crossings.c.stage.in_(ASSESSED)
    found = session.execute(select(Crossing).where(*bears).order_by(crossings.c.id).with_for_update()).scalars()
    return [one for one in found if one.filing.carrier == row.carrier and _hauls(one, row.tail)]


def _hauls(crossing: Crossing, tail: str) -> bool:
    return crossing.filing.trailer is not None and tail_of(crossing.filing.trailer) == tail
