"""The public ledger seals each day's seed before the day, shows it after, and says which terms are in force."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0009"
down_revision = "queue_scheduling_0008"
S = "queue_scheduling"


def upgrade() -> None:
    for name in ("sealed", "unsealed"):
        op.add_column("queues", sa.Column(name, sa.Date()), schema=S)
    op.add_column("queues", sa.Column("terms", sa.Text()), schema=S)
