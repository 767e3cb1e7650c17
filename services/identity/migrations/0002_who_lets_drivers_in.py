"""Who is to drive a crossing and for whom it was filed, and which agents firms let act for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "identity_0002"
down_revision = "identity_0001"
SCHEMA = "identity"


def upgrade() -> None:
    for column in ("trader", "carrier", "driver_id"):
        op.add_column("crossings", sa.Column(column, sa.Uuid()), schema=SCHEMA)
    op.add_column("crossings", sa.Column("route", sa.Text()), schema=SCHEMA)
    op.create_table(
        "delegations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("giver", sa.Uuid(), nullable=False),
        sa.Column("agent", sa.Uuid(), nullable=False),
        sa.Column("routes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_delegations_agent"), "delegations", ["agent"], schema=SCHEMA)
