"""Who is not called for a while, as the queue has published it."""

import sqlalchemy as sa
from alembic import op

revision = "vehicle_registration_0019"
down_revision = "vehicle_registration_0018"
S = "vehicle_registration"


def upgrade() -> None:
    op.create_table(
        "sanctions",
        sa.Column("sanction_id", sa.Uuid(), nullable=False),
        sa.Column("carrier", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sanction_id", name=op.f("pk_sanctions")),
        schema=S,
    )
    op.create_index("ix_sanctions_carrier", "sanctions", ["carrier"], schema=S)
    op.create_index("ix_sanctions_vehicle_id", "sanctions", ["vehicle_id"], schema=S)
