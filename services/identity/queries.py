"""What identity shows: organisations, people, machines, devices. A look at a person is audited by the one who asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, Select, Table, or_, select
from sqlalchemy.orm import Session

from bordergate.audit import audit
from bordergate.auth import Caller, Role
from bordergate.errors import NotFound
from bordergate.http import Page, PageRequest
from events.words import OrganisationKind
from services.identity.domain import Device, Machine, Organisation, Person, plain_login
from services.identity.tables import devices, machines, organisations, people

LOOKED_AT_PERSON = "identity.look_at_person"
MOST_FOUND = 50


class OrganisationView(BaseModel):
    """An organisation as its own people and administrators see it."""

    id: UUID
    kind: OrganisationKind
    names: dict[str, str]
    tax_code: str | None
    verified: bool
    trusted: bool
    registered_at: datetime
    version: int

    @classmethod
    def of(cls, organisation: Organisation) -> Self:
        """The view."""
        return cls(
            id=organisation.id,
            kind=organisation.kind,
            names=organisation.names(),
            tax_code=organisation.tax_code,
            verified=organisation.verified,
            trusted=organisation.trusted,
            registered_at=organisation.registered_at,
            version=organisation.version,
        )


class PartnerView(BaseModel):
    """An organisation as its partners find it: enough to name it in a registration."""

    id: UUID
    kind: OrganisationKind
    names: dict[str, str]
    verified: bool


class PersonView(BaseModel):
    """Somebody's account, without its password."""

    id: UUID
    login: str
    name: str
    organisation: UUID
    roles: list[Role]
    routes: list[str]
    disabled: bool
    has_password: bool
    version: int

    @classmethod
    def of(cls, person: Person) -> Self:
        """The view."""
        return cls(
            id=person.id,
            login=person.login,
            name=person.name,
            organisation=person.organisation,
            roles=person.roles,
            routes=person.routes,
            disabled=person.disabled,
            has_password=person.password is not None,
            version=person.version,
        )


class MachineView(BaseModel):
    """A machine's account, without its secret."""

    id: UUID
    name: str
    organisation: UUID
    roles: list[Role]
    routes: list[str]
    revoked: bool
    version: int

    @classmethod
    def of(cls, machine: Machine) -> Self:
        """The view."""
        return cls(
            id=machine.id,
            name=machine.name,
            organisation=machine.organisation,
            roles=machine.roles,
            routes=machine.routes,
            revoked=machine.revoked,
            version=machine.version,
        )


class DeviceView(BaseModel):
    """A device and the vehicle it reports for."""

    id: UUID
    hardware_id: str
    vehicle_id: UUID
    carrier: UUID
    enrolled_at: datetime
    revoked_at: datetime | None
    version: int

    @classmethod
    def of(cls, device: Device) -> Self:
        """The view."""
        return cls(
            id=device.id,
            hardware_id=device.hardware_id,
            vehicle_id=device.vehicle_id,
            carrier=device.carrier,
            enrolled_at=device.enrolled_at,
            revoked_at=device.revoked_at,
            version=device.version,
        )


class Me(BaseModel):
    """Who is signed in, as his pages greet him."""

    id: UUID
    kind: str
    name: str | None
    organisation: UUID | None
    organisation_names: dict[str, str] | None
    roles: list[Role]
    routes: list[str]
    crossing: UUID | None
    expires: datetime


def me(session: Session, caller: Caller) -> Me:
    """Who asks, with his name and his organisation's."""
    person = session.get(Person, caller.id)
    organisation = session.get(Organisation, caller.organisation) if caller.organisation else None
    if person:
        audit(session, caller, LOOKED_AT_PERSON, person.id)
    return Me(
        id=caller.id,
        kind=caller.kind,
        name=person.name if person else None,
        organisation=caller.organisation,
        organisation_names=organisation.names() if organisation else None,
        roles=sorted(caller.roles),
        routes=sorted(caller.routes),
        crossing=caller.crossing,
        expires=caller.expires,
    )


def person_seen(session: Session, caller: Caller, person_id: UUID) -> PersonView:
    """One person; the look is audited; raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    audit(session, caller, LOOKED_AT_PERSON, person_id)
    return PersonView.of(person)


def people_seen(session: Session, caller: Caller, wanted: PageRequest) -> Page[PersonView]:
    """People by id; each look is audited."""
    rows = session.scalars(_after(select(Person), people, wanted)).all()
    for person in rows[: wanted.limit]:
        audit(session, caller, LOOKED_AT_PERSON, person.id)
    return Page[PersonView].of(rows, wanted, PersonView.of, _place)


def people_found(session: Session, caller: Caller, text: str) -> list[PersonView]:
    """People whose name holds the text, or whose login name it is; each look is audited."""
    named = people.c.name.icontains(text, autoescape=True) | (people.c.login == plain_login(text))
    rows = session.scalars(select(Person).where(named).order_by(people.c.name, people.c.id).limit(MOST_FOUND)).all()
    for person in rows:
        audit(session, caller, LOOKED_AT_PERSON, person.id)
    return [PersonView.of(person) for person in rows]


def organisations_found(session: Session, text: str) -> list[OrganisationView]:
    """Organisations whose name in any language holds the text, or whose tax code it is."""
    names = (organisations.c.name_vi, organisations.c.name_zh, organisations.c.name_en)
    named = or_(*(name.icontains(text, autoescape=True) for name in names), organisations.c.tax_code == text.strip())
    rows = session.scalars(
        select(Organisation).where(named).order_by(organisations.c.name_vi, organisations.c.id).limit(MOST_FOUND)
    )
    return [OrganisationView.of(organisation) for organisation in rows]


def organisations_seen(session: Session, wanted: PageRequest) -> Page[OrganisationView]:
    """Organisations by id."""
    rows = session.scalars(_after(select(Organisation), organisations, wanted)).all()
    return Page[OrganisationView].of(rows, wanted, OrganisationView.of, _place)


def machines_seen(session: Session, wanted: PageRequest) -> Page[MachineView]:
    """Machines by id."""
    rows = session.scalars(_after(select(Machine), machines, wanted)).all()
    return Page[MachineView].of(rows, wanted, MachineView.of, _place)


def devices_seen(session: Session, wanted: PageRequest) -> Page[DeviceView]:
    """Devices by id."""
    rows = session.scalars(_after(select(Device), devices, wanted)).all()
    return Page[DeviceView].of(rows, wanted, DeviceView.of, _place)


def partner_found(session: Session, tax_code: str) -> PartnerView:
    """The organisation with a tax code; raises NotFound."""
    found = session.execute(select(organisations).where(organisations.c.tax_code == tax_code)).one_or_none()
    if found is None:
        raise NotFound
    return _partner(found)


def partners_named(session: Session, ids: Sequence[UUID]) -> list[PartnerView]:
    """The organisations of these ids, as far as they are known."""
    return [_partner(row) for row in session.execute(select(organisations).where(organisations.c.id.in_(ids)))]


def _partner(row: Row[Any]) -> PartnerView:
    names = {"vi": row.name_vi, "zh": row.name_zh, "en": row.name_en or row.name_vi}
    return PartnerView(id=row.id, kind=row.kind, names=names, verified=row.verified)


def _after(query: Select[Any], table: Table, wanted: PageRequest) -> Select[Any]:
    """The next rows by id, which is by age."""
    behind = query.where(table.c.id > UUID(str(wanted.after[0]))) if wanted.after else query
    return behind.order_by(table.c.id).limit(wanted.rows)


def _place(thing: Any) -> tuple[UUID]:  # noqa: ANN401 - any row with an id
    return (thing.id,)
