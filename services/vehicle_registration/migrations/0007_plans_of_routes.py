"""How the routes are planned, as they were published."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "vehicle_registration_0007"
down_revision = "vehicle_registration_0006"


def upgrade() -> None:
    op.add_column("route_names", sa.Column("plan", postgresql.JSONB(), nullable=True), schema="vehicle_registration")
