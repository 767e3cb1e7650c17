"""Who may name a declaration for a crossing, and who did; what was named before by an owner's crossing stays named."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "customs_declarations_0002"
down_revision = "customs_declarations_0001"
SCHEMA = "customs_declarations"


def upgrade() -> None:
    op.add_column(
        "declarations",
        sa.Column("shared_with", postgresql.ARRAY(sa.Uuid()), nullable=False, server_default="{}"),
        schema=SCHEMA,
    )
    op.add_column(
        "loads", sa.Column("named_by", postgresql.JSONB(), nullable=False, server_default="{}"), schema=SCHEMA
    )
    op.execute(
        f"UPDATE {SCHEMA}.loads SET named_by = coalesce((SELECT jsonb_object_agg(filed.number, filed.trader)"
        f" FROM {SCHEMA}.declarations AS filed WHERE filed.number = ANY(loads.numbers)"
        " AND loads.parties && ARRAY[filed.trader, filed.declarant]), '{}')"
    )
    op.alter_column("declarations", "shared_with", server_default=None, schema=SCHEMA)
    op.alter_column("loads", "named_by", server_default=None, schema=SCHEMA)
