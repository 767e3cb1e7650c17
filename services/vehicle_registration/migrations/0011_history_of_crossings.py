"""What became of each crossing after it was filed: who did what when, and what stood there before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "vehicle_registration_0011"
down_revision = "vehicle_registration_0010"
SCHEMA = "vehicle_registration"


def upgrade() -> None:
    op.create_table(
        "history",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("by", sa.Uuid()),
        sa.Column("role", sa.Text()),
        sa.Column("caller", sa.Text()),
        sa.Column("before", postgresql.JSONB()),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(["crossing_id"], [f"{SCHEMA}.crossings.id"], name=op.f("fk_history_crossing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_history_crossing_id"), "history", ["crossing_id"], schema=SCHEMA)
    op.execute(f"ALTER TABLE {SCHEMA}.history ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY parties ON {SCHEMA}.history USING (EXISTS (SELECT FROM {SCHEMA}.crossings AS filed"
        " WHERE filed.id = crossing_id))"
    )
