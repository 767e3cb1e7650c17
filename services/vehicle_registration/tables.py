"""Tables of the registration desk, and which classes are rows of them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry

from bordergate.tables import Words, effective, guarded, moment, parties_column, service_metadata
from events.vehicle_registration import Filing
from events.words import OrganisationKind, PaperKind, Part, UploadStage
from services.vehicle_registration.domain.crossing import Assessment, Crossing, Registration, Stage, Verdict
from services.vehicle_registration.domain.demands import Lack, Matter
from services.vehicle_registration.domain.fleet import Country, Driver, Vehicle, VehicleType
from services.vehicle_registration.domain.papers import Paper
from services.vehicle_registration.domain.route_plan import RoutePlan
from services.vehicle_registration.domain.upload import Upload

metadata = service_metadata("vehicle_registration")
P = TypeVar("P", bound=Part)


class Kept(TypeDecorator[P], Generic[P]):
    """A column that keeps one frozen part whole, as JSON."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def __init__(self, part: type[P]) -> None:
        super().__init__()
        self.part = part

    def process_bind_param(self, value: P | None, dialect: Dialect) -> Any | None:  # noqa: ANN401, ARG002 - SQLAlchemy's shape
        """The part as JSON."""
        return None if value is None else value.model_dump(mode="json")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> P | None:  # noqa: ANN401, ARG002 - SQLAlchemy's shape
        """The JSON as a part."""
        return None if value is None else self.part.model_validate(value)


def _from_filing(name: str, expression: str, type_: Any) -> Column[Any]:  # noqa: ANN401 - SQLAlchemy's types
    return Column(name, type_, Computed(expression, persisted=True), nullable=False)


vehicles = guarded(
    Table(
        "vehicles",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("carrier", Uuid, nullable=False),
        parties_column(),
        Column("plate", Text, nullable=False),
        Column("plate_typed", Text, nullable=False),
        Column("country", Words(Country), nullable=False),
        Column("vin", Text),
        Column("vehicle_type", Words(VehicleType), nullable=False),
        Column("tractor", Boolean, nullable=False),
        Column("axles", Integer, nullable=False),
        Column("tare_kg", Integer, nullable=False),
        Column("gross_kg", Integer, nullable=False),
        Column("version", Integer, nullable=False),
        UniqueConstraint("carrier", "plate"),
        Index(None, "parties", postgresql_using="gin"),
    )
)

drivers = guarded(
    Table(
        "drivers",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("carrier", Uuid, nullable=False, index=True),
        parties_column(),
        Column("sealed", LargeBinary, nullable=False),
        Column("key_id", Text, nullable=False),
        moment("registered_at"),
        Column("version", Integer, nullable=False),
        Index(None, "parties", postgresql_using="gin"),
    )
)

papers = guarded(
    Table(
        "papers",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("holder", Uuid, nullable=False, index=True),
        Column("of_driver", Boolean, nullable=False),
        Column("carrier", Uuid, nullable=False),
        parties_column(),
        Column("kind", Words(PaperKind), nullable=False),
        Column("paper_number", Text),
        Column("issuer", Text),
        Column("sealed", LargeBinary),
        Column("key_id", Text),
        Column("valid_from", Date, nullable=False),
        Column("valid_to", Date, nullable=False),
        Column("ends_within", Integer),
        Column("scan", Text, index=True),
        Column("scan_type", Text),
        Column("version", Integer, nullable=False),
        Index(None, "parties", postgresql_using="gin"),
    )
)

validities = Table(
    "validities",
    metadata,
    Column("paper_id", Uuid, primary_key=True),
    Column("holder", Uuid, nullable=False, index=True),
    Column("kind", Words(PaperKind), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
)
"""From when to when papers hold: all the desk's, so that a crossing is judged alike whoever has it assessed."""

registrations = guarded(
    Table(
        "registrations",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("trader", Uuid, nullable=False),
        Column("carrier", Uuid, nullable=False),
        Column("agent", Uuid),
        Column("filed_by", Uuid, nullable=False),
        moment("filed_at"),
        parties_column(),
        Index(None, "parties", postgresql_using="gin"),
    )
)

crossings = guarded(
    Table(
        "crossings",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("registration_id", Uuid, ForeignKey(registrations.c.id), nullable=False, index=True),
        Column("reference", Text, nullable=False, unique=True),
        Column("filing", Kept(Filing), nullable=False),
        _from_filing("route", "filing ->> 'route'", Text),
        _from_filing("direction", "filing ->> 'direction'", Text),
        _from_filing("vehicle_id", "(filing ->> 'vehicle_id')::uuid", Uuid),
        _from_filing("plate_tail", "regexp_replace(filing ->> 'plate', '^[^A-Z0-9]', '')", Text),
        _from_filing("containers", "filing -> 'containers'", JSONB),
        _from_filing("declarations", "filing -> 'declarations'", JSONB),
        Column("driver_id", Uuid, Computed("(filing ->> 'driver_id')::uuid", persisted=True), index=True),
        Column("vin", Text),
        Column("tractor", Boolean, nullable=False),
        Column("country", Words(Country)),
        Column("vehicle_type", Words(VehicleType)),
        parties_column(),
        Column("stage", Words(Stage), nullable=False),
        moment("submitted_at", nullable=True),
        Column("assessment", Kept(Assessment)),
        Column("verdict", Kept(Verdict)),
        Column("ended_because", Text),
        Column("version", Integer, nullable=False),
        Index(None, "parties", postgresql_using="gin"),
        Index(None, "vehicle_id"),
        Index(None, "route", "stage", "id"),
        Index(None, "plate_tail", "id"),
        Index(None, "containers", postgresql_using="gin"),
        Index(None, "declarations", postgresql_using="gin"),
    )
)

drawn_references = Table("drawn_references", metadata, Column("reference", Text, primary_key=True))
"""References ever drawn: all the desk's, seen or not by who draws."""

claims = Table(
    "claims",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("crossing_id", Uuid, nullable=False, index=True),
)
"""Which active crossing bears a plate or a VIN; one at a time."""

contenders = Table(
    "contenders",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("crossing_id", Uuid, primary_key=True),
)
"""Crossings that wait for a mark another one bears."""

uploads = guarded(
    Table(
        "uploads",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("organisation", Uuid, nullable=False),
        parties_column(),
        Column("uploaded_by", Uuid, nullable=False),
        moment("uploaded_at"),
        Column("digest", LargeBinary, nullable=False),
        Column("columns", JSONB, nullable=False),
        Column("lines", Integer, nullable=False),
        Column("only_good", Boolean, nullable=False),
        Column("stage", Words(UploadStage), nullable=False),
        Column("through", Integer, nullable=False),
        Column("faulty", Integer, nullable=False),
        Column("filed", Integer, nullable=False),
        Column("version", Integer, nullable=False),
        UniqueConstraint("organisation", "digest"),
        Index(None, "parties", postgresql_using="gin"),
        Index(None, "stage", "uploaded_at"),
    )
)
"""Lists of crossings that firms uploaded; the same file of a firm is one list."""

upload_lines = guarded(
    Table(
        "upload_lines",
        metadata,
        Column("upload_id", Uuid, ForeignKey(uploads.c.id), primary_key=True),
        Column("place", Integer, primary_key=True),
        Column("line", Integer, nullable=False),
        parties_column(),
        Column("cells", JSONB, nullable=False),
        Column("faults", JSONB(none_as_null=True)),
        Column("crossing_id", Uuid),
    )
)
"""Their lines, until they are filed: what was typed, a driver's name sealed, and what is wrong with it."""

organisations = Table(
    "organisations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Words(OrganisationKind), nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("tax_code_sound", Boolean),
)
"""What identity says of those who may pay."""

demands = Table(
    "demands",
    metadata,
    Column("what", Words(Matter), primary_key=True),
    Column("country", Text, primary_key=True),
    Column("direction", Text, primary_key=True),
    Column("vehicle_type", Text, primary_key=True),
    *effective(),
    Column("lack", Words(Lack), nullable=False),
)
"""What is demanded of which trucks, and what it costs when it is not there; ANY stands for every one."""

usual_trucks = Table(
    "usual_trucks",
    metadata,
    Column("vehicle_type", Words(VehicleType), primary_key=True),
    *effective(),
    Column("axles", Integer, nullable=False),
    Column("tare_kg", Integer, nullable=False),
    Column("gross_kg", Integer, nullable=False),
)
"""What is taken of a truck that nobody has registered, until it is weighed."""

reminders = Table("reminders", metadata, Column("days", Integer, primary_key=True), *effective())
"""How many days before a paper ends its carrier is reminded."""

route_names = Table(
    "route_names",
    metadata,
    Column("route", Text, primary_key=True),
    Column("gate", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("opposite", Text, nullable=False),
    Column("plan", Kept(RoutePlan)),
)
"""What the routes are called and how they are planned, as their owner published them."""

numbers = Table(
    "numbers",
    metadata,
    Column("name", Text, primary_key=True),
    *effective(),
    Column("value", BigInteger, nullable=False),
)
"""The desk's numbers, as law and season set them."""


_versioned: dict[str, Any] = {"version_id_generator": False}
_mapper = registry()
_mapper.map_imperatively(Vehicle, vehicles, version_id_col=vehicles.c.version, **_versioned)
_mapper.map_imperatively(Driver, drivers, version_id_col=drivers.c.version, **_versioned)
_mapper.map_imperatively(Paper, papers, version_id_col=papers.c.version, **_versioned)
_mapper.map_imperatively(Registration, registrations)
_mapper.map_imperatively(Upload, uploads, version_id_col=uploads.c.version, **_versioned)
_mapper.map_imperatively(
    Crossing,
    crossings,
    version_id_col=crossings.c.version,
    exclude_properties=("route", "direction", "vehicle_id", "driver_id", "plate_tail", "containers", "declarations"),
    **_versioned,
)
