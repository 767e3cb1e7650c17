"""Where a ticket stood when the authorities turned its truck away, for when they take that back."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0002"
down_revision = "queue_scheduling_0001"
SCHEMA = "queue_scheduling"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("ended_from", sa.Text(), nullable=True), schema=SCHEMA)
