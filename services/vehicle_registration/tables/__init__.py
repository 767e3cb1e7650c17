"""Tables of the registration desk, and which classes are rows of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import registry

from bordergate.tables import Words, guarded, moment, parties_column
from events.vehicle_registration import Filing
from events.words import OrganisationKind, PaperKind, UploadStage
from services.vehicle_registration.domain.consents import Consent, How, Purpose
from services.vehicle_registration.domain.crossing import ASSESSED, Crossing, Registration, Stage
from services.vehicle_registration.domain.delegation import Delegation
from services.vehicle_registration.domain.fleet import Country, Driver, Vehicle, VehicleType
from services.vehicle_registration.domain.history import Act
from services.vehicle_registration.domain.papers import Paper
from services.vehicle_registration.domain.route_plan import RoutePlan
from services.vehicle_registration.domain.upload import Upload
from services.vehicle_registration.domain.verdict import Assessment, Verdict
from services.vehicle_registration.tables.law import LAW, demands, numbers, plate_provinces, reminders, usual_trucks
from services.vehicle_registration.tables.sanctions import sanctions
from services.vehicle_registration.tables.schema import Kept, metadata

__all__ = [
    "IS_ASSESSED",
    "LAW",
    "Kept",
    "claims",
    "consents",
    "contenders",
    "crossings",
    "delegations",
    "demands",
    "drawn_references",
    "drivers",
    "history",
    "metadata",
    "numbers",
    "organisations",
    "papers",
    "plate_provinces",
    "registrations",
    "reminders",
    "route_names",
    "sanctions",
    "trailers",
    "upload_lines",
    "uploads",
    "usual_trucks",
    "validities",
    "vehicles",
]

IS_ASSESSED = "stage IN (" + ", ".join(f"'{stage}'" for stage in ASSESSED) + ")"
"""Which crossings are judged anew when law changes, in the database's words."""


SOUGHT = (
    "replace(reference, '-', '') || ' ' || coalesce(filing ->> 'plate', '')"
    " || ' ' || coalesce(filing ->> 'trailer', '') || ' ' || coalesce(filing ->> 'containers', '')"
    " || ' ' || coalesce(filing ->> 'declarations', '') || ' ' || coalesce(vin, '')"
)
"""All by which an officer finds a crossing, as it is written without hyphens."""


def _from_filing(name: str, expression: str, type_: Any) -> Column[Any]:  # noqa: ANN401 - SQLAlchemy's types
    return Column(name, type_, Computed(expression, persisted=True), nullable=False)


def _tail_of(plate: str) -> Column[str]:
    """What a plate is compared on: a Chinese one is often written without its province's character."""
    tail = Computed(f"regexp_replace({plate}, '^[^A-Z0-9]', '')", persisted=True)
    return Column("plate_tail", Text, tail, nullable=False)


vehicles = guarded(
    Table(
        "vehicles",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("carrier", Uuid, nullable=False),
        parties_column(),
        Column("plate", Text, nullable=False),
        _tail_of("plate"),
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
        Index(None, "plate_tail", "id"),
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
        Column("only_for", Uuid, index=True),
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

trailers = Table(
    "trailers",
    metadata,
    Column("vehicle_id", Uuid, primary_key=True),
    Column("carrier", Uuid, nullable=False),
    Column("tail", Text, nullable=False, index=True),
)
"""Which vehicles are trailers, by what their plates are compared on: all the desk's, as validities are."""

consents = guarded(
    Table(
        "consents",
        metadata,
        Column("driver_id", Uuid, primary_key=True),
        Column("purpose", Words(Purpose), primary_key=True),
        moment("given_at", primary_key=True),
        parties_column(),
        Column("carrier", Uuid, nullable=False),
        Column("how", Words(How), nullable=False),
        moment("withdrawn_at", nullable=True),
        Column("withdrawn_how", Words(How)),
        Column("version", Integer, nullable=False),
    )
)
"""What drivers have let be done with their data: when, how, for what, and until when."""

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
        _tail_of("filing ->> 'plate'"),
        _from_filing("containers", "filing -> 'containers'", JSONB),
        _from_filing("declarations", "filing -> 'declarations'", JSONB),
        Column("driver_id", Uuid, Computed("(filing ->> 'driver_id')::uuid", persisted=True), index=True),
        Column("vin", Text),
        _from_filing("sought", SOUGHT, Text),
        Column("tractor", Boolean, nullable=False),
        Column("country", Words(Country)),
        Column("vehicle_type", Words(VehicleType)),
        parties_column(),
        Column("stage", Words(Stage), nullable=False),
        moment("submitted_at", nullable=True),
        Column("assessment", Kept(Assessment)),
        Column("verdict", Kept(Verdict)),
        Column("ended_because", Text),
        moment("slot", nullable=True),
        Column("arrivals", ARRAY(DateTime(timezone=True))),
        Column("version", Integer, nullable=False),
        Index(None, "parties", postgresql_using="gin"),
        Index(None, "vehicle_id"),
        Index(None, "route", "stage", "id"),
        Index("ix_crossings_assessed", "id", postgresql_where=text(IS_ASSESSED)),
        Index(None, "plate_tail", "id"),
        Index(None, "containers", postgresql_using="gin"),
        Index(None, "declarations", postgresql_using="gin"),
        Index(None, "sought", postgresql_using="gin", postgresql_ops={"sought": "gin_trgm_ops"}),
    )
)

history = Table(
    "history",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("crossing_id", Uuid, ForeignKey(crossings.c.id), nullable=False, index=True),
    moment("at"),
    Column("act", Words(Act), nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("by", Uuid),
    Column("role", Text),
    Column("caller", Text),
    Column("acting_for", Uuid),
    Column("before", Kept(Filing)),
    Column("reason", Text),
)
"""What became of each crossing after it was filed; who sees the crossing sees its history."""

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
        moment("kept_until"),
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

delegations = guarded(
    Table(
        "delegations",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("giver", Uuid, nullable=False, index=True),
        Column("agent", Uuid, index=True),
        Column("driver_id", Uuid, index=True),
        parties_column(),
        Column("acts", ARRAY(Text), nullable=False),
        Column("routes", ARRAY(Text), nullable=False),
        Column("most", Integer),
        Column("last_day", Date, nullable=False),
        moment("given_at"),
        Column("used", Integer, nullable=False),
        moment("last_used_at", nullable=True),
        moment("ended_at", nullable=True),
        Column("ended_by", Uuid),
        Column("version", Integer, nullable=False),
        Index(None, "parties", postgresql_using="gin"),
    )
)
"""Whom firms let act for them, within which limits, and until when."""

organisations = Table(
    "organisations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Words(OrganisationKind), nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("tax_code_sound", Boolean),
)
"""What identity says of those who may pay."""

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

COMPUTED = ("route", "direction", "vehicle_id", "driver_id", "plate_tail", "containers", "declarations", "sought")
"""What of a crossing the database reads off its filing."""
_versioned: dict[str, Any] = {"version_id_generator": False}
_mapper = registry()
_mapper.map_imperatively(
    Vehicle, vehicles, version_id_col=vehicles.c.version, exclude_properties=("plate_tail",), **_versioned
)
_mapper.map_imperatively(Driver, drivers, version_id_col=drivers.c.version, **_versioned)
_mapper.map_imperatively(Paper, papers, version_id_col=papers.c.version, **_versioned)
_mapper.map_imperatively(Registration, registrations)
_mapper.map_imperatively(Consent, consents, version_id_col=consents.c.version, **_versioned)
_mapper.map_imperatively(Delegation, delegations, version_id_col=delegations.c.version, **_versioned)
_mapper.map_imperatively(Upload, uploads, version_id_col=uploads.c.version, **_versioned)
_mapper.map_imperatively(
    Crossing,
    crossings,
    version_id_col=crossings.c.version,
    exclude_properties=COMPUTED,
    **_versioned,
)
