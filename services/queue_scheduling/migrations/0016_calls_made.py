"""Each call as it was made, for the history that everybody may read."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0016"
down_revision = "queue_scheduling_0015"
S = "queue_scheduling"


def upgrade() -> None:
    op.create_table(
        "calls_made",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("ticket_class", sa.Text(), nullable=False),
        sa.Column("override", sa.Boolean(), nullable=False),
        sa.Column("waited_seconds", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("crossing_id", "called_at", name=op.f("pk_calls_made")),
        schema=S,
    )
    op.create_index(op.f("ix_calls_made_queue_called_at"), "calls_made", ["queue", "called_at"], schema=S)
