"""Whether a slot was exchanged for another one already."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0019"
down_revision = "queue_scheduling_0018"


def upgrade() -> None:
    moved = sa.Column("moved", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("bookings", moved, schema="queue_scheduling")
