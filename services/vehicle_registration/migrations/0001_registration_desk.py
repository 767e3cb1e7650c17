"""Vehicles and drivers, registrations and crossings, and who bears which plate."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bordergate.migrations import guard

revision = "vehicle_registration_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "claims",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_claims")),
        schema="vehicle_registration",
    )
    op.create_index(
        op.f("ix_claims_crossing_id"), "claims", ["crossing_id"], unique=False, schema="vehicle_registration"
    )
    op.create_table(
        "contenders",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("mark", "crossing_id", name=op.f("pk_contenders")),
        schema="vehicle_registration",
    )
    op.create_table(
        "drivers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("carrier", sa.Uuid(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drivers")),
        schema="vehicle_registration",
    )
    op.create_index(op.f("ix_drivers_carrier"), "drivers", ["carrier"], unique=False, schema="vehicle_registration")
    op.create_index(
        op.f("ix_drivers_parties"),
        "drivers",
        ["parties"],
        unique=False,
        schema="vehicle_registration",
        postgresql_using="gin",
    )
    op.create_table(
        "numbers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "valid_from", name=op.f("pk_numbers")),
        schema="vehicle_registration",
    )
    op.create_table(
        "drawn_references",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_drawn_references")),
        schema="vehicle_registration",
    )
    op.create_table(
        "registrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trader", sa.Uuid(), nullable=False),
        sa.Column("carrier", sa.Uuid(), nullable=False),
        sa.Column("agent", sa.Uuid(), nullable=True),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        schema="vehicle_registration",
    )
    op.create_index(
        op.f("ix_registrations_parties"),
        "registrations",
        ["parties"],
        unique=False,
        schema="vehicle_registration",
        postgresql_using="gin",
    )
    op.create_table(
        "vehicles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("carrier", sa.Uuid(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("plate_typed", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("vin", sa.Text(), nullable=True),
        sa.Column("vehicle_type", sa.Text(), nullable=False),
        sa.Column("tractor", sa.Boolean(), nullable=False),
        sa.Column("axles", sa.Integer(), nullable=False),
        sa.Column("tare_kg", sa.Integer(), nullable=False),
        sa.Column("gross_kg", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicles")),
        sa.UniqueConstraint("carrier", "plate", name=op.f("uq_vehicles_carrier_plate")),
        schema="vehicle_registration",
    )
    op.create_index(
        op.f("ix_vehicles_parties"),
        "vehicles",
        ["parties"],
        unique=False,
        schema="vehicle_registration",
        postgresql_using="gin",
    )
    op.create_table(
        "crossings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("filing", postgresql.JSONB(), nullable=False),
        sa.Column("route", sa.Text(), sa.Computed("filing ->> 'route'", persisted=True), nullable=False),
        sa.Column("direction", sa.Text(), sa.Computed("filing ->> 'direction'", persisted=True), nullable=False),
        sa.Column(
            "vehicle_id", sa.Uuid(), sa.Computed("(filing ->> 'vehicle_id')::uuid", persisted=True), nullable=False
        ),
        sa.Column("vin", sa.Text(), nullable=True),
        sa.Column("tractor", sa.Boolean(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assessment", postgresql.JSONB(), nullable=True),
        sa.Column("verdict", postgresql.JSONB(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["vehicle_registration.registrations.id"], name=op.f("fk_crossings_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crossings")),
        sa.UniqueConstraint("reference", name=op.f("uq_crossings_reference")),
        schema="vehicle_registration",
    )
    op.create_index(
        op.f("ix_crossings_parties"),
        "crossings",
        ["parties"],
        unique=False,
        schema="vehicle_registration",
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_crossings_registration_id"),
        "crossings",
        ["registration_id"],
        unique=False,
        schema="vehicle_registration",
    )
    op.create_index(
        op.f("ix_crossings_route_stage_id"),
        "crossings",
        ["route", "stage", "id"],
        unique=False,
        schema="vehicle_registration",
    )
    op.create_index(
        op.f("ix_crossings_vehicle_id"), "crossings", ["vehicle_id"], unique=False, schema="vehicle_registration"
    )
    for table in ("crossings", "drivers", "registrations", "vehicles"):
        guard("vehicle_registration", table)
