"""Who is not called for a while, on what evidence, and what was said to it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bordergate.migrations import guard

revision = "portal_0014"
down_revision = "portal_0013"


def upgrade() -> None:
    op.create_table(
        "sanctions",
        sa.Column("sanction_id", sa.Uuid(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=False),
        *(moment(name, nullable=False) for name in ("imposed_at", "until", "appeal_until")),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("case", "reason", "appeal")),
        moment("appealed_at", nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        moment("ended_at", nullable=True),
        sa.Column("lifted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("sanction_id", name=op.f("pk_sanctions")),
        schema="portal",
    )
    op.create_index(op.f("ix_sanctions_parties"), "sanctions", ["parties"], schema="portal", postgresql_using="gin")
    guard("portal", "sanctions")


def moment(name: str, *, nullable: bool) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
