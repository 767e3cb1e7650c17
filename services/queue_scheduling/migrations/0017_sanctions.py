"""How calls ended, and the sanctions that followed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from bordergate.migrations import guard

revision = "queue_scheduling_0017"
down_revision = "queue_scheduling_0016"
S = "queue_scheduling"


def upgrade() -> None:
    op.create_table(
        "outcomes",
        uuid("crossing_id"),
        moment("called_at"),
        sa.Column("parties", ARRAY(sa.Uuid()), nullable=False),
        uuid("vehicle"),
        uuid("carrier"),
        text("reference"),
        text("route"),
        moment("ended_at"),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("crossing_id", "called_at", name=op.f("pk_outcomes")),
        schema=S,
    )
    op.create_index("ix_outcomes_vehicle", "outcomes", ["vehicle", "ended_at"], schema=S)
    op.create_index("ix_outcomes_carrier", "outcomes", ["carrier", "ended_at"], schema=S)
    op.create_table(
        "sanctions",
        uuid("id"),
        uuid("carrier"),
        sa.Column("parties", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=True),
        sa.Column("plate", sa.Text(), nullable=True),
        text("ground"),
        uuid("crossing_id"),
        sa.Column("evidence", JSONB(), nullable=False),
        *(moment(name) for name in ("imposed_at", "until", "appeal_until")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("case", "reason")),
        sa.Column("officers", ARRAY(sa.Uuid()), nullable=False),
        text("stage"),
        text("appeal"),
        sa.Column("appeal_text", sa.Text(), nullable=True),
        moment("appealed_at", nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        moment("decided_at", nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        moment("ended_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanctions")),
        schema=S,
    )
    op.create_index("ix_sanctions_vehicle", "sanctions", ["vehicle_id", "imposed_at"], schema=S)
    op.create_index("ix_sanctions_carrier", "sanctions", ["carrier", "imposed_at"], schema=S)
    pending = sa.text("appeal = 'PENDING'")
    op.create_index("ix_sanctions_pending", "sanctions", ["id"], schema=S, postgresql_where=pending)
    for table in ("outcomes", "sanctions"):
        guard(S, table)


def uuid(name: str) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=False)


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
