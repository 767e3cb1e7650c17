"""Whether a slot's hour has no room for its truck as things stand."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0030"
down_revision = "queue_scheduling_0029"


def upgrade() -> None:
    struck = sa.Column("struck", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("bookings", struck, schema="queue_scheduling")
