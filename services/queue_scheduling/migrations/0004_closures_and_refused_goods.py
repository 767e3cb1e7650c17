"""Hours and days on which a route is closed, and the goods it does not take."""

import sqlalchemy as sa
from alembic import op

revision = "queue_scheduling_0004"
down_revision = "queue_scheduling_0003"
SCHEMA = "queue_scheduling"


def upgrade() -> None:
    op.create_table(
        "closures",
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("starts", sa.Text(), nullable=False),
        sa.Column("ends", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        *effective(),
        sa.CheckConstraint("starts ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'", name=op.f("ck_closures_starts_is_a_time")),
        sa.CheckConstraint(
            "ends ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$' AND ends > starts", name=op.f("ck_closures_ends_later")
        ),
        sa.PrimaryKeyConstraint("route", "starts", "valid_from", name=op.f("pk_closures")),
        schema=SCHEMA,
    )
    op.create_table(
        "refused_goods",
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("chapter", sa.Text(), nullable=False),
        *effective(),
        sa.PrimaryKeyConstraint("route", "direction", "chapter", "valid_from", name=op.f("pk_refused_goods")),
        schema=SCHEMA,
    )


def effective() -> tuple[sa.Column, ...]:
    return (
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
    )
