"""Forecasts: what was foretold, by which plan, what came of it, and what that teaches."""

from __future__ import annotations

from sqlalchemy import REAL, Column, Double, Index, Integer, LargeBinary, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from bordergate.tables import Words, moment
from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.forecast.foresight import Method
from services.queue_scheduling.tables import metadata

forecasts = Table(
    "forecasts",
    metadata,
    Column("crossing_id", Uuid, primary_key=True),
    moment("made_at", primary_key=True),
    Column("queue", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("samples", Integer, nullable=False),
    moment("p10", nullable=True),
    moment("p50", nullable=True),
    moment("p90", nullable=True),
    moment("called_at", nullable=True),
    *(moment(name, nullable=True) for name in ("gate_p10", "gate_p50", "gate_p90", "gate_at")),
    Column("method", Words(Method), nullable=False, server_default=text("'PLAN_AND_RANK'")),
    Column("signs", ARRAY(REAL)),
    Column("score", REAL),
    Index("ix_forecasts_open", "queue", "crossing_id", postgresql_where=text("called_at IS NULL")),
    Index("ix_forecasts_made", "queue", "made_at"),
)
"""When a waiting truck was to be called as far as was known at an instant, by which signs, and when it then was."""

forecast_plans = Table(
    "forecast_plans",
    metadata,
    Column("queue", Text, primary_key=True),
    moment("made_at", primary_key=True),
    Column("timeline", JSONB, nullable=False),
)
"""The calls there was room for, as far as was known when a queue's forecasts of an instant were made."""

widths = Table(
    "widths",
    metadata,
    Column("queue", Text, primary_key=True),
    Column("bucket", SmallInteger, primary_key=True, autoincrement=False),
    Column("low", Double, nullable=False),
    Column("middle", Double, nullable=False),
    Column("high", Double, nullable=False),
    Column("samples", Integer, nullable=False),
    Column("spread", Double, nullable=False, server_default=text("1")),
)
"""How far off the forecasts of a queue were, by how many stood before a truck."""

spreads = Table(
    "spreads",
    metadata,
    Column("queue", Text, primary_key=True),
    Column("line", Words(Line), primary_key=True),
    Column("by", Double, nullable=False),
    Column("samples", Integer, nullable=False),
)
"""By how much the learned ranges of a line are stretched."""

forecast_trees = Table(
    "forecast_trees",
    metadata,
    Column("queue", Text, primary_key=True),
    moment("grown_at"),
    Column("trees", LargeBinary, nullable=False),
)
"""The trees that a queue's forecasts go by: grown anew each day from those that turned out."""
