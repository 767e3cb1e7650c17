"""What a driver consents to is told to who acts by it: each consent counts what it stated."""

import sqlalchemy as sa
from alembic import op

revision = "vehicle_registration_0016"
down_revision = "vehicle_registration_0015"
SCHEMA = "vehicle_registration"


def upgrade() -> None:
    op.add_column("consents", sa.Column("version", sa.Integer(), nullable=False, server_default="0"), schema=SCHEMA)
    op.alter_column("consents", "version", server_default=None, schema=SCHEMA)
