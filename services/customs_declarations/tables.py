"""Tables of customs' declarations, and which classes are rows of them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    TypeDecorator,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import registry

from bordergate.history import Change
from bordergate.i18n import LANGUAGES
from bordergate.tables import Words, effective, guarded, moment, parties_column, service_metadata
from events.customs_declarations import DeclarationsAssessed
from events.words import Channel, Direction, Failure, Share
from services.customs_declarations.domain.declaration import Act, Declaration, Stage
from services.customs_declarations.domain.goods import Line, PlaceKind
from services.customs_declarations.domain.inquiry import Answer, Inquiry
from services.customs_declarations.domain.load import Load

metadata = service_metadata("customs_declarations")
T = TypeVar("T")


class Kept(TypeDecorator[T], Generic[T]):
    """A column that keeps a frozen value whole, as JSON."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: Any) -> None:  # noqa: ANN401 - any type pydantic reads
        super().__init__()
        self.kind = kind
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def process_bind_param(self, value: T | None, dialect: Dialect) -> Any | None:  # noqa: ANN401, ARG002 - SQLAlchemy's shape
        """The value as JSON."""
        return None if value is None else self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> T | None:  # noqa: ANN401, ARG002 - SQLAlchemy's shape
        """The JSON as a value."""
        return None if value is None else self._adapter.validate_python(value)


declarations = guarded(
    Table(
        "declarations",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("number", Text, nullable=False),
        Column("type_code", Text, nullable=False),
        Column("direction", Words(Direction), nullable=False),
        Column("declarant", Uuid, nullable=False),
        Column("trader", Uuid, nullable=False),
        Column("lines", Kept[tuple[Line, ...]](tuple[Line, ...]), nullable=False),
        moment("filed_at"),
        Column("destination", Text),
        Column("shared_with", ARRAY(Uuid), nullable=False),
        parties_column(),
        Column("stage", Words(Stage), nullable=False),
        Column("channel", Words(Channel)),
        Column("simulated", Boolean, nullable=False),
        Column("by_number", Boolean, nullable=False),
        Column("holds_number", Boolean, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("cancelled_because", Text),
        Column("version", Integer, nullable=False),
        Index(None, "parties", postgresql_using="gin"),
        Index(None, "stage", "id"),
        Index(None, "number"),
        Index("uq_declarations_held_number", "number", unique=True, postgresql_where=text("holds_number")),
    )
)

history = Table(
    "history",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("declaration_id", Uuid, ForeignKey(declarations.c.id), nullable=False, index=True),
    moment("at"),
    Column("act", Words(Act), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("by", Uuid),
    Column("role", Text),
    Column("simulated", Boolean, nullable=False),
    Column("channel", Words(Channel)),
    Column("reason", Text),
    Column("changes", Kept[tuple[Change, ...]](tuple[Change, ...]), nullable=False),
)
"""What became of each declaration; who sees the declaration sees its history."""

inquiries = Table(
    "inquiries",
    metadata,
    Column("declaration_id", Uuid, ForeignKey(declarations.c.id), primary_key=True),
    Column("number", Text, nullable=False),
    moment("since"),
    moment("ask_at", nullable=True),
    Column("times", Integer, nullable=False),
    Column("fruitless", Integer, nullable=False),
    moment("asked_at", nullable=True),
    Column("answer", Words(Answer)),
    Column("faults", Kept[tuple[Failure, ...]](tuple[Failure, ...]), nullable=False),
    Index(None, "ask_at"),
)
"""What customs' own system is asked of each declaration whose number alone was stated."""

sources = Table(
    "sources",
    metadata,
    Column("name", Text, primary_key=True),
    moment("answered_at", nullable=True),
    moment("failing_since", nullable=True),
    Column("failure", Words(Answer)),
)
"""How each system of customs that was ever asked answered last."""

loads = guarded(
    Table(
        "loads",
        metadata,
        Column("crossing_id", Uuid, primary_key=True),
        Column("direction", Words(Direction), nullable=False),
        parties_column(),
        Column("numbers", ARRAY(Text), nullable=False),
        Column("claims", JSONB, nullable=False),
        Column("named_by", JSONB, nullable=False),
        Column("declared_empty", Boolean, nullable=False),
        Column("two_way", Boolean, nullable=False),
        Column("shares", Kept[tuple[Share, ...]](tuple[Share, ...]), nullable=False),
        Column("holds", Kept[tuple[Share, ...]](tuple[Share, ...]), nullable=False),
        Column("gone", Boolean, nullable=False),
        Column("arrives_on", Date),
        Column("came_on", Date),
        Column("active", Boolean, nullable=False),
        Column("stated", Kept[DeclarationsAssessed](DeclarationsAssessed)),
        Column("version", Integer, nullable=False),
        Index(None, "parties", postgresql_using="gin"),
        Index("ix_loads_under_way", "crossing_id", postgresql_where=text("active AND came_on IS NULL")),
    )
)

namings = Table(
    "namings",
    metadata,
    Column("number", Text, primary_key=True),
    Column("crossing_id", Uuid, primary_key=True, index=True),
)
"""Which crossings name a number: rows of loads are guarded, and a guarded array is not looked up by an index."""

shelf_lives = Table(
    "shelf_lives",
    metadata,
    Column("prefix", Text, primary_key=True),
    *effective(),
    Column("hours", Integer),
    Column("goods", Text, nullable=False),
)
"""How long groups of products keep, by the beginning of their HS code; no hours = long."""

time_critical = Table(
    "time_critical",
    metadata,
    Column("prefix", Text, primary_key=True),
    *effective(),
    Column("goods", Text, nullable=False),
)
"""Goods a factory waits for, by the beginning of their HS code."""

un_numbers = Table(
    "un_numbers",
    metadata,
    Column("number", Text, primary_key=True),
    *effective(),
    Column("hazard_class", Text),
)
"""Dangerous goods known by number."""

hs_codes = Table(
    "hs_codes",
    metadata,
    Column("code", Text, primary_key=True),
    *effective(),
    Column("description", Text, nullable=False),
)
"""The subheadings of the Harmonized System, six digits."""


def _named_codes(name: str) -> Table:
    """Codes with what they are called in each language."""
    return Table(
        name,
        metadata,
        Column("code", Text, primary_key=True),
        *effective(),
        *(Column(f"name_{language}", Text, nullable=False) for language in LANGUAGES),
    )


units = _named_codes("units")
"""In what a quantity is counted (UN/ECE Recommendation 20)."""

package_kinds = _named_codes("package_kinds")
"""Kinds of packages (UN/ECE Recommendation 21)."""

type_codes = Table(
    "type_codes",
    metadata,
    Column("code", Text, primary_key=True),
    *effective(),
    Column("direction", Words(Direction), nullable=False),
    *(Column(f"name_{language}", Text, nullable=False) for language in LANGUAGES),
)
"""The types of declarations, and which way goods of a type go; one whose row has ended was abolished."""

countries = Table("countries", metadata, Column("code", Text, primary_key=True), *effective())
"""Countries (ISO 3166); their names are the reader's language's own."""

currencies = Table("currencies", metadata, Column("code", Text, primary_key=True), *effective())
"""Currencies in use (ISO 4217); their names are the reader's language's own."""

judged_goods = Table(
    "judged_goods",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("prefix", Text, primary_key=True),
    Column("direction", Words(Direction), primary_key=True),
    *effective(),
    Column("partner", Text),
    Column("goods", Text, nullable=False),
)
"""Of which goods a rule asks something, by the beginning of their HS code, one way, and of one country or any."""

approved_places = Table(
    "approved_places",
    metadata,
    Column("code", Text, primary_key=True),
    Column("prefix", Text, primary_key=True),
    Column("destination", Text, primary_key=True),
    *effective(),
    Column("kind", Words(PlaceKind), nullable=False),
)
"""Planting areas and packing houses from which a country takes goods."""

numbers = Table(
    "numbers",
    metadata,
    Column("name", Text, primary_key=True),
    *effective(),
    Column("value", Integer, nullable=False),
)
"""How customs behaves on a demonstration."""

LAW = (shelf_lives, time_critical, type_codes, judged_goods, approved_places)
"""By what a crossing's goods are judged; the other lists are looked at when a declaration is filed."""

_mapper = registry()
_versioned: dict[str, Any] = {"version_id_generator": False}
_mapper.map_imperatively(Declaration, declarations, version_id_col=declarations.c.version, **_versioned)
_mapper.map_imperatively(Inquiry, inquiries)
_mapper.map_imperatively(Load, loads, version_id_col=loads.c.version, **_versioned)
