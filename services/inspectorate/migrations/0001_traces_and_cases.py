"""Traces, cases, thresholds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "inspectorate_0001"
down_revision = None
S = "inspectorate"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name, key, values in (
        ("limits", ("detector", "name"), ("value",)),
        ("lives", ("chapter",), ("shortest_hours", "longest_hours")),
    ):
        op.create_table(
            name,
            *(sa.Column(one, sa.Text(), nullable=False) for one in key),
            sa.Column("valid_from", sa.Date(), nullable=False),
            sa.Column("valid_to", sa.Date()),
            sa.Column("source", sa.Text(), nullable=False),
            sa.Column("illustrative", sa.Boolean(), nullable=False),
            *(sa.Column(one, sa.Double(), nullable=False) for one in values),
            sa.PrimaryKeyConstraint(*key, "valid_from", name=op.f(f"pk_{name}")),
            schema=S,
        )
    op.create_table(
        "traces",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *(sa.Column(name, sa.Uuid()) for name in ("crossing_id", "carrier", "vehicle_id")),
        *(sa.Column(name, sa.Text()) for name in ("plate", "queue")),
        sa.Column("number", sa.Integer()),
        sa.Column("officers", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("hours", sa.Double()),
        sa.Column("word", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traces")),
        schema=S,
    )
    op.create_index(op.f("ix_traces_at"), "traces", ["at"], schema=S)
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("detector", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seen", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        schema=S,
    )
    op.create_index(
        op.f("ix_cases_detector_subject_opened_at"), "cases", ["detector", "subject", "opened_at"], schema=S
    )
    op.create_index(op.f("ix_cases_state_id"), "cases", ["state", "id"], schema=S)
