"""What the routes are called, as they were published."""

import sqlalchemy as sa
from alembic import op

revision = "vehicle_registration_0004"
down_revision = "vehicle_registration_0003"


def upgrade() -> None:
    op.create_table(
        "route_names",
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("opposite", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("route", name=op.f("pk_route_names")),
        schema="vehicle_registration",
    )
