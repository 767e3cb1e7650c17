"""Which rules the last answer of customs' own system broke."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "customs_declarations_0008"
down_revision = "customs_declarations_0007"
SCHEMA = "customs_declarations"


def upgrade() -> None:
    op.add_column(
        "inquiries",
        sa.Column("faults", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'")),
        schema=SCHEMA,
    )
    op.alter_column("inquiries", "faults", server_default=None, schema=SCHEMA)
