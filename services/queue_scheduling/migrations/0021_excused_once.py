"""A truck that missed a call while it stood at the gate is excused by that once."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0021"
down_revision = "queue_scheduling_0020"
S = "queue_scheduling"


def upgrade() -> None:
    excused = sa.Column("excused_there", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("tickets", excused, schema=S)
