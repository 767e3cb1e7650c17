"""Slots: crossings that may book, buckets, bookings, and the draws of those that many want."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from bordergate.migrations import guard

revision = "queue_scheduling_0018"
down_revision = "queue_scheduling_0017"
S = "queue_scheduling"
IS_LIVE = sa.text("stage IN ('ENTERED', 'RESERVED', 'CONFIRMED')")


def upgrade() -> None:
    op.create_table(
        "filed",
        one("crossing_id", sa.Uuid(), primary_key=True),
        *(one(name, sa.Text()) for name in ("reference", "route", "direction")),
        one("carrier", sa.Uuid()),
        one("parties", ARRAY(sa.Uuid())),
        one("vehicle_id", sa.Uuid()),
        one("things", ARRAY(sa.Text())),
        one("empty", sa.Boolean()),
        maybe("ticket_class", sa.Text()),
        schema=S,
    )
    op.create_table(
        "slot_buckets",
        one("queue", sa.Text()),
        one("starts", MOMENT),
        one("minutes", sa.SmallInteger()),
        *(one(name, sa.Integer()) for name in ("places", "p2", "p3", "p4", "p5")),
        maybe("measured_at", MOMENT),
        sa.PrimaryKeyConstraint("queue", "starts", name="pk_slot_buckets"),
        schema=S,
    )
    bookings()
    op.create_table(
        "draws",
        one("queue", sa.Text()),
        one("starts", MOMENT),
        *(one(name, sa.Text()) for name in ("route", "direction")),
        one("minutes", sa.SmallInteger()),
        *(one(name, MOMENT) for name in ("opens", "closes")),
        *(one(name, sa.LargeBinary()) for name in ("seed", "secret")),
        maybe("drawn_at", MOMENT),
        maybe("record", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("queue", "starts", name="pk_draws"),
        schema=S,
    )
    op.create_index("ix_draws_route", "draws", ["route", "opens"], schema=S)
    op.add_column("tickets", maybe("slot", MOMENT), schema=S)
    guard(S, "filed")
    guard(S, "bookings")


def bookings() -> None:
    op.create_table(
        "bookings",
        *(one(name, sa.Uuid()) for name in ("id", "crossing_id")),
        *(one(name, sa.Text()) for name in ("route", "direction", "queue")),
        one("starts", MOMENT),
        one("minutes", sa.SmallInteger()),
        one("ticket_class", sa.Text()),
        *(one(name, sa.Uuid()) for name in ("carrier", "account")),
        one("parties", ARRAY(sa.Uuid())),
        one("vehicle_id", sa.Uuid()),
        one("things", ARRAY(sa.Text())),
        one("reserved_at", MOMENT),
        one("stage", sa.Text()),
        *(maybe(name, MOMENT) for name in ("until", "confirmed_at")),
        one("drawn", sa.Boolean()),
        *(maybe(name, MOMENT) for name in ("offered", "offered_until")),
        maybe("cause", sa.Text()),
        one("changed", sa.Boolean()),
        one("nonce", sa.LargeBinary()),
        maybe("entry", sa.BigInteger()),
        one("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_bookings"),
        schema=S,
    )
    for name in ("crossing", "vehicle"):
        live = {"unique": True, "postgresql_where": IS_LIVE, "schema": S}
        op.create_index(f"uq_bookings_live_{name}", "bookings", [f"{name}_id"], **live)
        op.create_index(f"ix_bookings_{name}", "bookings", [f"{name}_id", "reserved_at"], schema=S)
    op.create_index("ix_bookings_bucket", "bookings", ["queue", "starts", "carrier"], schema=S)


MOMENT = sa.DateTime(timezone=True)


def one(name: str, kind: object, **options: object) -> sa.Column:
    return sa.Column(name, kind, nullable=False, **options)


def maybe(name: str, kind: object) -> sa.Column:
    return sa.Column(name, kind, nullable=True)
