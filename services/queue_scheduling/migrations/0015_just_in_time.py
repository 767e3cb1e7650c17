"""Calling just in time: what a gate takes, who is on the way to it, and how long that took."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0015"
down_revision = "queue_scheduling_0014"
SCHEMA = "queue_scheduling"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "forwarding",
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("just_in_time", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("lanes", "places", "travel_minutes")),
        *(sa.Column(name, sa.Numeric(), nullable=False) for name in ("no_shows", "deviations")),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.CheckConstraint("lanes > 0 AND places >= 0 AND travel_minutes >= 0", name=op.f("ck_forwarding_is_a_gate")),
        sa.CheckConstraint("no_shows >= 0 AND no_shows < 1 AND deviations >= 0", name=op.f("ck_forwarding_is_a_share")),
        sa.PrimaryKeyConstraint("route", "direction", "valid_from", name=op.f("pk_forwarding")),
        schema=SCHEMA,
    )
    op.create_table(
        "approaches",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.Column("called_at", MOMENT, nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("at_gate_at", MOMENT, nullable=True),
        sa.Column("missed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("crossing_id", "called_at", name=op.f("pk_approaches")),
        schema=SCHEMA,
    )
    op.create_index("ix_approaches_called", "approaches", ["queue", "called_at"], schema=SCHEMA)
    op.create_table(
        "whereabouts",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("inside", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("crossing_id", name=op.f("pk_whereabouts")),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_tickets_arrived",
        "tickets",
        ["route", "direction", "called_at"],
        schema=SCHEMA,
        postgresql_where=sa.text("stage = 'ARRIVED'"),
    )
