"""Stories, crossing files, routes, and how far their numbers were called."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from bordergate.migrations import guard

revision = "portal_0001"
down_revision = None
S = "portal"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    story()
    crossings()
    routes()
    guard(S, "story")
    guard(S, "crossings")


def story() -> None:
    op.create_table(
        "story",
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("crossing_id", sa.Uuid, nullable=False),
        sa.Column("parties", ARRAY(sa.Uuid), nullable=False),
        sa.Column("headers", JSONB, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_story"),
        schema=S,
    )
    op.create_index("ix_story_crossing_id", "story", ["crossing_id"], schema=S)


def crossings() -> None:
    op.create_table(
        "crossings",
        sa.Column("crossing_id", sa.Uuid, nullable=False),
        sa.Column("parties", ARRAY(sa.Uuid), nullable=False),
        *(needed(name) for name in ("reference", "route", "direction", "plate")),
        sa.Column("trailer", sa.Text),
        sa.Column("containers", ARRAY(sa.Text), nullable=False),
        sa.Column("declarations", ARRAY(sa.Text), nullable=False),
        sa.Column("declared_empty", sa.Boolean, nullable=False),
        sa.Column("window_from", MOMENT, nullable=False),
        sa.Column("window_to", MOMENT, nullable=False),
        needed("state"),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("failures", JSONB, nullable=False),
        sa.Column("blocked", sa.Boolean, nullable=False),
        sa.Column("channel", sa.Text),
        sa.Column("ticket_class", sa.Text),
        *(sa.Column(name, sa.Integer) for name in ("first_come", "promise", "ahead")),
        sa.Column("queued_at", MOMENT),
        sa.Column("called_at", MOMENT),
        sa.Column("called_number", sa.Integer),
        sa.Column("valid_until", MOMENT),
        sa.Column("by_hand", sa.Boolean, nullable=False),
        sa.Column("arrived_at", MOMENT),
        sa.Column("confirmed_by", ARRAY(sa.Text), nullable=False),
        sa.Column("lagging", sa.Text),
        sa.Column("lagging_since", MOMENT),
        sa.Column("checked_in_at", MOMENT),
        sa.Column("released_at", MOMENT),
        sa.Column("area", sa.Text),
        sa.Column("area_kind", sa.Text),
        sa.Column("gap", sa.Boolean, nullable=False),
        sa.Column("history", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("crossing_id", name="pk_crossings"),
        schema=S,
    )
    for columns in (["reference"], ["plate"], ["route", "state", "direction", "promise"]):
        index(columns)
    for moment in ("since", "released_at", "called_at", "checked_in_at"):
        index(["route", moment])
    op.create_index("ix_crossings_parties", "crossings", ["parties"], schema=S, postgresql_using="gin")


def routes() -> None:
    op.create_table(
        "routes",
        *(needed(name) for name in ("route", "gate", "label", "opposite")),
        sa.Column("hours", JSONB, nullable=False),
        needed("status"),
        sa.Column("until", MOMENT),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("route", name="pk_routes"),
        schema=S,
    )
    op.create_table(
        "calls",
        needed("route"),
        needed("direction"),
        sa.Column("last_number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("route", "direction", name="pk_calls"),
        schema=S,
    )


def needed(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def index(columns: list[str]) -> None:
    op.create_index(f"ix_crossings_{'_'.join(columns)}", "crossings", columns, schema=S)
