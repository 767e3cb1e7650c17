"""Reference rows that were put in force by hand: loading the shipped rows again leaves them as they are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "kernel_0003"
down_revision = "kernel_0002"


def upgrade() -> None:
    op.create_table(
        "amended",
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("key", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("table_name", "key", name="pk_amended"),
        schema=op.get_context().opts["gate_schema"],
    )
