"""The closures that the queue publishes for its routes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "portal_0007"
down_revision = "portal_0006"


def upgrade() -> None:
    op.add_column(
        "routes", sa.Column("closures", postgresql.JSONB(), server_default="[]", nullable=False), schema="portal"
    )
