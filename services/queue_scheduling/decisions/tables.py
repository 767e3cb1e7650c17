"""What officers decided: rows that are only added to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from bordergate.tables import Words, moment, written_once
from events.queue_scheduling import EmergencyPaper, Hindrance, RouteStatus
from events.words import Direction, TicketClass
from services.queue_scheduling.tables import metadata

route_changes = written_once(
    Table(
        "route_changes",
        metadata,
        Column("entry", BigInteger, Identity(), primary_key=True),
        Column("route", Text, nullable=False),
        moment("decided_at"),
        Column("status", Words(RouteStatus), nullable=False),
        moment("until", nullable=True),
        Column("reason", Text),
        Column("export_per_hour", Integer),
        Column("import_per_hour", Integer),
        Index("ix_route_changes_decided", "route", "decided_at"),
    )
)
"""Everything that was ever decided of a route: whose doing a missed call was is judged by it, however late."""

overrides = written_once(
    Table(
        "overrides",
        metadata,
        Column("crossing_id", Uuid, primary_key=True),
        moment("called_at", primary_key=True),
        Column("route", Text, nullable=False),
        Column("direction", Words(Direction), nullable=False),
        Column("ticket_class", Words(TicketClass), nullable=False),
        Column("reason", Text),
        Column("officers", ARRAY(Uuid), nullable=False),
        Index("ix_overrides_called", "route", "direction", "called_at"),
    )
)
"""Every call out of turn, also of a truck that was called again since."""

emergencies = written_once(
    Table(
        "emergencies",
        metadata,
        Column("crossing_id", Uuid, primary_key=True),
        moment("declared_at", primary_key=True),
        Column("route", Text, nullable=False),
        Column("direction", Words(Direction), nullable=False),
        Column("paper", Words(EmergencyPaper), nullable=False),
        Column("paper_number", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("officers", ARRAY(Uuid), nullable=False),
    )
)
"""Trucks that a written order let go before all others, and who answers for it."""

crises = written_once(
    Table(
        "crises",
        metadata,
        Column("entry", BigInteger, Identity(), primary_key=True),
        Column("route", Text, nullable=False),
        Column("direction", Words(Direction), nullable=False),
        moment("decided_at"),
        Column("declared", Boolean, nullable=False),
        Column("reason", Text, nullable=False),
        Column("officers", ARRAY(Uuid), nullable=False),
    )
)
"""Each time that two officers declared a crisis or lifted it."""

excuses = written_once(
    Table(
        "excuses",
        metadata,
        Column("crossing_id", Uuid, primary_key=True),
        moment("excused_at", primary_key=True),
        Column("route", Text, nullable=False),
        Column("direction", Words(Direction), nullable=False),
        moment("slot"),
        Column("cause", Words(Hindrance), nullable=False),
        Column("reason", Text, nullable=False),
        Column("officers", ARRAY(Uuid), nullable=False),
    )
)
"""Trucks that were not where their slot needed them, what kept them back, and who answers for that."""
