"""Plates as they are read at the gate."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "gate_operations_0002"
down_revision = "gate_operations_0001"
S = "gate_operations"


def upgrade() -> None:
    op.add_column("passages", sa.Column("trailer", sa.Text), schema=S)
    op.add_column("passages", sa.Column("readings", JSONB, nullable=False, server_default="[]"), schema=S)
    op.create_index("ix_passages_reference", "passages", ["reference"], schema=S)
