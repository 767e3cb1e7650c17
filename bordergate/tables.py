"""Tables as every service has them: its own schema, the kernel's tables in it, and columns that keep their promises."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

W = TypeVar("W", bound=StrEnum)


class Words(TypeDecorator[W], Generic[W]):
    """A column of one vocabulary's words, stored as text."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[W]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: W | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's shape
        """The word as text."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> W | None:  # noqa: ANN401, ARG002 - SQLAlchemy's shape
        """The text as a word."""
        return None if value is None else self.words(value)


def moment(name: str, *, nullable: bool = False, **options: Any) -> Column[datetime]:  # noqa: ANN401 - SQLAlchemy's options
    """An aware instant."""
    return Column(name, DateTime(timezone=True), nullable=nullable, **options)


def parties_column() -> Column[Any]:
    """Whose row this is: organisations, and the crossing itself for its driver."""
    return Column("parties", ARRAY(Uuid), nullable=False)


def effective() -> tuple[Column[Any], ...]:
    """From when to when a reference row holds, where it comes from, and whether it only illustrates."""
    return (
        Column("valid_from", Date, nullable=False, primary_key=True),
        Column("valid_to", Date),
        Column("source", Text, nullable=False),
        Column("illustrative", Boolean, nullable=False),
    )


def guarded(table: Table) -> Table:
    """The table's rows are somebody's: row-level security on `parties` (its migration calls `guard`)."""
    table.info["guarded"] = True
    return table


def written_once(table: Table) -> Table:
    """Rows are added and stay as they are: the service's role may neither change nor delete them."""
    table.info["written_once"] = True
    return table


def service_metadata(name: str) -> MetaData:
    """A service's schema, holding the kernel's tables."""
    metadata = MetaData(schema=name, naming_convention=NAMING)
    for make in (_outbox, _counters, _inbox, _parked, _timers, _idempotency, _audit, _amended, _listening):
        make(metadata).info["kernel"] = True
    return metadata


def _outbox(metadata: MetaData) -> Table:
    return Table(
        "outbox",
        metadata,
        Column("seq", BigInteger, Identity(), primary_key=True),
        Column("shard", SmallInteger, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
    )


def _counters(metadata: MetaData) -> Table:
    return Table(
        "counters",
        metadata,
        Column("topic", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("last", BigInteger, nullable=False),
    )


def _inbox(metadata: MetaData) -> Table:
    return Table(
        "inbox",
        metadata,
        Column("consumer", Text),
        Column("event_id", Uuid),
        moment("received_at"),
        PrimaryKeyConstraint("consumer", "event_id"),
        Index(None, "event_id"),
        Index(None, "received_at", postgresql_using="brin"),
    )


def _parked(metadata: MetaData) -> Table:
    return Table(
        "parked",
        metadata,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("consumer", Text, nullable=False),
        Column("event_id", Uuid, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("error", Text, nullable=False),
        moment("parked_at"),
        Index(None, "consumer", "key"),
        UniqueConstraint("consumer", "event_id"),
    )


def _timers(metadata: MetaData) -> Table:
    return Table(
        "timers",
        metadata,
        Column("kind", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        moment("due", index=True),
        Column("tries", Integer, nullable=False, server_default="0"),
        Column("error", Text),
    )


def _idempotency(metadata: MetaData) -> Table:
    return Table(
        "idempotency",
        metadata,
        Column("caller", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("request_hash", LargeBinary, nullable=False),
        Column("status", Integer),
        Column("headers", JSONB),
        Column("body", LargeBinary),
        moment("created_at", index=True),
    )


def _audit(metadata: MetaData) -> Table:
    return Table(
        "audit",
        metadata,
        Column("id", BigInteger, Identity(), primary_key=True),
        moment("at"),
        Column("caller", Text, nullable=False),
        Column("organisation", Uuid),
        Column("role", Text),
        Column("what", Text, nullable=False),
        Column("subject", Text),
        Column("decision", Text, nullable=False),
        Column("request", Text),
        Index(None, "caller", "id"),
        Index(None, "subject", "id"),
    )


def _amended(metadata: MetaData) -> Table:
    return Table(
        "amended",
        metadata,
        Column("table_name", Text, primary_key=True),
        Column("key", JSONB, primary_key=True),
    )


def _listening(metadata: MetaData) -> Table:
    return Table(
        "listening",
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("partition", SmallInteger, primary_key=True, autoincrement=False),
        moment("at"),
    )
