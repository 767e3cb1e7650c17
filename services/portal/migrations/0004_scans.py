"""Whether a paper has a scan."""

import sqlalchemy as sa
from alembic import op

revision = "portal_0004"
down_revision = "portal_0003"


def upgrade() -> None:
    op.add_column("papers", sa.Column("scanned", sa.Boolean, nullable=False, server_default="false"), schema="portal")
    op.alter_column("papers", "scanned", server_default=None, schema="portal")
