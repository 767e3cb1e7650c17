"""Passages and the gate's numbers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bordergate.migrations import guard

revision = "gate_operations_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "numbers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "valid_from", name=op.f("pk_numbers")),
        schema="gate_operations",
    )
    op.create_table(
        "passages",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("direction", sa.Text(), nullable=True),
        sa.Column("route", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("plate", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("words", postgresql.JSONB(), nullable=False),
        sa.Column("reached", postgresql.JSONB(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("stage_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lag_told", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("crossing_id", name=op.f("pk_passages")),
        schema="gate_operations",
    )
    op.create_index(
        op.f("ix_passages_parties"),
        "passages",
        ["parties"],
        unique=False,
        schema="gate_operations",
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_passages_route_stage_crossing_id"),
        "passages",
        ["route", "stage", "crossing_id"],
        unique=False,
        schema="gate_operations",
    )
    op.create_index(
        "ix_passages_under_way",
        "passages",
        ["crossing_id"],
        unique=False,
        schema="gate_operations",
        postgresql_where=sa.text("stage NOT IN ('COMPLETED', 'REJECTED', 'RETURNED')"),
    )
    guard("gate_operations", "passages")
