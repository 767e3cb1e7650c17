"""The kernel's tables in one service's schema."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "kernel_0001"
down_revision = None


def moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    schema = op.get_context().opts["gate_schema"]
    news(schema)
    memory(schema)
    op.create_table(
        "timers",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        moment("due"),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_timers"),
        schema=schema,
    )
    op.create_index("ix_timers_due", "timers", ["due"], schema=schema)
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        moment("at"),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("organisation", sa.Uuid),
        sa.Column("role", sa.Text),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("request", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        schema=schema,
    )


def news(schema: str) -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("shard", sa.SmallInteger, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("headers", JSONB, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_outbox"),
        schema=schema,
    )
    op.create_table(
        "counters",
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("topic", "key", name="pk_counters"),
        schema=schema,
    )


def memory(schema: str) -> None:
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        moment("received_at"),
        sa.PrimaryKeyConstraint("consumer", "event_id", name="pk_inbox"),
        schema=schema,
    )
    op.create_index("ix_inbox_event_id", "inbox", ["event_id"], schema=schema)
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"], schema=schema, postgresql_using="brin")
    op.create_table(
        "parked",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("headers", JSONB, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        moment("parked_at"),
        sa.PrimaryKeyConstraint("id", name="pk_parked"),
        sa.UniqueConstraint("consumer", "event_id", name="uq_parked_consumer_event_id"),
        schema=schema,
    )
    op.create_index("ix_parked_consumer_key", "parked", ["consumer", "key"], schema=schema)
    op.create_table(
        "idempotency",
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("request_hash", sa.LargeBinary, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", JSONB),
        sa.Column("body", sa.LargeBinary),
        moment("created_at"),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_idempotency"),
        schema=schema,
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"], schema=schema)
