"""Each queue knows from when on its calls are kept: those of before are unknown, not none."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0029"
down_revision = "queue_scheduling_0028"
S = "queue_scheduling"
FIRST_CALL = """
UPDATE queue_scheduling.queues SET kept_since = coalesce(
    (SELECT min(called_at) FROM queue_scheduling.calls_made WHERE calls_made.queue = queues.key), now())
"""


def upgrade() -> None:
    op.add_column("queues", sa.Column("kept_since", sa.DateTime(timezone=True)), schema=S)
    op.execute(FIRST_CALL)
    op.alter_column("queues", "kept_since", nullable=False, schema=S)
