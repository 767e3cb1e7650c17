"""Tables of identity, and which classes are rows of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry

from bordergate.auth import Role
from bordergate.tables import Words, guarded, moment, parties_column, service_metadata
from events.words import OrganisationKind
from services.identity.domain import (
    Device,
    DriverLink,
    Invitation,
    Machine,
    Organisation,
    Person,
    SignedSession,
    Subject,
)

metadata = service_metadata("identity")


def _parties_index() -> Index:
    return Index(None, "parties", postgresql_using="gin")


organisations = guarded(
    Table(
        "organisations",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("kind", Words(OrganisationKind), nullable=False),
        Column("name_vi", Text, nullable=False),
        Column("name_zh", Text, nullable=False),
        Column("name_en", Text),
        Column("tax_code", Text, unique=True),
        Column("verified", Boolean, nullable=False),
        Column("trusted", Boolean, nullable=False),
        moment("registered_at"),
        parties_column(),
        Column("version", Integer, nullable=False),
        _parties_index(),
    )
)

people = guarded(
    Table(
        "people",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("login", Text, nullable=False, unique=True),
        Column("name", Text, nullable=False),
        Column("organisation", Uuid, nullable=False),
        Column("roles", ARRAY(Words(Role)), nullable=False),
        Column("routes", ARRAY(Text), nullable=False),
        Column("password", Text),
        Column("disabled", Boolean, nullable=False),
        moment("registered_at"),
        parties_column(),
        Column("version", Integer, nullable=False),
        _parties_index(),
    )
)

machines = guarded(
    Table(
        "machines",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("name", Text, nullable=False),
        Column("organisation", Uuid, nullable=False),
        Column("roles", ARRAY(Words(Role)), nullable=False),
        Column("routes", ARRAY(Text), nullable=False),
        Column("secret_hash", LargeBinary, nullable=False),
        Column("revoked", Boolean, nullable=False),
        parties_column(),
        Column("version", Integer, nullable=False),
        _parties_index(),
    )
)

devices = guarded(
    Table(
        "devices",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("hardware_id", Text, nullable=False),
        Column("vehicle_id", Uuid, nullable=False, index=True),
        Column("carrier", Uuid, nullable=False),
        moment("enrolled_at"),
        moment("revoked_at", nullable=True),
        parties_column(),
        Column("version", Integer, nullable=False),
        _parties_index(),
    )
)
Index("one_enrolment", devices.c.hardware_id, unique=True, postgresql_where=devices.c.revoked_at.is_(None))

invitations = Table(
    "invitations",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", Uuid, nullable=False, index=True),
    moment("expires_at"),
    moment("used_at", nullable=True),
)

driver_links = guarded(
    Table(
        "driver_links",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("token_hash", LargeBinary, nullable=False, unique=True),
        Column("crossing_id", Uuid, nullable=False, index=True),
        moment("expires_at"),
        moment("revoked_at", nullable=True),
        parties_column(),
        _parties_index(),
    )
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("subject", Words(Subject), nullable=False),
    Column("subject_id", Uuid, nullable=False, index=True),
    moment("began_at"),
    moment("seen_at", index=True),
    moment("ended_at", nullable=True),
)

attempts = Table(
    "attempts",
    metadata,
    Column("subject", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    moment("last_at", index=True),
    moment("wait_until"),
)
"""Failed sign-ins of an account or an address, each by its hash; in real time."""

vehicles = Table("vehicles", metadata, Column("id", Uuid, primary_key=True), Column("carrier", Uuid, nullable=False))
"""Whose each vehicle is, as vehicle_registration states."""

crossings = guarded(
    Table(
        "crossings",
        metadata,
        Column("id", Uuid, primary_key=True),
        parties_column(),
        Column("over", Boolean, nullable=False),
        Column("trader", Uuid),
        Column("carrier", Uuid),
        Column("route", Text),
        Column("driver_id", Uuid),
        Index(None, "parties", postgresql_using="gin"),
    )
)
"""Whose each crossing is, who is to drive it and whether it has ended, as its services state."""

delegations = Table(
    "delegations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("giver", Uuid, nullable=False),
    Column("agent", Uuid, nullable=False, index=True),
    Column("routes", ARRAY(Text), nullable=False),
    Column("last_day", Date, nullable=False),
    Column("ended", Boolean, nullable=False),
)
"""Which agents firms let act for them, on which routes (none: all) and until when, as vehicle_registration states."""

_versioned: dict[str, Any] = {"version_id_generator": False}
_mapper = registry()
_mapper.map_imperatively(Organisation, organisations, version_id_col=organisations.c.version, **_versioned)
_mapper.map_imperatively(Person, people, version_id_col=people.c.version, **_versioned)
_mapper.map_imperatively(Machine, machines, version_id_col=machines.c.version, **_versioned)
_mapper.map_imperatively(Device, devices, version_id_col=devices.c.version, **_versioned)
_mapper.map_imperatively(Invitation, invitations)
_mapper.map_imperatively(DriverLink, driver_links)
_mapper.map_imperatively(SignedSession, sessions)
