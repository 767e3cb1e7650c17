"""The rows of slots: crossings that may book, buckets somebody booked, bookings, and draws."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from bordergate.tables import Words, guarded, moment, parties_column
from events.queue_scheduling import SaidBy
from events.words import Direction, TicketClass
from services.queue_scheduling.slots.booking import Booking, BookingStage, Ending
from services.queue_scheduling.slots.buckets import Bucket
from services.queue_scheduling.tables import mapper, metadata

IS_LIVE = text("stage IN ('ENTERED', 'RESERVED', 'CONFIRMED')")

filed = guarded(
    Table(
        "filed",
        metadata,
        Column("crossing_id", Uuid, primary_key=True),
        Column("route", Text, nullable=False),
        Column("direction", Words(Direction), nullable=False),
        Column("carrier", Uuid, nullable=False),
        parties_column(),
        Column("vehicle_id", Uuid, nullable=False),
        Column("things", ARRAY(Text), nullable=False),
        Column("empty", Boolean, nullable=False),
        Column("ticket_class", Words(TicketClass)),
    )
)

slot_buckets = Table(
    "slot_buckets",
    metadata,
    Column("queue", Text, primary_key=True),
    moment("starts", primary_key=True),
    Column("minutes", SmallInteger, nullable=False),
    Column("places", Integer, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("p2", "p3", "p4", "p5")),
    moment("measured_at", nullable=True),
)
"""A bucket's row is what everybody who books in it locks."""

bookings = guarded(
    Table(
        "bookings",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("crossing_id", Uuid, nullable=False),
        Column("route", Text, nullable=False),
        Column("direction", Words(Direction), nullable=False),
        Column("queue", Text, nullable=False),
        moment("starts"),
        Column("minutes", SmallInteger, nullable=False),
        Column("ticket_class", Words(TicketClass), nullable=False),
        Column("carrier", Uuid, nullable=False),
        parties_column(),
        Column("vehicle_id", Uuid, nullable=False),
        Column("things", ARRAY(Text), nullable=False),
        moment("reserved_at"),
        Column("stage", Words(BookingStage), nullable=False),
        moment("until", nullable=True),
        moment("confirmed_at", nullable=True),
        Column("drawn", Boolean, nullable=False),
        moment("offered", nullable=True),
        moment("offered_until", nullable=True),
        Column("cause", Words(Ending)),
        Column("changed", Boolean, nullable=False),
        Column("moved", Boolean, nullable=False, server_default=text("false")),
        moment("there_from", nullable=True),
        moment("there_by", nullable=True),
        Column("said_by", Words(SaidBy)),
        Column("excused", Boolean, nullable=False, server_default=text("false")),
        Column("struck", Boolean, nullable=False, server_default=text("false")),
        Column("nonce", LargeBinary, nullable=False),
        Column("entry", BigInteger),
        Column("version", Integer, nullable=False),
        Index("uq_bookings_live_crossing", "crossing_id", unique=True, postgresql_where=IS_LIVE),
        Index("uq_bookings_live_vehicle", "vehicle_id", unique=True, postgresql_where=IS_LIVE),
        Index("ix_bookings_crossing", "crossing_id", "reserved_at"),
        Index("ix_bookings_vehicle", "vehicle_id", "reserved_at"),
        Index("ix_bookings_bucket", "queue", "starts", "carrier"),
    )
)

draws = Table(
    "draws",
    metadata,
    Column("queue", Text, primary_key=True),
    moment("starts", primary_key=True),
    Column("route", Text, nullable=False),
    Column("direction", Words(Direction), nullable=False),
    Column("minutes", SmallInteger, nullable=False),
    moment("opens"),
    moment("closes"),
    Column("seed", LargeBinary, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    moment("drawn_at", nullable=True),
    Column("record", LargeBinary),
    Index("ix_draws_route", "route", "opens"),
)
"""A bucket's opening: the seed is kept to itself until it was drawn; `record` is then what everybody may recompute."""

mapper.map_imperatively(Bucket, slot_buckets)
mapper.map_imperatively(Booking, bookings, version_id_col=bookings.c.version, version_id_generator=False)
