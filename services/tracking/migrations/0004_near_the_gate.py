"""Whether a truck is near its gate, and within how many kilometres it counts as near."""

import sqlalchemy as sa
from alembic import op

revision = "tracking_0004"
down_revision = "tracking_0003"
S = "tracking"


def upgrade() -> None:
    near = sa.Column("near", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("trucks", near, schema=S)
    op.create_table(
        "numbers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", "valid_from", name=op.f("pk_numbers")),
        schema=S,
    )
