"""What of a ticket's truck can be in one queue only: to know an amended crossing, and whom a place kept out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "queue_scheduling_0003"
down_revision = "queue_scheduling_0002"
SCHEMA = "queue_scheduling"
ENGAGED = """
UPDATE queue_scheduling.tickets SET things = engaged.things FROM (
    SELECT crossing_id, array_agg(kind || ' ' || value ORDER BY kind || ' ' || value COLLATE "C") AS things
    FROM queue_scheduling.engagements GROUP BY crossing_id
) AS engaged WHERE tickets.crossing_id = engaged.crossing_id
"""


def upgrade() -> None:
    op.add_column("tickets", sa.Column("things", ARRAY(sa.Text()), nullable=False, server_default="{}"), schema=SCHEMA)
    op.execute(ENGAGED)
    op.alter_column("tickets", "things", server_default=None, schema=SCHEMA)
    op.create_index(
        "ix_tickets_refused",
        "tickets",
        ["things"],
        schema=SCHEMA,
        postgresql_using="gin",
        postgresql_where=sa.text("stage = 'REFUSED'"),
    )
