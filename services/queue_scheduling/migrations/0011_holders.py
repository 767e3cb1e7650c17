"""What holders do with their calls: by how much they may be extended, and who did."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0011"
down_revision = "queue_scheduling_0010"
S = "queue_scheduling"


def upgrade() -> None:
    op.create_table(
        "extension_hours",
        sa.Column("hours", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("hours", "valid_from", name=op.f("pk_extension_hours")),
        schema=S,
    )
    op.create_table(
        "extensions",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vehicle", sa.Uuid(), nullable=False),
        sa.Column("hours", sa.SmallInteger(), nullable=False),
        sa.Column("share", sa.Numeric(), nullable=False),
        sa.PrimaryKeyConstraint("crossing_id", "valid_until", name=op.f("pk_extensions")),
        schema=S,
    )
    op.create_index("ix_extensions_vehicle", "extensions", ["vehicle", "granted_at"], schema=S)
