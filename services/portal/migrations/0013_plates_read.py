"""Trucks whose plate was read otherwise than filed."""

import sqlalchemy as sa
from alembic import op

revision = "portal_0013"
down_revision = "portal_0012"
S = "portal"


def upgrade() -> None:
    op.add_column("crossings", sa.Column("misread", sa.Text), schema=S)
    op.add_column("crossings", sa.Column("misread_at", sa.DateTime(timezone=True)), schema=S)
    op.add_column("crossings", sa.Column("misread_lane", sa.Text), schema=S)
