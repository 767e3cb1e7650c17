"""What is taken of a truck that nobody has registered."""

import sqlalchemy as sa
from alembic import op

revision = "vehicle_registration_0009"
down_revision = "vehicle_registration_0008"


def upgrade() -> None:
    op.create_table(
        "usual_trucks",
        sa.Column("vehicle_type", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("axles", "tare_kg", "gross_kg")),
        sa.PrimaryKeyConstraint("vehicle_type", "valid_from", name="pk_usual_trucks"),
        schema="vehicle_registration",
    )
