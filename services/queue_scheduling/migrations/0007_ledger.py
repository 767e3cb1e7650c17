"""The public ledger: leaves that wait for their place, and the log that is only added to."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0007"
down_revision = "queue_scheduling_0006"
SCHEMA = "queue_scheduling"
WRITTEN_ONCE = ("leaves", "tiles", "tree_heads")


def upgrade() -> None:
    op.create_table(
        "pending_leaves",
        text("route"),
        sa.Column("entry", sa.BigInteger(), sa.Identity(), nullable=False),
        raw("leaf"),
        sa.PrimaryKeyConstraint("route", "entry", name=op.f("pk_pending_leaves")),
        schema=SCHEMA,
    )
    op.create_table(
        "leaves",
        text("route"),
        number("index"),
        number("entry"),
        raw("leaf"),
        raw("hash"),
        sa.PrimaryKeyConstraint("route", "index", name=op.f("pk_leaves")),
        sa.UniqueConstraint("route", "entry", name=op.f("uq_leaves_route_entry")),
        schema=SCHEMA,
    )
    op.create_table(
        "tiles",
        text("route"),
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        number("index"),
        raw("hashes"),
        raw("root"),
        sa.PrimaryKeyConstraint("route", "level", "index", name=op.f("pk_tiles")),
        schema=SCHEMA,
    )
    op.create_table(
        "tree_heads",
        text("route"),
        number("size"),
        raw("root"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        text("statement"),
        sa.PrimaryKeyConstraint("route", "size", name=op.f("pk_tree_heads")),
        schema=SCHEMA,
    )
    op.execute(f"ALTER TABLE {SCHEMA}.tiles ALTER COLUMN hashes SET STORAGE EXTERNAL")  # hashes cannot be compressed
    for table in WRITTEN_ONCE:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {SCHEMA}.{table} FROM bordergate_{SCHEMA}")
    logged = sa.Column("logged", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("queues", logged, schema=SCHEMA)
    op.add_column("tickets", sa.Column("nonce", sa.LargeBinary(), nullable=True), schema=SCHEMA)
    op.add_column("tickets", sa.Column("entry", sa.BigInteger(), nullable=True), schema=SCHEMA)


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def number(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def raw(name: str) -> sa.Column:
    return sa.Column(name, sa.LargeBinary(), nullable=False)
