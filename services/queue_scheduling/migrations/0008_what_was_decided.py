"""All that was ever decided of a route, and every call out of turn: rows that are only added to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "queue_scheduling_0008"
down_revision = "queue_scheduling_0007"
SCHEMA = "queue_scheduling"
MOMENT = sa.DateTime(timezone=True)
WRITTEN_ONCE = ("route_changes", "overrides")
LAST_STOP = """
INSERT INTO queue_scheduling.route_changes (route, decided_at, status, until)
SELECT code, stopped_at, 'PAUSED', COALESCE(resumed_at, until) FROM queue_scheduling.route_status
WHERE stopped_at IS NOT NULL
"""
LAST_OVERRIDES = """
INSERT INTO queue_scheduling.overrides (crossing_id, called_at, route, direction, ticket_class, officers)
SELECT crossing_id, called_at, route, direction, ticket_class, '{}' FROM queue_scheduling.tickets
WHERE override AND called_at IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "route_changes",
        sa.Column("entry", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("export_per_hour", sa.Integer(), nullable=True),
        sa.Column("import_per_hour", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_route_changes")),
        schema=SCHEMA,
    )
    op.create_index("ix_route_changes_decided", "route_changes", ["route", "decided_at"], schema=SCHEMA)
    op.create_table(
        "overrides",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.Column("called_at", MOMENT, nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("ticket_class", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("officers", ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("crossing_id", "called_at", name=op.f("pk_overrides")),
        schema=SCHEMA,
    )
    op.create_index("ix_overrides_called", "overrides", ["route", "direction", "called_at"], schema=SCHEMA)
    op.execute(LAST_STOP)
    op.execute(LAST_OVERRIDES)
    for table in WRITTEN_ONCE:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {SCHEMA}.{table} FROM bordergate_{SCHEMA}")
    for column in ("stopped_at", "resumed_at"):
        op.drop_column("route_status", column, schema=SCHEMA)
