"""Of which goods a rule asks something, whence a country takes them, and trucks that carry goods both ways."""

import sqlalchemy as sa
from alembic import op

revision = "customs_declarations_0004"
down_revision = "customs_declarations_0003"
SCHEMA = "customs_declarations"


def upgrade() -> None:
    _rows(
        "judged_goods",
        ("rule", "prefix", "direction"),
        sa.Column("partner", sa.Text(), nullable=True),
        sa.Column("goods", sa.Text(), nullable=False),
    )
    _rows("approved_places", ("code", "prefix", "destination"), sa.Column("kind", sa.Text(), nullable=False))
    op.add_column("loads", sa.Column("two_way", sa.Boolean(), nullable=False, server_default=sa.false()), schema=SCHEMA)
    op.alter_column("loads", "two_way", server_default=None, schema=SCHEMA)


def _rows(name: str, keys: tuple[str, ...], *columns: sa.Column) -> None:
    op.create_table(
        name,
        *(sa.Column(key, sa.Text(), nullable=False) for key in keys),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint(*keys, "valid_from", name=op.f(f"pk_{name}")),
        schema=SCHEMA,
    )
