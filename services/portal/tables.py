"""The portal's own schema: each crossing's story, the file folded from it, and the routes."""

from __future__ import annotations

from sqlalchemy import ARRAY, Boolean, Column, Date, Index, Integer, PrimaryKeyConstraint, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bordergate.tables import Words, guarded, moment, parties_column, service_metadata
from events.gate_operations import Authority
from events.queue_scheduling import RouteStatus
from events.sanctions import Ground
from events.tracking import AreaKind
from events.words import Channel, CrossingState, Direction, PaperKind, TicketClass, UploadStage

metadata = service_metadata("portal")

story = guarded(
    Table(
        "story",
        metadata,
        Column("event_id", Uuid, primary_key=True),
        Column("crossing_id", Uuid, nullable=False, index=True),
        parties_column(),
        Column("headers", JSONB, nullable=False),
        Column("data", JSONB, nullable=False),
    )
)

crossings = guarded(
    Table(
        "crossings",
        metadata,
        Column("crossing_id", Uuid, primary_key=True),
        parties_column(),
        Column("reference", Text, nullable=False, index=True),
        Column("route", Text, nullable=False),
        Column("direction", Words(Direction), nullable=False),
        Column("plate", Text, nullable=False, index=True),
        Column("trailer", Text),
        Column("containers", ARRAY(Text), nullable=False),
        Column("declarations", ARRAY(Text), nullable=False),
        Column("declared_empty", Boolean, nullable=False),
        Column("two_way", Boolean, nullable=False),
        Column("shares", JSONB, nullable=False),
        moment("window_from"),
        moment("window_to"),
        Column("revision", Integer, nullable=False),
        Column("state", Words(CrossingState), nullable=False),
        moment("since"),
        Column("failures", JSONB, nullable=False),
        Column("blocked", Boolean, nullable=False),
        Column("channel", Words(Channel)),
        Column("ticket_class", Words(TicketClass)),
        Column("first_come", Integer),
        Column("promise", Integer),
        Column("ahead", Integer),
        moment("queued_at", nullable=True),
        moment("called_at", nullable=True),
        Column("called_number", Integer),
        moment("valid_until", nullable=True),
        Column("by_hand", Boolean, nullable=False),
        moment("arrived_at", nullable=True),
        Column("confirmed_by", ARRAY(Text), nullable=False),
        Column("lagging", Words(Authority)),
        moment("lagging_since", nullable=True),
        moment("checked_in_at", nullable=True),
        moment("released_at", nullable=True),
        Column("area", Text),
        Column("area_kind", Words(AreaKind)),
        Column("misread", Text),
        moment("misread_at", nullable=True),
        Column("misread_lane", Text),
        Column("slot", JSONB(none_as_null=True)),
        Column("gap", Boolean, nullable=False),
        Column("history", JSONB, nullable=False),
        Index(None, "route", "state", "direction", "promise"),
        Index(None, "route", "since"),
        Index(None, "route", "released_at"),
        Index(None, "route", "called_at"),
        Index(None, "route", "checked_in_at"),
        Index(None, "parties", postgresql_using="gin"),
    )
)

vehicles = guarded(
    Table(
        "vehicles",
        metadata,
        Column("vehicle_id", Uuid, primary_key=True),
        parties_column(),
        Column("plate", Text, nullable=False, index=True),
        Column("country", Text, nullable=False),
        Column("vehicle_type", Text, nullable=False),
        Column("axles", Integer, nullable=False),
        Column("tare_kg", Integer, nullable=False),
        Column("gross_kg", Integer, nullable=False),
        Column("version", Integer),
        Index(None, "parties", postgresql_using="gin"),
    )
)

papers = guarded(
    Table(
        "papers",
        metadata,
        Column("paper_id", Uuid, primary_key=True),
        Column("holder", Uuid, nullable=False, index=True),
        Column("of_driver", Boolean, nullable=False),
        parties_column(),
        Column("kind", Words(PaperKind), nullable=False),
        Column("paper_number", Text),
        Column("issuer", Text),
        Column("valid_from", Date, nullable=False),
        Column("valid_to", Date, nullable=False),
        Column("ends_within", Integer),
        Column("scanned", Boolean, nullable=False),
        Column("version", Integer, nullable=False),
        Index(None, "parties", postgresql_using="gin"),
    )
)

delegations = guarded(
    Table(
        "delegations",
        metadata,
        Column("delegation_id", Uuid, primary_key=True),
        parties_column(),
        Column("giver", Uuid, nullable=False),
        Column("agent", Uuid),
        Column("driver_id", Uuid),
        Column("acts", ARRAY(Text), nullable=False),
        Column("routes", ARRAY(Text), nullable=False),
        Column("last_day", Date, nullable=False),
        Index(None, "parties", postgresql_using="gin"),
    )
)
"""Delegations that were not ended; their owner alone knows how often they were used."""

uploads = guarded(
    Table(
        "uploads",
        metadata,
        Column("upload_id", Uuid, primary_key=True),
        parties_column(),
        Column("stage", Words(UploadStage), nullable=False),
        moment("uploaded_at"),
        Column("lines", Integer, nullable=False),
        Column("through", Integer, nullable=False),
        Column("faulty", Integer, nullable=False),
        Column("filed", Integer, nullable=False),
        Index(None, "parties", postgresql_using="gin"),
    )
)

sanctions = guarded(
    Table(
        "sanctions",
        metadata,
        Column("sanction_id", Uuid, primary_key=True),
        parties_column(),
        Column("vehicle_id", Uuid),
        Column("ground", Words(Ground), nullable=False),
        moment("imposed_at"),
        moment("until"),
        moment("appeal_until"),
        Column("evidence", JSONB, nullable=False),
        Column("case", Text),
        Column("reason", Text),
        Column("appeal", Text),
        moment("appealed_at", nullable=True),
        Column("granted", Boolean),
        Column("decision", Text),
        moment("ended_at", nullable=True),
        Column("lifted", Boolean, nullable=False),
        Index(None, "parties", postgresql_using="gin"),
    )
)
"""Who is not called for a while, as the queue has stated it."""

routes = Table(
    "routes",
    metadata,
    Column("route", Text, primary_key=True),
    Column("gate", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("opposite", Text, nullable=False),
    Column("hours", JSONB, nullable=False),
    Column("closures", JSONB, nullable=False, server_default="[]"),
    Column("status", Words(RouteStatus), nullable=False),
    moment("until", nullable=True),
    Column("reason", Text),
    Column("export_per_hour", Integer),
    Column("import_per_hour", Integer),
)

calls = Table(
    "calls",
    metadata,
    Column("route", Text),
    Column("direction", Words(Direction)),
    Column("last_number", Integer, nullable=False),
    PrimaryKeyConstraint("route", "direction"),
)

calls_made = Table(
    "calls_made",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("route", Text, nullable=False),
    moment("called_at"),
    Column("by_hand", Boolean, nullable=False),
    Index(None, "route", "called_at"),
)
"""Each call, whatever became of it."""
