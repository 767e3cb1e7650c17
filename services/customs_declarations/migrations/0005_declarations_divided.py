"""What a crossing asks for and holds of declarations that are divided among several."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "customs_declarations_0005"
down_revision = "customs_declarations_0004"
SCHEMA = "customs_declarations"


def upgrade() -> None:
    for name, kind, empty in (
        ("shares", postgresql.JSONB(), sa.text("'[]'")),
        ("holds", postgresql.JSONB(), sa.text("'[]'")),
        ("gone", sa.Boolean(), sa.false()),
    ):
        op.add_column("loads", sa.Column(name, kind, nullable=False, server_default=empty), schema=SCHEMA)
        op.alter_column("loads", name, server_default=None, schema=SCHEMA)
