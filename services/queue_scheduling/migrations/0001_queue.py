"""Reference rows, queues with their numbers and places, tickets."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bordergate.migrations import guard

revision = "queue_scheduling_0001"
down_revision = None
SCHEMA = "queue_scheduling"


def upgrade() -> None:
    create_reference()
    create_routes()
    create_queues()
    create_places()
    create_tickets()


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=nullable)


def whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def moment(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def effective() -> tuple[sa.Column[Any], ...]:
    valid_from: sa.Column[date] = sa.Column("valid_from", sa.Date(), nullable=False)
    return valid_from, sa.Column("valid_to", sa.Date()), text("source"), flag("illustrative")


def create(name: str, *columns: sa.Column[Any], key: tuple[str, ...]) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"), schema=SCHEMA)


def create_reference() -> None:
    names = (text("code"), text("gate"), text("label"), text("opposite"))
    create("routes", *names, *effective(), key=("code", "valid_from"))
    weekday: sa.Column[int] = sa.Column("weekday", sa.SmallInteger(), autoincrement=False, nullable=False)
    day = (text("route"), weekday, text("opens"), text("closes"), whole("export_per_hour"), whole("import_per_hour"))
    create("hours", *day, *effective(), key=("route", "weekday", "valid_from"))
    value: sa.Column[Any] = sa.Column("value", sa.Numeric(), nullable=False)
    create("parameters", text("name"), value, *effective(), key=("name", "valid_from"))
    create("perishable_chapters", text("chapter"), *effective(), key=("chapter", "valid_from"))


def create_routes() -> None:
    state = (text("status"), moment("paused_until"), text("reason", nullable=True), text("published", nullable=True))
    create("route_status", text("code"), *state, whole("version"), key=("code",))
    day: sa.Column[date] = sa.Column("day", sa.Date(), nullable=False)
    create("seeds", day, sa.Column("seed", sa.LargeBinary(), nullable=False), key=("day",))


def create_queues() -> None:
    create(
        "queues",
        text("key"),
        text("route"),
        text("direction"),
        number("called"),
        whole("numbered"),
        number("joined"),
        flag("unsettled"),
        moment("hour"),
        whole("calls"),
        whole("dangerous_calls"),
        number("extraordinary"),
        number("overrides"),
        moment("urgency_at"),
        key=("key",),
    )
    create("free_numbers", text("queue"), number("low"), number("high"), key=("queue", "low"))
    create("numbers", text("queue"), text("line"), number("number"), key=("queue", "line", "number"))


def create_places() -> None:
    create(
        "places",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        text("queue"),
        text("ticket_class"),
        text("line"),
        number("turn"),
        flag("callable"),
        number("number", nullable=True),
        number("first_come", nullable=True),
        number("urgency"),
        sa.Column("lot", sa.LargeBinary(), nullable=False),
        moment("joined_at", nullable=False),
        moment("spoils_at"),
        key=("crossing_id",),
    )
    in_turn = ["queue", "line", "turn"]
    most_urgent: list[Any] = ["queue", sa.text("urgency DESC"), "first_come", "lot"]
    index("uq_places_turn", in_turn, unique=True)
    index("ix_places_callable_turn", in_turn, "callable")
    index("ix_places_absent_turn", in_turn, "NOT callable")
    index("uq_places_number", ["queue", "number"], "number IS NOT NULL", unique=True)
    index("ix_places_callable_number", ["queue", "number"], "callable AND number IS NOT NULL")
    index("ix_places_urgency", most_urgent, "callable AND urgency > 0")
    index("ix_places_extraordinary", ["queue", "ticket_class", "turn"], "callable AND line = 'EXTRAORDINARY'")


def index(name: str, columns: list[Any], where: str | None = None, *, unique: bool = False) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, "places", columns, unique=unique, schema=SCHEMA, postgresql_where=condition)


def create_tickets() -> None:
    engaged: sa.Column[Any] = sa.Column("crossing_id", sa.Uuid(), nullable=False)
    create("engagements", text("kind"), text("value"), engaged, key=("kind", "value"))
    op.create_index("ix_engagements_crossing_id", "engagements", ["crossing_id"], schema=SCHEMA)
    create(
        "tickets",
        sa.Column("crossing_id", sa.Uuid(), nullable=False),
        text("reference"),
        text("route"),
        text("direction"),
        text("ticket_class"),
        sa.Column("carrier", sa.Uuid(), nullable=False),
        sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False),
        text("plate"),
        moment("enqueued_at", nullable=False),
        moment("spoils_at"),
        text("stage"),
        flag("ready"),
        text("cause", nullable=True),
        flag("passed"),
        moment("joined_at"),
        number("first_come", nullable=True),
        number("promise", nullable=True),
        number("number", nullable=True),
        moment("called_at"),
        moment("valid_until"),
        flag("override"),
        sa.Column("clashes", postgresql.ARRAY(sa.Text()), nullable=False),
        whole("version"),
        key=("crossing_id",),
    )
    called = sa.text("stage = 'CALLED'")
    op.create_index(
        "ix_tickets_called", "tickets", ["route", "direction", "called_at"], schema=SCHEMA, postgresql_where=called
    )
    op.create_index("ix_tickets_parties", "tickets", ["parties"], schema=SCHEMA, postgresql_using="gin")
    guard(SCHEMA, "tickets")
