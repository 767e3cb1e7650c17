"""Tables of tracking: trucks and their devices, areas and the corridor, and the feed by day."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    REAL,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry

from bordergate.geo import outline_column
from bordergate.tables import Words, effective, guarded, moment, parties_column, service_metadata
from events.tracking import AreaKind
from events.words import Direction
from services.tracking.domain import Truck
from services.tracking.ways import WayKind

metadata = service_metadata("tracking")

devices = Table(
    "devices",
    metadata,
    Column("device_id", Uuid, primary_key=True),
    Column("vehicle_id", Uuid, primary_key=True),
    Column("hardware_id", Text, nullable=False, index=True),
    Column("enrolled", Boolean, nullable=False),
    moment("since"),
)

trucks = guarded(
    Table(
        "trucks",
        metadata,
        Column("crossing_id", Uuid, primary_key=True),
        Column("reference", Text, nullable=False),
        Column("vehicle_id", Uuid, nullable=False, index=True),
        Column("route", Text, nullable=False),
        Column("direction", Words(Direction), nullable=False),
        parties_column(),
        moment("ready_at"),
        moment("ended_at", nullable=True, index=True),
        Column("inside", JSONB, nullable=False),
        Column("driver_id", Uuid, index=True),
        Column("consented", Boolean, nullable=False),
        Column("near", Boolean, nullable=False, server_default=text("false")),
        Column("version", Integer, nullable=False),
    )
)

consents = Table("consents", metadata, Column("driver_id", Uuid, primary_key=True))
"""The drivers who let their trucks be followed while they cross, as vehicle_registration states."""

latest = Table(
    "latest",
    metadata,
    Column("crossing_id", Uuid, primary_key=True),
    moment("at"),
    Column("lon", Double, nullable=False),
    Column("lat", Double, nullable=False),
    Column("speed_kmh", REAL),
    Column("course", REAL),
)

positions = Table(
    "positions",
    metadata,
    Column("device_id", Uuid, nullable=False),
    moment("at"),
    Column("crossing_id", Uuid, nullable=False),
    Column("lon", Double, nullable=False),
    Column("lat", Double, nullable=False),
    Column("speed_kmh", REAL),
    Column("course", REAL),
    Column("altitude_m", REAL),
    Column("accuracy_m", REAL),
    moment("received"),
    PrimaryKeyConstraint("device_id", "at"),
    Index(None, "at", postgresql_using="brin"),
    postgresql_partition_by="RANGE (at)",
)

areas = Table(
    "areas",
    metadata,
    Column("code", Text, primary_key=True),
    Column("kind", Words(AreaKind), nullable=False),
    Column("route", Text, nullable=False),
    outline_column(),
)

plans = Table(
    "plans",
    metadata,
    Column("version", Integer, primary_key=True),
    moment("since"),
    Column("illustrative", Boolean, nullable=False),
)

corridors = Table(
    "corridors",
    metadata,
    Column("code", Text, primary_key=True),
    *effective(),
    outline_column(),
)

numbers = Table(
    "numbers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Numeric, nullable=False),
    *effective(),
)

ways = Table(
    "ways",
    metadata,
    Column("kind", Words(WayKind), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("route", Text),
    Column("steps", ARRAY(Integer), nullable=False),
)
"""The lanes and the roads that maps draw, each kind as it was last loaded."""

way_plans = Table(
    "way_plans",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("kind", Words(WayKind), nullable=False),
    Column("ways", Integer, nullable=False),
    moment("since"),
    Column("illustrative", Boolean, nullable=False),
)
"""Each load of lanes or of roads, the last of a kind in force; one count over both."""

registry().map_imperatively(Truck, trucks, version_id_col=trucks.c.version, version_id_generator=False)
