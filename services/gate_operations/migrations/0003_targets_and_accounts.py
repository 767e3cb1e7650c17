"""The gate's own targets, and how each crossing fared by them; whose truck it is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bordergate.migrations import guard

revision = "gate_operations_0003"
down_revision = "gate_operations_0002"
S = "gate_operations"


def upgrade() -> None:
    op.add_column("passages", sa.Column("carrier", sa.Uuid()), schema=S)
    op.create_table(
        "targets",
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("target", "route", "valid_from", name=op.f("pk_targets")),
        schema=S,
    )
    op.create_table(
        "accounts",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Uuid(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("allowed_minutes", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("crossing_id", "target", name=op.f("pk_accounts")),
        schema=S,
    )
    op.create_index(op.f("ix_accounts_parties"), "accounts", ["parties"], schema=S, postgresql_using="gin")
    op.create_index(op.f("ix_accounts_until"), "accounts", ["until"], schema=S)
    guard(S, "accounts")
