"""When a truck would be at the gate is kept with each forecast of its call, and when it was."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0026"
down_revision = "queue_scheduling_0025"


def upgrade() -> None:
    for name in ("gate_p10", "gate_p50", "gate_p90", "gate_at"):
        op.add_column("forecasts", sa.Column(name, sa.DateTime(timezone=True)), schema="queue_scheduling")
