"""A number is held by one declaration; one that is cancelled here gives it back, and another may be contesting it."""

import sqlalchemy as sa
from alembic import op

revision = "customs_declarations_0011"
down_revision = "customs_declarations_0010"
SCHEMA = "customs_declarations"
GIVEN_BACK = """\
UPDATE customs_declarations.declarations SET holds_number = false WHERE stage = 'CANCELLED'
AND cancelled_because IS DISTINCT FROM 'Hải quan đã hủy tờ khai trên hệ thống của hải quan'
"""


def upgrade() -> None:
    held = sa.Column("holds_number", sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("declarations", held, schema=SCHEMA)
    op.alter_column("declarations", "holds_number", server_default=None, schema=SCHEMA)
    op.execute(GIVEN_BACK)
    op.drop_constraint("uq_declarations_number", "declarations", schema=SCHEMA)
    op.create_index(op.f("ix_declarations_number"), "declarations", ["number"], schema=SCHEMA)
    op.create_index(
        "uq_declarations_held_number",
        "declarations",
        ["number"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("holds_number"),
    )
