"""Who is not called for a while, as the queue has published it."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Uuid

from bordergate.tables import moment
from services.vehicle_registration.tables.schema import metadata

sanctions = Table(
    "sanctions",
    metadata,
    Column("sanction_id", Uuid, primary_key=True),
    Column("carrier", Uuid, nullable=False),
    Column("vehicle_id", Uuid),
    moment("until"),
    Index("ix_sanctions_carrier", "carrier"),
    Index("ix_sanctions_vehicle_id", "vehicle_id"),
)
"""Those in force: of one vehicle, or without one of the whole carrier."""
