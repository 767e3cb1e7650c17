"""Trucks, devices, areas, and the feed by day."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from bordergate.migrations import guard

revision = "tracking_0001"
down_revision = None
S = "tracking"

OPEN_DAY = """
CREATE FUNCTION tracking.open_day(day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('tracking.positions'));
    IF to_regclass(format('tracking.positions_%s', to_char(day, 'YYYYMMDD'))) IS NULL THEN
        EXECUTE format(
            'CREATE TABLE tracking.positions_%s PARTITION OF tracking.positions FOR VALUES FROM (%L) TO (%L)',
            to_char(day, 'YYYYMMDD'), day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC'
        );
    END IF;
END $$
"""

CLOSE_DAYS = """
CREATE FUNCTION tracking.close_days(before timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    partition text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('tracking.positions'));
    FOR partition IN
        SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'tracking.positions'::regclass
    LOOP
        IF (to_date(right(partition, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC' <= before THEN
            EXECUTE format('DROP TABLE %s', partition);
        END IF;
    END LOOP;
END $$
"""


def moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def outline() -> sa.Column[Any]:
    return sa.Column("outline", Geometry("POLYGON", 4326, spatial_index=False), nullable=False)


def upgrade() -> None:
    known_trucks()
    ground()
    feed()


def known_trucks() -> None:
    op.create_table(
        "devices",
        sa.Column("device_id", sa.Uuid, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("hardware_id", sa.Text, nullable=False),
        sa.Column("enrolled", sa.Boolean, nullable=False),
        moment("since"),
        sa.PrimaryKeyConstraint("device_id", "vehicle_id", name="pk_devices"),
        schema=S,
    )
    op.create_index("ix_devices_hardware_id", "devices", ["hardware_id"], schema=S)
    op.create_table(
        "trucks",
        sa.Column("crossing_id", sa.Uuid, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("vehicle_id", sa.Uuid, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("parties", ARRAY(sa.Uuid), nullable=False),
        moment("ready_at"),
        moment("ended_at", nullable=True),
        sa.Column("inside", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("crossing_id", name="pk_trucks"),
        schema=S,
    )
    op.create_index("ix_trucks_vehicle_id", "trucks", ["vehicle_id"], schema=S)
    op.create_index("ix_trucks_ended_at", "trucks", ["ended_at"], schema=S)
    guard(S, "trucks")


def ground() -> None:
    op.create_table(
        "areas",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        outline(),
        sa.PrimaryKeyConstraint("code", name="pk_areas"),
        schema=S,
    )
    op.create_table(
        "plans",
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        moment("since"),
        sa.Column("illustrative", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_plans"),
        schema=S,
    )
    op.create_table(
        "corridors",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("illustrative", sa.Boolean, nullable=False),
        outline(),
        sa.PrimaryKeyConstraint("code", "valid_from", name="pk_corridors"),
        schema=S,
    )


def feed() -> None:
    op.create_table(
        "latest",
        sa.Column("crossing_id", sa.Uuid, nullable=False),
        moment("at"),
        sa.Column("lon", sa.Double, nullable=False),
        sa.Column("lat", sa.Double, nullable=False),
        sa.Column("speed_kmh", sa.REAL),
        sa.Column("course", sa.REAL),
        sa.PrimaryKeyConstraint("crossing_id", name="pk_latest"),
        schema=S,
    )
    op.create_table(
        "positions",
        sa.Column("device_id", sa.Uuid, nullable=False),
        moment("at"),
        sa.Column("crossing_id", sa.Uuid, nullable=False),
        sa.Column("lon", sa.Double, nullable=False),
        sa.Column("lat", sa.Double, nullable=False),
        *(sa.Column(name, sa.REAL) for name in ("speed_kmh", "course", "altitude_m", "accuracy_m")),
        moment("received"),
        sa.PrimaryKeyConstraint("device_id", "at", name="pk_positions"),
        schema=S,
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index("ix_positions_at", "positions", ["at"], schema=S, postgresql_using="brin")
    for function in (OPEN_DAY, CLOSE_DAYS):
        op.execute(function)
    for signature in ("open_day(date)", "close_days(timestamptz)"):
        op.execute(f"REVOKE EXECUTE ON FUNCTION tracking.{signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION tracking.{signature} TO bordergate_tracking")
