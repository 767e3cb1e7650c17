"""Delegations, for pages without scripts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from bordergate.migrations import guard

revision = "portal_0015"
down_revision = "portal_0014"
S = "portal"


def upgrade() -> None:
    op.create_table(
        "delegations",
        sa.Column("delegation_id", sa.Uuid, nullable=False),
        sa.Column("parties", ARRAY(sa.Uuid), nullable=False),
        sa.Column("giver", sa.Uuid, nullable=False),
        sa.Column("agent", sa.Uuid),
        sa.Column("driver_id", sa.Uuid),
        sa.Column("acts", ARRAY(sa.Text), nullable=False),
        sa.Column("routes", ARRAY(sa.Text), nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("delegation_id", name="pk_delegations"),
        schema=S,
    )
    op.create_index("ix_delegations_parties", "delegations", ["parties"], schema=S, postgresql_using="gin")
    guard(S, "delegations")
