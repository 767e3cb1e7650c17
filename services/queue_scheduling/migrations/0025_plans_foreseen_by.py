"""The plan that forecasts were made by is kept: what was entered later was not known to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "queue_scheduling_0025"
down_revision = "queue_scheduling_0024"
S = "queue_scheduling"


def upgrade() -> None:
    op.create_table(
        "forecast_plans",
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timeline", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("queue", "made_at", name="pk_forecast_plans"),
        schema=S,
    )
