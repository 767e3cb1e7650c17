"""Forecasts are learned from: the signs each was made by, how far off it was, and the trees grown of these."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "queue_scheduling_0024"
down_revision = "queue_scheduling_0023"
S = "queue_scheduling"


def upgrade() -> None:
    by_plan = sa.text("'PLAN_AND_RANK'")
    op.add_column("forecasts", sa.Column("method", sa.Text(), server_default=by_plan, nullable=False), schema=S)
    op.add_column("forecasts", sa.Column("signs", ARRAY(sa.REAL())), schema=S)
    op.add_column("forecasts", sa.Column("score", sa.REAL()), schema=S)
    op.create_table(
        "spreads",
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("by", sa.Double(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("queue", "line", name="pk_spreads"),
        schema=S,
    )
    op.create_table(
        "forecast_trees",
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("grown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trees", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("queue", name="pk_forecast_trees"),
        schema=S,
    )
