"""Declarations, loads and what they are judged by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bordergate.migrations import guard

revision = "customs_declarations_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "declarations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("type_code", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("declarant", sa.Uuid(), nullable=False),
        sa.Column("trader", sa.Uuid(), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("cancelled_because", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declarations")),
        sa.UniqueConstraint("number", name=op.f("uq_declarations_number")),
        schema="customs_declarations",
    )
    op.create_index(
        op.f("ix_declarations_parties"),
        "declarations",
        ["parties"],
        unique=False,
        schema="customs_declarations",
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_declarations_stage_id"), "declarations", ["stage", "id"], unique=False, schema="customs_declarations"
    )
    op.create_table(
        "loads",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("numbers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("claims", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("declared_empty", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("stated", postgresql.JSONB(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("crossing_id", name=op.f("pk_loads")),
        schema="customs_declarations",
    )
    op.create_index(
        op.f("ix_loads_numbers"),
        "loads",
        ["numbers"],
        unique=False,
        schema="customs_declarations",
        postgresql_using="gin",
    )
    op.create_index(
        op.f("ix_loads_parties"),
        "loads",
        ["parties"],
        unique=False,
        schema="customs_declarations",
        postgresql_using="gin",
    )
    op.create_table(
        "numbers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "valid_from", name=op.f("pk_numbers")),
        schema="customs_declarations",
    )
    op.create_table(
        "shelf_lives",
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("goods", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "valid_from", name=op.f("pk_shelf_lives")),
        schema="customs_declarations",
    )
    op.create_table(
        "time_critical",
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("goods", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "valid_from", name=op.f("pk_time_critical")),
        schema="customs_declarations",
    )
    op.create_table(
        "un_numbers",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("hazard_class", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", "valid_from", name=op.f("pk_un_numbers")),
        schema="customs_declarations",
    )
    guard("customs_declarations", "declarations")
    guard("customs_declarations", "loads")
