"""Lanes and roads, which maps draw."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "tracking_0002"
down_revision = "tracking_0001"
S = "tracking"


def upgrade() -> None:
    op.create_table(
        "ways",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("route", sa.Text),
        sa.Column("steps", ARRAY(sa.Integer), nullable=False),
        sa.PrimaryKeyConstraint("kind", "place", name="pk_ways"),
        schema=S,
    )
    op.create_table(
        "way_plans",
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("ways", sa.Integer, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("illustrative", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_way_plans"),
        schema=S,
    )
