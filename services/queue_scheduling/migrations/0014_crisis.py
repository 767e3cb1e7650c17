"""The crisis regime: second numbers of perishables, and who declared it when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "queue_scheduling_0014"
down_revision = "queue_scheduling_0013"
SCHEMA = "queue_scheduling"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for table in ("places", "tickets"):
        op.add_column(table, sa.Column("second", sa.BigInteger(), nullable=True), schema=SCHEMA)
    for direction in ("export", "import"):
        op.add_column("route_status", sa.Column(f"{direction}_crisis", MOMENT, nullable=True), schema=SCHEMA)
    op.create_table(
        "crises",
        sa.Column("entry", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("declared", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officers", ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_crises")),
        schema=SCHEMA,
    )
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {SCHEMA}.crises FROM bordergate_{SCHEMA}")
