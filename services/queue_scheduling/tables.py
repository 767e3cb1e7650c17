"""The queue's rows: reference, counts, free numbers, the two ordered lists, and tickets."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry

from bordergate.tables import (
    Words,
    effective,
    guarded,
    moment,
    parties_column,
    service_metadata,
    written_once,
)
from events.queue_scheduling import ClosureCause, RouteStatus
from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import Line, Queue
from services.queue_scheduling.domain.route import Route
from services.queue_scheduling.domain.ticket import Cause, Stage, Ticket

metadata = service_metadata("queue_scheduling")

routes = Table(
    "routes",
    metadata,
    Column("code", Text, primary_key=True),
    Column("gate", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("opposite", Text, nullable=False),
    *effective(),
)

hours = Table(
    "hours",
    metadata,
    Column("route", Text, primary_key=True),
    Column("weekday", SmallInteger, primary_key=True, autoincrement=False),
    Column("opens", Text, nullable=False),
    Column("closes", Text, nullable=False),
    Column("export_per_hour", Integer, nullable=False),
    Column("import_per_hour", Integer, nullable=False),
    *effective(),
)

hour_capacities = Table(
    "hour_capacities",
    metadata,
    Column("route", Text, primary_key=True),
    Column("weekday", SmallInteger, primary_key=True, autoincrement=False),
    Column("opens", Text, primary_key=True),
    Column("closes", Text, nullable=False),
    Column("export_per_hour", Integer, nullable=False),
    Column("import_per_hour", Integer, nullable=False),
    *effective(),
    CheckConstraint("opens ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'", name="opens_is_a_time"),
    CheckConstraint("closes ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$' AND closes > opens", name="closes_later"),
    CheckConstraint("export_per_hour >= 0 AND import_per_hour >= 0", name="no_less_than_nobody"),
)
"""From when to when within a weekday's hours a route lets through other numbers of trucks an hour."""

closures = Table(
    "closures",
    metadata,
    Column("route", Text, primary_key=True),
    Column("starts", Text, primary_key=True),
    Column("ends", Text, nullable=False),
    Column("cause", Words(ClosureCause), nullable=False),
    *effective(),
    CheckConstraint("starts ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'", name="starts_is_a_time"),
    CheckConstraint("ends ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$' AND ends > starts", name="ends_later"),
)
"""On each day that a row is in force, the route is closed for some hours."""

refused_goods = Table(
    "refused_goods",
    metadata,
    Column("route", Text, primary_key=True),
    Column("direction", Words(Direction), primary_key=True),
    Column("chapter", Text, primary_key=True),
    *effective(),
)
"""Chapters of the Harmonized System that a route does not take in a direction."""

parameters = Table(
    "parameters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Numeric, nullable=False),
    *effective(),
)

perishable_chapters = Table(
    "perishable_chapters",
    metadata,
    Column("chapter", Text, primary_key=True),
    *effective(),
)

route_status = Table(
    "route_status",
    metadata,
    Column("code", Text, primary_key=True),
    Column("status", Words(RouteStatus), nullable=False),
    moment("until", nullable=True),
    Column("reason", Text),
    Column("export_per_hour", Integer),
    Column("import_per_hour", Integer),
    moment("export_crisis", nullable=True),
    moment("import_crisis", nullable=True),
    Column("published", Text),
    Column("version", Integer, nullable=False),
)

seeds = Table(
    "seeds",
    metadata,
    Column("day", Date, primary_key=True),
    Column("seed", LargeBinary, nullable=False),
)

queues = Table(
    "queues",
    metadata,
    Column("key", Text, primary_key=True),
    Column("route", Text, nullable=False),
    Column("direction", Words(Direction), nullable=False),
    Column("called", BigInteger, nullable=False),
    Column("numbered", Integer, nullable=False),
    Column("joined", BigInteger, nullable=False),
    Column("unsettled", Boolean, nullable=False),
    moment("hour", nullable=True),
    Column("calls", Integer, nullable=False),
    Column("dangerous_calls", Integer, nullable=False),
    Column("extraordinary", BigInteger, nullable=False),
    Column("overrides", BigInteger, nullable=False),
    moment("urgency_at", nullable=True),
    Column("logged", Boolean, nullable=False, server_default=text("false")),
    Column("owes", BigInteger),
    Column("sealed", Date),
    Column("unsealed", Date),
    Column("terms", Text),
    Column("hours", Text),
    moment("kept_since"),
)

free_numbers = Table(
    "free_numbers",
    metadata,
    Column("queue", Text, primary_key=True),
    Column("low", BigInteger, primary_key=True, autoincrement=False),
    Column("high", BigInteger, nullable=False),
)

numbers = Table(
    "numbers",
    metadata,
    Column("queue", Text, primary_key=True),
    Column("line", Words(Line), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
)

places = Table(
    "places",
    metadata,
    Column("crossing_id", Uuid, primary_key=True),
    Column("queue", Text, nullable=False),
    Column("ticket_class", Words(TicketClass), nullable=False),
    Column("line", Words(Line), nullable=False),
    Column("turn", BigInteger, nullable=False),
    Column("callable", Boolean, nullable=False),
    Column("number", BigInteger),
    Column("first_come", BigInteger),
    Column("urgency", BigInteger, nullable=False),
    Column("lot", LargeBinary, nullable=False),
    moment("joined_at"),
    moment("spoils_at", nullable=True),
    Column("second", BigInteger),
    Index("uq_places_turn", "queue", "line", "turn", unique=True),
    Index("ix_places_callable_turn", "queue", "line", "turn", postgresql_where=text("callable")),
    Index("ix_places_absent_turn", "queue", "line", "turn", postgresql_where=text("NOT callable")),
    Index("uq_places_number", "queue", "number", unique=True, postgresql_where=text("number IS NOT NULL")),
    Index("ix_places_callable_number", "queue", "number", postgresql_where=text("callable AND number IS NOT NULL")),
    Index(
        "ix_places_urgency",
        "queue",
        text("urgency DESC"),
        "first_come",
        "lot",
        postgresql_where=text("callable AND urgency > 0"),
    ),
    Index(
        "ix_places_extraordinary",
        "queue",
        "ticket_class",
        "turn",
        postgresql_where=text("callable AND line = 'EXTRAORDINARY'"),
    ),
)

sightings = Table(
    "sightings",
    metadata,
    Column("crossing_id", Uuid, primary_key=True),
    Column("near", Boolean, nullable=False),
    moment("at_gate_since", nullable=True),
)
"""Where tracking placed the trucks of crossings last: near their gate, at it."""

extension_hours = Table(
    "extension_hours",
    metadata,
    Column("hours", SmallInteger, primary_key=True, autoincrement=False),
    *effective(),
)
"""By how many hours a call may be extended."""

extensions = Table(
    "extensions",
    metadata,
    Column("crossing_id", Uuid, primary_key=True),
    moment("valid_until", primary_key=True),
    moment("granted_at"),
    Column("vehicle", Uuid, nullable=False),
    Column("hours", SmallInteger, nullable=False),
    Column("share", Numeric, nullable=False),
    Index("ix_extensions_vehicle", "vehicle", "granted_at"),
)
"""Calls that were extended, and for what share of the fee."""

engagements = Table(
    "engagements",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("crossing_id", Uuid, nullable=False, index=True),
)

tickets = guarded(
    Table(
        "tickets",
        metadata,
        Column("crossing_id", Uuid, primary_key=True),
        Column("reference", Text, nullable=False),
        Column("route", Text, nullable=False),
        Column("direction", Words(Direction), nullable=False),
        Column("ticket_class", Words(TicketClass), nullable=False),
        Column("carrier", Uuid, nullable=False),
        parties_column(),
        Column("plate", Text, nullable=False),
        Column("things", ARRAY(Text), nullable=False),
        moment("enqueued_at"),
        moment("spoils_at", nullable=True),
        Column("stage", Words(Stage), nullable=False),
        Column("ready", Boolean, nullable=False),
        Column("cause", Words(Cause)),
        Column("passed", Boolean, nullable=False),
        moment("joined_at", nullable=True),
        Column("first_come", BigInteger),
        Column("promise", BigInteger),
        Column("second", BigInteger),
        Column("number", BigInteger),
        moment("called_at", nullable=True),
        moment("valid_until", nullable=True),
        Column("override", Boolean, nullable=False),
        Column("seen_from", Words(Stage)),
        Column("prolonged", Boolean, nullable=False, server_default=text("false")),
        Column("exchanged", Boolean, nullable=False, server_default=text("false")),
        Column("ended_from", Words(Stage)),
        Column("owed", BigInteger),
        moment("missed_from", nullable=True),
        moment("missed_until", nullable=True),
        Column("emergency", Boolean, nullable=False, server_default=text("false")),
        Column("excused_there", Boolean, nullable=False, server_default=text("false")),
        Column("nonce", LargeBinary),
        Column("entry", BigInteger),
        moment("slot", nullable=True),
        Column("clashes", ARRAY(Text), nullable=False),
        Column("version", Integer, nullable=False),
        Index("ix_tickets_called", "route", "direction", "called_at", postgresql_where=text("stage = 'CALLED'")),
        Index("ix_tickets_arrived", "route", "direction", "called_at", postgresql_where=text("stage = 'ARRIVED'")),
        Index("ix_tickets_refused", "things", postgresql_using="gin", postgresql_where=text("stage = 'REFUSED'")),
        Index("ix_tickets_owed", "route", "direction", "owed", postgresql_where=text("owed IS NOT NULL")),
        Index("ix_tickets_parties", "parties", postgresql_using="gin"),
    )
)

pending_leaves = Table(
    "pending_leaves",
    metadata,
    Column("route", Text, primary_key=True),
    Column("entry", BigInteger, Identity(), primary_key=True),
    Column("leaf", LargeBinary, nullable=False),
)
"""Decisions that have no place in their route's log yet."""

leaves = written_once(
    Table(
        "leaves",
        metadata,
        Column("route", Text, primary_key=True),
        Column("index", BigInteger, primary_key=True, autoincrement=False),
        Column("entry", BigInteger, nullable=False),
        Column("leaf", LargeBinary, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        UniqueConstraint("route", "entry"),
    )
)

tiles = written_once(
    Table(
        "tiles",
        metadata,
        Column("route", Text, primary_key=True),
        Column("level", SmallInteger, primary_key=True, autoincrement=False),
        Column("index", BigInteger, primary_key=True, autoincrement=False),
        Column("hashes", LargeBinary, nullable=False),
        Column("root", LargeBinary, nullable=False),
    )
)

tree_heads = written_once(
    Table(
        "tree_heads",
        metadata,
        Column("route", Text, primary_key=True),
        Column("size", BigInteger, primary_key=True, autoincrement=False),
        Column("root", LargeBinary, nullable=False),
        moment("at"),
        Column("statement", Text, nullable=False),
    )
)

mapper = registry()
mapper.map_imperatively(Queue, queues)
mapper.map_imperatively(Ticket, tickets, version_id_col=tickets.c.version, version_id_generator=False)
mapper.map_imperatively(Route, route_status, version_id_col=route_status.c.version, version_id_generator=False)
