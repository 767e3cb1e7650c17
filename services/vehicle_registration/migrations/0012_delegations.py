"""Whom firms let act for them, within which limits, and until when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bordergate.migrations import guard

revision = "vehicle_registration_0012"
down_revision = "vehicle_registration_0011"
SCHEMA = "vehicle_registration"


def upgrade() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("giver", sa.Uuid(), nullable=False),
        sa.Column("agent", sa.Uuid()),
        sa.Column("driver_id", sa.Uuid()),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("acts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("routes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("most", sa.Integer()),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.Uuid()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
        schema=SCHEMA,
    )
    for column in ("giver", "agent", "driver_id"):
        op.create_index(op.f(f"ix_delegations_{column}"), "delegations", [column], schema=SCHEMA)
    op.create_index(op.f("ix_delegations_parties"), "delegations", ["parties"], schema=SCHEMA, postgresql_using="gin")
    op.add_column("history", sa.Column("acting_for", sa.Uuid()), schema=SCHEMA)
    guard(SCHEMA, "delegations")
