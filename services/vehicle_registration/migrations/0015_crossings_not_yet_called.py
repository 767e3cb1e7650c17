"""Crossings not yet called are judged anew when law changes: they are found among all that were ever filed."""

import sqlalchemy as sa
from alembic import op

revision = "vehicle_registration_0015"
down_revision = "vehicle_registration_0014"
SCHEMA = "vehicle_registration"


def upgrade() -> None:
    op.create_index(
        "ix_crossings_assessed",
        "crossings",
        ["id"],
        schema=SCHEMA,
        postgresql_where=sa.text("stage IN ('SUBMITTED', 'NOT_READY', 'READY', 'QUEUED')"),
    )
