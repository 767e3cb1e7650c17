"""Whether another tractor or driver stands in a ticket's place."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0012"
down_revision = "queue_scheduling_0011"


def upgrade() -> None:
    exchanged = sa.Column("exchanged", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("tickets", exchanged, schema="queue_scheduling")
