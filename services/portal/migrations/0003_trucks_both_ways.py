"""Whether a crossing's truck carries goods both ways on one journey."""

import sqlalchemy as sa
from alembic import op

revision = "portal_0003"
down_revision = "portal_0002"


def upgrade() -> None:
    op.add_column(
        "crossings", sa.Column("two_way", sa.Boolean(), nullable=False, server_default=sa.false()), schema="portal"
    )
    op.alter_column("crossings", "two_way", server_default=None, schema="portal")
