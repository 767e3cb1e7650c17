"""Within a day's hours a route may let through other numbers of trucks an hour from time to time."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0028"
down_revision = "queue_scheduling_0027"


def upgrade() -> None:
    op.create_table(
        "hour_capacities",
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("opens", sa.Text(), nullable=False),
        sa.Column("closes", sa.Text(), nullable=False),
        sa.Column("export_per_hour", sa.Integer(), nullable=False),
        sa.Column("import_per_hour", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "opens ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'", name=op.f("ck_hour_capacities_opens_is_a_time")
        ),
        sa.CheckConstraint(
            "closes ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$' AND closes > opens",
            name=op.f("ck_hour_capacities_closes_later"),
        ),
        sa.CheckConstraint(
            "export_per_hour >= 0 AND import_per_hour >= 0", name=op.f("ck_hour_capacities_no_less_than_nobody")
        ),
        sa.PrimaryKeyConstraint("route", "weekday", "opens", "valid_from", name=op.f("pk_hour_capacities")),
        schema="queue_scheduling",
    )
