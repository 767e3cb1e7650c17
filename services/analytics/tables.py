"""Analytics' tables: what was stated of each crossing, and the sums of what they contribute."""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Column, Date, Double, Index, SmallInteger, Table, Text, Uuid, text

from bordergate.tables import Words, moment, service_metadata
from events.words import Direction, TicketClass
from services.analytics.domain import COUNTS, SKETCHES

metadata = service_metadata("analytics")
BYTEWISE = Text(collation="C")
"""Compared byte by byte: nobody reads these columns in order, and millions are sorted."""

statements = Table(
    "statements",
    metadata,
    Column("crossing_id", Uuid, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    moment("at", nullable=True),
    moment("until", nullable=True),
    Index(None, "until", postgresql_where=text("slot = 'CALLED'")),
)

trucks = Table(
    "trucks",
    metadata,
    Column("crossing_id", Uuid, primary_key=True),
    Column("filed", BigInteger),
    Column("route", Text),
    Column("direction", Words(Direction)),
    Column("country", Text),
    Column("classed", BigInteger),
    Column("ticket_class", Words(TicketClass)),
)

cells = Table(
    "cells",
    metadata,
    Column("rollup", BYTEWISE, primary_key=True),
    Column("grain", BYTEWISE, primary_key=True),
    moment("at", primary_key=True),
    Column("slot", SmallInteger, primary_key=True, autoincrement=False),
    Column("route", BYTEWISE, primary_key=True),
    Column("direction", BYTEWISE, primary_key=True),
    Column("ticket_class", BYTEWISE, primary_key=True),
    Column("country", BYTEWISE, primary_key=True),
    Column("n", BigInteger, nullable=False),
    *(Column(measure.lower(), BigInteger, nullable=False) for measure in COUNTS),
    *(Column(measure.lower(), ARRAY(BigInteger), nullable=False) for measure in SKETCHES),
)
"""Sums; what a rollup does not tell apart is empty. A sketch is a list of bucket * 2^32 + count, by bucket."""

heard = Table(
    "heard",
    metadata,
    Column("crossing_id", Uuid, nullable=False),
    Column("slot", Text, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    moment("at", nullable=True),
    moment("until", nullable=True),
    Column("route", Text),
    Column("direction", Text),
    Column("country", Text),
    Column("ticket_class", Text),
    prefixes=["UNLOGGED"],
)
"""What the log says, while the rest is made anew; empty otherwise."""

capacities = Table(
    "capacities",
    metadata,
    Column("route", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("direction", Words(Direction), primary_key=True),
    Column("slot", SmallInteger, primary_key=True, autoincrement=False),
    moment("since"),
    Column("trucks", Double, nullable=False),
    Column("begins", SmallInteger, nullable=False),
    Column("ends", SmallInteger, nullable=False),
)
"""How many trucks an hour of the week takes by a plan, and the part of it that is open, in minutes of the day."""

closures = Table(
    "closures",
    metadata,
    Column("route", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("number", SmallInteger, primary_key=True, autoincrement=False),
    Column("first_day", Date, nullable=False),
    Column("after", Date),
    Column("begins", SmallInteger, nullable=False),
    Column("ends", SmallInteger, nullable=False),
)
"""When a plan has its route closed, in minutes of the day."""
