"""How often what is filed of a crossing was amended: a form says from which revision it was filled in."""

import sqlalchemy as sa
from alembic import op

revision = "portal_0009"
down_revision = "portal_0008"


def upgrade() -> None:
    column = sa.Column("revision", sa.Integer(), nullable=False, server_default="1")
    op.add_column("crossings", column, schema="portal")
    op.alter_column("crossings", "revision", server_default=None, schema="portal")
