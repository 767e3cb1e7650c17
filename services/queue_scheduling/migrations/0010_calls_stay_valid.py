"""Trucks that are nearly there: where tracking placed them, and whose call stays valid longer."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0010"
down_revision = "queue_scheduling_0009"
S = "queue_scheduling"


def upgrade() -> None:
    op.create_table(
        "sightings",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.Column("near", sa.Boolean(), nullable=False),
        sa.Column("at_gate_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("crossing_id", name=op.f("pk_sightings")),
        schema=S,
    )
    prolonged = sa.Column("prolonged", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("tickets", prolonged, schema=S)
