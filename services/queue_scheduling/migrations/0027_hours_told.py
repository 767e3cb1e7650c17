"""The public ledger says which hours a day has, before anybody is called by them."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0027"
down_revision = "queue_scheduling_0026"


def upgrade() -> None:
    op.add_column("queues", sa.Column("hours", sa.Text()), schema="queue_scheduling")
