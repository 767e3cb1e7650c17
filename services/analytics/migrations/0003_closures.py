"""What closures take from the capacity; plans heard before have no closures until `bordergate replay analytics`."""

import sqlalchemy as sa
from alembic import op

revision = "analytics_0003"
down_revision = "analytics_0002"
S = "analytics"


def upgrade() -> None:
    for name in ("begins", "ends"):
        op.add_column("capacities", sa.Column(name, sa.SmallInteger), schema=S)
    op.execute(f"UPDATE {S}.capacities SET begins = mod(slot, 24) * 60, ends = mod(slot, 24) * 60 + 60")
    for name in ("begins", "ends"):
        op.alter_column("capacities", name, nullable=False, schema=S)
    op.create_table(
        "closures",
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("number", sa.SmallInteger, nullable=False, autoincrement=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("after", sa.Date),
        sa.Column("begins", sa.SmallInteger, nullable=False),
        sa.Column("ends", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("route", "sequence", "number", name="pk_closures"),
        schema=S,
    )
    op.execute(f"GRANT TRUNCATE ON {S}.closures TO bordergate_{S}")
