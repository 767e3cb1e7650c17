"""When a crossing's slot begins, and when its truck came into a waiting area."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "vehicle_registration_0018"
down_revision = "vehicle_registration_0017"
SCHEMA = "vehicle_registration"


def upgrade() -> None:
    op.add_column("crossings", sa.Column("slot", sa.DateTime(timezone=True)), schema=SCHEMA)
    op.add_column("crossings", sa.Column("arrivals", postgresql.ARRAY(sa.DateTime(timezone=True))), schema=SCHEMA)
