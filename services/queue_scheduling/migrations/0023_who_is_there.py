"""When the truck of a slot has to be there, who says that it is, and what kept it back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "queue_scheduling_0023"
down_revision = "queue_scheduling_0022"
S = "queue_scheduling"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name, kind in (("there_from", MOMENT), ("there_by", MOMENT), ("said_by", sa.Text())):
        op.add_column("bookings", sa.Column(name, kind, nullable=True), schema=S)
    excused = sa.Column("excused", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("bookings", excused, schema=S)
    op.create_table(
        "excuses",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        sa.Column("excused_at", MOMENT, nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("slot", MOMENT, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officers", ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("crossing_id", "excused_at", name=op.f("pk_excuses")),
        schema=S,
    )
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {S}.excuses FROM bordergate_{S}")
