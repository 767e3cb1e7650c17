"""Trailers with papers of their own, what drivers have consented to, and which provinces issue plates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bordergate.migrations import guard

revision = "vehicle_registration_0014"
down_revision = "vehicle_registration_0013"
SCHEMA = "vehicle_registration"


def upgrade() -> None:
    op.create_table(
        "trailers",
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("carrier", sa.Uuid(), nullable=False),
        sa.Column("tail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("vehicle_id", name=op.f("pk_trailers")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_trailers_tail"), "trailers", ["tail"], schema=SCHEMA)
    op.create_table(
        "consents",
        sa.Column("driver_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("carrier", sa.Uuid(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_how", sa.Text()),
        sa.PrimaryKeyConstraint("driver_id", "purpose", "given_at", name=op.f("pk_consents")),
        schema=SCHEMA,
    )
    guard(SCHEMA, "consents")
    op.create_table(
        "plate_provinces",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", "valid_from", name=op.f("pk_plate_provinces")),
        schema=SCHEMA,
    )
