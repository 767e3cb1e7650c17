"""Tables of the gate, and which class is a row of them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Boolean, Column, Dialect, Index, Integer, Table, Text, TypeDecorator, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry

from bordergate.tables import Words, effective, guarded, moment, parties_column, service_metadata
from events.gate_operations import Authority, Target
from events.words import CrossingState, Direction
from services.gate_operations.domain import Fact, Passage, QueueWord, Reached
from services.gate_operations.domain.plates import PlateReading
from services.gate_operations.targets.account import Account

metadata = service_metadata("gate_operations")
UNDER_WAY = "stage NOT IN ('COMPLETED', 'REJECTED', 'RETURNED')"
"""Arrived and not ended: the same words in the index and in the query, so that the one serves the other."""

T = TypeVar("T")


class Several(TypeDecorator[tuple[T, ...]], Generic[T]):
    """A column of frozen parts, as a JSON array."""

    impl = JSONB
    cache_ok = True

    def __init__(self, part: type[T]) -> None:
        super().__init__()
        self.part = part
        self._adapter: TypeAdapter[tuple[T, ...]] = TypeAdapter(tuple[part, ...])  # type: ignore[valid-type]  # known at run time

    def process_bind_param(self, value: tuple[T, ...] | None, dialect: Dialect) -> Any | None:  # noqa: ANN401, ARG002 - SQLAlchemy's shape
        """The parts as JSON."""
        return None if value is None else self._adapter.dump_python(value, mode="json", exclude_defaults=True)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[T, ...] | None:  # noqa: ANN401, ARG002 - SQLAlchemy's shape
        """The JSON as parts."""
        return None if value is None else self._adapter.validate_python(value)


passages = guarded(
    Table(
        "passages",
        metadata,
        Column("crossing_id", Uuid, primary_key=True),
        parties_column(),
        Column("direction", Words(Direction)),
        Column("route", Text),
        Column("reference", Text, index=True),
        Column("plate", Text),
        Column("carrier", Uuid),
        Column("trailer", Text),
        Column("readings", Several(PlateReading), nullable=False, server_default="[]"),
        Column("facts", Several(Fact), nullable=False),
        Column("words", Several(QueueWord), nullable=False),
        Column("reached", Several(Reached), nullable=False),
        Column("stage", Words(CrossingState)),
        moment("stage_at", nullable=True),
        moment("lag_told", nullable=True),
        Column("version", Integer, nullable=False),
        Index(None, "parties", postgresql_using="gin"),
        Index(None, "route", "stage", "crossing_id"),
        Index("ix_passages_under_way", "crossing_id", postgresql_where=text(UNDER_WAY)),
    )
)

numbers = Table(
    "numbers",
    metadata,
    Column("name", Text, primary_key=True),
    *effective(),
    Column("value", Integer, nullable=False),
)
"""The gate's numbers, as law and season set them."""

targets = Table(
    "targets",
    metadata,
    Column("target", Words(Target), primary_key=True),
    Column("route", Text, primary_key=True),
    *effective(),
    Column("minutes", Integer, nullable=False),
)
"""How long the gate lets itself take of a truck on a route."""

accounts = guarded(
    Table(
        "accounts",
        metadata,
        Column("crossing_id", Uuid, primary_key=True),
        Column("target", Words(Target), primary_key=True),
        Column("carrier", Uuid, nullable=False),
        Column("route", Text, nullable=False),
        parties_column(),
        Column("whose", Words(Authority), nullable=False),
        moment("since"),
        moment("until", nullable=True),
        Column("allowed_minutes", Integer, nullable=False),
        Column("missed", Boolean, nullable=False),
        Column("version", Integer, nullable=False),
        Index(None, "parties", postgresql_using="gin"),
        Index(None, "until"),
    )
)
"""How each crossing fared by the gate's targets."""

mapper = registry()
mapper.map_imperatively(Passage, passages, version_id_col=passages.c.version, version_id_generator=False)
mapper.map_imperatively(Account, accounts, version_id_col=accounts.c.version, version_id_generator=False)
