"""Traces, cases, and the detectors' thresholds."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Column, Dialect, Double, Index, Integer, Table, Text, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import registry

from bordergate.tables import Words, effective, moment, service_metadata
from services.inspectorate.domain.case import Case, CaseState
from services.inspectorate.domain.trace import Detector, Seen, Sign

metadata = service_metadata("inspectorate")
EVIDENCE = TypeAdapter(tuple[Seen, ...])


class Evidence(TypeDecorator[tuple[Seen, ...]]):
    """What was seen, as a JSON array."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: tuple[Seen, ...] | None, dialect: Dialect) -> Any | None:  # noqa: ANN401, ARG002 - SQLAlchemy's shape
        """The evidence as JSON."""
        return None if value is None else EVIDENCE.dump_python(value, mode="json", exclude_none=True)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[Seen, ...] | None:  # noqa: ANN401, ARG002 - SQLAlchemy's shape
        """The JSON as evidence."""
        return None if value is None else EVIDENCE.validate_python(value)


limits = Table(
    "limits",
    metadata,
    Column("detector", Words(Detector), primary_key=True),
    Column("name", Text, primary_key=True),
    *effective(),
    Column("value", Double, nullable=False),
)
"""From where on a detector speaks."""

lives = Table(
    "lives",
    metadata,
    Column("chapter", Text, primary_key=True),
    *effective(),
    Column("shortest_hours", Double, nullable=False),
    Column("longest_hours", Double, nullable=False),
)
"""Between how many hours goods of a chapter of the Harmonized System can be said to last when they join the queue."""

traces = Table(
    "traces",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sign", Words(Sign), nullable=False),
    moment("at"),
    Column("crossing_id", Uuid),
    Column("carrier", Uuid),
    Column("vehicle_id", Uuid),
    Column("plate", Text),
    Column("queue", Text),
    Column("officers", ARRAY(Uuid), nullable=False),
    Column("hours", Double),
    Column("word", Text),
    Index(None, "at"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("detector", Words(Detector), nullable=False),
    Column("subject", Text, nullable=False),
    moment("opened_at"),
    Column("state", Words(CaseState), nullable=False),
    Column("seen", Evidence, nullable=False),
    Column("reason", Text),
    Column("decided_by", Uuid),
    moment("decided_at", nullable=True),
    Column("version", Integer, nullable=False),
    Index(None, "detector", "subject", "opened_at"),
    Index(None, "state", "id"),
)

registry().map_imperatively(Case, cases, version_id_col=cases.c.version, version_id_generator=False)
