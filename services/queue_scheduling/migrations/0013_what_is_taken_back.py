"""What is taken back of a truck's way gives its place back; a written order lets a truck go before all others."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "queue_scheduling_0013"
down_revision = "queue_scheduling_0012"
SCHEMA = "queue_scheduling"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("queues", sa.Column("owes", sa.BigInteger(), nullable=True), schema=SCHEMA)
    for name, kind in (
        ("seen_from", sa.Text()),
        ("owed", sa.BigInteger()),
        ("missed_from", MOMENT),
        ("missed_until", MOMENT),
    ):
        op.add_column("tickets", sa.Column(name, kind, nullable=True), schema=SCHEMA)
    emergency = sa.Column("emergency", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("tickets", emergency, schema=SCHEMA)
    op.create_index(
        "ix_tickets_owed",
        "tickets",
        ["route", "direction", "owed"],
        schema=SCHEMA,
        postgresql_where=sa.text("owed IS NOT NULL"),
    )
    op.create_table(
        "emergencies",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.Column("declared_at", MOMENT, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("route", "direction", "paper")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("paper_number", "reason")),
        sa.Column("officers", ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("crossing_id", "declared_at", name=op.f("pk_emergencies")),
        schema=SCHEMA,
    )
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {SCHEMA}.emergencies FROM bordergate_{SCHEMA}")
