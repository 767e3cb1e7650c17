"""Declarations of which only the number is stated, what customs' own system is asked of them, and how it answers."""

import sqlalchemy as sa
from alembic import op

revision = "customs_declarations_0006"
down_revision = "customs_declarations_0005"
SCHEMA = "customs_declarations"


def upgrade() -> None:
    op.add_column(
        "declarations", sa.Column("by_number", sa.Boolean(), nullable=False, server_default=sa.false()), schema=SCHEMA
    )
    op.alter_column("declarations", "by_number", server_default=None, schema=SCHEMA)
    op.create_table(
        "inquiries",
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("fruitless", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["declaration_id"], [f"{SCHEMA}.declarations.id"], name=op.f("fk_inquiries_declaration_id")
        ),
        sa.PrimaryKeyConstraint("declaration_id", name=op.f("pk_inquiries")),
        schema=SCHEMA,
    )
    op.create_index(op.f("ix_inquiries_ask_at"), "inquiries", ["ask_at"], schema=SCHEMA)
    op.execute(f"ALTER TABLE {SCHEMA}.inquiries ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY parties ON {SCHEMA}.inquiries USING (EXISTS (SELECT FROM {SCHEMA}.declarations AS filed"
        " WHERE filed.id = declaration_id))"
    )
    op.create_table(
        "sources",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sources")),
        schema=SCHEMA,
    )
