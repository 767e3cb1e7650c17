"""Where exports end, the history of each declaration, and the lists its lines are checked by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "customs_declarations_0003"
down_revision = "customs_declarations_0002"
SCHEMA = "customs_declarations"
NAMES = ("name_vi", "name_zh", "name_en")


def upgrade() -> None:
    op.add_column("declarations", sa.Column("destination", sa.Text(), nullable=True), schema=SCHEMA)
    _history()
    _list("hs_codes", "description")
    _list("units", *NAMES)
    _list("package_kinds", *NAMES)
    _list("countries")
    _list("currencies")


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"], [f"{SCHEMA}.declarations.id"], name=op.f("fk_history_declaration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_history_declaration_id"), "history", ["declaration_id"], schema=SCHEMA)
    op.execute(
        f"INSERT INTO {SCHEMA}.history (declaration_id, at, act, revision, by, simulated, changes)"
        f" SELECT id, filed_at, 'FILE', 1, declarant, false, '[]' FROM {SCHEMA}.declarations ORDER BY id"
    )
    op.execute(f"ALTER TABLE {SCHEMA}.history ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY parties ON {SCHEMA}.history USING (EXISTS (SELECT FROM {SCHEMA}.declarations AS filed"
        " WHERE filed.id = declaration_id))"
    )


def _list(name: str, *columns: str) -> None:
    op.create_table(
        name,
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        *(sa.Column(column, sa.Text(), nullable=False) for column in columns),
        sa.PrimaryKeyConstraint("code", "valid_from", name=op.f(f"pk_{name}")),
        schema=SCHEMA,
    )
