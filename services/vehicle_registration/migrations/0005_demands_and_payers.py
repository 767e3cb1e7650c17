"""What is demanded of which trucks, who pays, and what a crossing knows of its truck and driver for that."""

import sqlalchemy as sa
from alembic import op

revision = "vehicle_registration_0005"
down_revision = "vehicle_registration_0004"
SCHEMA = "vehicle_registration"
KNOWN = """
UPDATE vehicle_registration.crossings SET country = vehicles.country, vehicle_type = vehicles.vehicle_type
FROM vehicle_registration.vehicles WHERE vehicles.id = crossings.vehicle_id
"""


def upgrade() -> None:
    driver = sa.Computed("(filing ->> 'driver_id')::uuid", persisted=True)
    op.add_column("crossings", sa.Column("driver_id", sa.Uuid(), driver), schema=SCHEMA)
    op.create_index("ix_crossings_driver_id", "crossings", ["driver_id"], schema=SCHEMA)
    for name in ("country", "vehicle_type"):
        op.add_column("crossings", sa.Column(name, sa.Text()), schema=SCHEMA)
    op.execute(KNOWN)
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("tax_code_sound", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        schema=SCHEMA,
    )
    op.create_table(
        "demands",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("what", "country", "direction", "vehicle_type")),
        *effective(),
        sa.Column("lack", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("what", "country", "direction", "vehicle_type", "valid_from", name="pk_demands"),
        schema=SCHEMA,
    )
    op.create_table(
        "reminders",
        sa.Column("days", sa.Integer(), nullable=False),
        *effective(),
        sa.PrimaryKeyConstraint("days", "valid_from", name="pk_reminders"),
        schema=SCHEMA,
    )


def effective() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
    )
