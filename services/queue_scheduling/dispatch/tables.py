"""Calling just in time: what gates take, who is on the way to them, and where tracking saw him."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Numeric, Table, Text, Uuid

from bordergate.tables import Words, effective, moment
from events.tracking import AreaKind
from events.words import Direction
from services.queue_scheduling.tables import metadata

forwarding = Table(
    "forwarding",
    metadata,
    Column("route", Text, primary_key=True),
    Column("direction", Words(Direction), primary_key=True),
    Column("just_in_time", Boolean, nullable=False),
    Column("lanes", Integer, nullable=False),
    Column("places", Integer, nullable=False),
    Column("travel_minutes", Integer, nullable=False),
    Column("no_shows", Numeric, nullable=False),
    Column("deviations", Numeric, nullable=False),
    *effective(),
    CheckConstraint("lanes > 0 AND places >= 0 AND travel_minutes >= 0", name="is_a_gate"),
    CheckConstraint("no_shows >= 0 AND no_shows < 1 AND deviations >= 0", name="is_a_share"),
)
"""Whether calls are made just in time, what the gate takes, and what journeys and no-shows are until measured."""

approaches = Table(
    "approaches",
    metadata,
    Column("crossing_id", Uuid, primary_key=True),
    moment("called_at", primary_key=True),
    Column("queue", Text, nullable=False),
    moment("at_gate_at", nullable=True),
    moment("missed_at", nullable=True),
    Index("ix_approaches_called", "queue", "called_at"),
)
"""Every call: when its truck was at the gate, or that it did not come; what journeys and no-shows are measured by."""

whereabouts = Table(
    "whereabouts",
    metadata,
    Column("crossing_id", Uuid, primary_key=True),
    Column("kind", Words(AreaKind), nullable=False),
    moment("at"),
    Column("inside", Boolean, nullable=False),
)
"""The area that tracking last saw a truck enter or leave."""
