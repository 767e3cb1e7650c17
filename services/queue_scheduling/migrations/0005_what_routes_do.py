"""Routes are reduced, closed, or open to who registered before; when one last stood still is kept."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0005"
down_revision = "queue_scheduling_0004"
S = "queue_scheduling"


def upgrade() -> None:
    op.alter_column("route_status", "paused_until", new_column_name="until", schema=S)
    for name in ("export_per_hour", "import_per_hour"):
        op.add_column("route_status", sa.Column(name, sa.Integer), schema=S)
    for name in ("stopped_at", "resumed_at"):
        op.add_column("route_status", sa.Column(name, sa.DateTime(timezone=True)), schema=S)
