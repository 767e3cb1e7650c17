"""How far ranges are stretched until they hold as often as they should; lines are measured apart from now on."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0020"
down_revision = "queue_scheduling_0019"
S = "queue_scheduling"


def upgrade() -> None:
    op.add_column("widths", sa.Column("spread", sa.Double(), server_default=sa.text("1"), nullable=False), schema=S)
