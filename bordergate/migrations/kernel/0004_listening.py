"""Up to when each consumer has heard its stream, partition by partition."""

import sqlalchemy as sa
from alembic import op

revision = "kernel_0004"
down_revision = "kernel_0003"


def upgrade() -> None:
    op.create_table(
        "listening",
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("partition", sa.SmallInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "partition", name="pk_listening"),
        schema=op.get_context().opts["gate_schema"],
    )
