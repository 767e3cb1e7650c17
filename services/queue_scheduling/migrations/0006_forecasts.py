"""Forecasts of calls, and how far off they were."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0006"
down_revision = "queue_scheduling_0005"
S = "queue_scheduling"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "forecasts",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        *(sa.Column(name, MOMENT) for name in ("p10", "p50", "p90", "called_at")),
        sa.PrimaryKeyConstraint("crossing_id", "made_at", name="pk_forecasts"),
        schema=S,
    )
    is_open = sa.text("called_at IS NULL")
    op.create_index("ix_forecasts_open", "forecasts", ["queue", "crossing_id"], schema=S, postgresql_where=is_open)
    op.create_index("ix_forecasts_made", "forecasts", ["queue", "made_at"], schema=S)
    op.create_table(
        "widths",
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("bucket", sa.SmallInteger(), nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("low", "middle", "high")),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("queue", "bucket", name="pk_widths"),
        schema=S,
    )
