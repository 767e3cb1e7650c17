"""Which crossings name a number, in a table of its own: what guards loads keeps the index of their arrays unused."""

import sqlalchemy as sa
from alembic import op

revision = "customs_declarations_0012"
down_revision = "customs_declarations_0011"
SCHEMA = "customs_declarations"


def upgrade() -> None:
    op.create_table(
        "namings",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("number", "crossing_id", name=op.f("pk_namings")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_namings_crossing_id"), "namings", ["crossing_id"], schema=SCHEMA)
    op.execute(f"INSERT INTO {SCHEMA}.namings SELECT DISTINCT unnest(numbers), crossing_id FROM {SCHEMA}.loads")
    op.drop_index(op.f("ix_loads_numbers"), "loads", schema=SCHEMA)
