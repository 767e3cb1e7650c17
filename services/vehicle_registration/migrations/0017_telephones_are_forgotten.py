"""Who gave no more than his telephone at the barrier is kept for his one crossing only."""

import sqlalchemy as sa
from alembic import op

revision = "vehicle_registration_0017"
down_revision = "vehicle_registration_0016"
SCHEMA = "vehicle_registration"


def upgrade() -> None:
    op.add_column("drivers", sa.Column("only_for", sa.Uuid()), schema=SCHEMA)
    op.create_index(op.f("ix_drivers_only_for"), "drivers", ["only_for"], schema=SCHEMA)
