"""Each call by itself, also one that was missed since; those made before are read from the stories."""

import sqlalchemy as sa
from alembic import op

revision = "portal_0012"
down_revision = "portal_0009"
S = "portal"
FROM_STORIES = """
INSERT INTO portal.calls_made (event_id, route, called_at, by_hand)
SELECT event_id, data ->> 'route', coalesce(headers ->> 'ce_occurred', headers ->> 'ce_time')::timestamptz,
    coalesce((data ->> 'override')::boolean, false)
FROM portal.story WHERE headers ->> 'ce_type' LIKE '%.truck_called.v1'
"""


def upgrade() -> None:
    op.create_table(
        "calls_made",
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_hand", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_calls_made"),
        schema=S,
    )
    op.create_index("ix_calls_made_route_called_at", "calls_made", ["route", "called_at"], schema=S)
    op.execute(FROM_STORIES)
