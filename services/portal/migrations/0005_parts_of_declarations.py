"""Of which declarations a crossing carries a part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "portal_0005"
down_revision = "portal_0004"


def upgrade() -> None:
    shares = sa.Column("shares", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'"))
    op.add_column("crossings", shares, schema="portal")
    op.alter_column("crossings", "shares", server_default=None, schema="portal")
