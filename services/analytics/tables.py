"""Analytics' tables: what was stated of each crossing, what it contributes, and the sums."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Index, Integer, SmallInteger, Table, Text, Uuid, text

from bordergate.tables import Words, moment, service_metadata
from events.words import Direction, TicketClass
from services.analytics.domain import Grain, Measure

metadata = service_metadata("analytics")

statements = Table(
    "statements",
    metadata,
    Column("crossing_id", Uuid, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    moment("at", nullable=True),
    moment("until", nullable=True),
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

contributions = Table(
    "contributions",
    metadata,
    Column("crossing_id", Uuid, primary_key=True),
    Column("measure", Words(Measure), primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    moment("hour"),
    Column("route", Text, nullable=False),
    Column("direction", Words(Direction), nullable=False),
    Column("ticket_class", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("bucket", Integer, nullable=False),
)

cells = Table(
    "cells",
    metadata,
    Column("grain", Words(Grain), primary_key=True),
    Column("measure", Words(Measure), primary_key=True),
    moment("at", primary_key=True),
    Column("slot", SmallInteger, primary_key=True, autoincrement=False),
    Column("route", Text, primary_key=True),
    Column("direction", Words(Direction), primary_key=True),
    Column("ticket_class", Text, primary_key=True),
    Column("country", Text, primary_key=True),
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
    Index("ix_cells_empty", "grain", postgresql_where=text("count = 0")),
)

capacities = Table(
    "capacities",
    metadata,
    Column("route", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("direction", Words(Direction), primary_key=True),
    Column("slot", SmallInteger, primary_key=True, autoincrement=False),
    moment("since"),
    Column("trucks", Double, nullable=False),
)
