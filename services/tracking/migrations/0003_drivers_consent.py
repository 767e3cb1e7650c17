"""Who drives a truck, and whether he lets it be followed."""

import sqlalchemy as sa
from alembic import op

revision = "tracking_0003"
down_revision = "tracking_0002"
SCHEMA = "tracking"


def upgrade() -> None:
    op.add_column("trucks", sa.Column("driver_id", sa.Uuid()), schema=SCHEMA)
    op.add_column("trucks", sa.Column("consented", sa.Boolean(), nullable=False, server_default="true"), schema=SCHEMA)
    op.alter_column("trucks", "consented", server_default=None, schema=SCHEMA)
    op.create_index(op.f("ix_trucks_driver_id"), "trucks", ["driver_id"], schema=SCHEMA)
    op.create_table(
        "consents",
        sa.Column("driver_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("driver_id", name=op.f("pk_consents")),
        schema=SCHEMA,
    )
