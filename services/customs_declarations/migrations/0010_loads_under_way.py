"""Crossings that have not come to the gate yet are judged anew when law changes: they are found among all others."""

import sqlalchemy as sa
from alembic import op

revision = "customs_declarations_0010"
down_revision = "customs_declarations_0009"
SCHEMA = "customs_declarations"


def upgrade() -> None:
    op.create_index(
        "ix_loads_under_way",
        "loads",
        ["crossing_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("active AND came_on IS NULL"),
    )
