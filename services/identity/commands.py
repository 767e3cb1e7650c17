"""What can be asked of identity about organisations, people, machines, devices and drivers' links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bordergate.auth import Role
from bordergate.border import TaxCode
from bordergate.clock import Clock
from bordergate.errors import NotFound, Stale
from events.words import OrganisationKind
from services.identity.domain import (
    BadLink,
    CrossingOver,
    Device,
    DeviceTaken,
    DriverLink,
    Invitation,
    LoginTaken,
    Machine,
    NoSuchVehicle,
    Organisation,
    Person,
    TaxCodeTaken,
    plain_login,
    refuse_weak,
)
from services.identity.passwords import digest, new_secret
from services.identity.repository import (
    device_of,
    invitation_by_token,
    organisation_by_tax_code,
    organisation_of,
    person_by_login,
    person_of,
)
from services.identity.tables import crossings, devices, sessions, vehicles


@dataclass(frozen=True)
class RegisterOrganisation:
    """A firm or an authority wants to use the gate."""

    kind: OrganisationKind
    names: dict[str, str]
    tax_code: TaxCode | None = None
    trusted: bool = False
    verified: bool = False


@dataclass(frozen=True)
class InvitePerson:
    """Somebody shall sign in for an organisation."""

    login: str
    name: str
    organisation: UUID
    roles: frozenset[Role]
    routes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RegisterMachine:
    """A system shall call for an organisation."""

    name: str
    organisation: UUID
    roles: frozenset[Role]
    routes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class EnrolDevice:
    """A tracking device shall report for a vehicle."""

    hardware_id: str
    vehicle_id: UUID


def register_organisation(command: RegisterOrganisation, session: Session, clock: Clock) -> Organisation:
    """Register an organisation; raises TaxCodeTaken."""
    if command.tax_code and organisation_by_tax_code(session, str(command.tax_code)):
        raise TaxCodeTaken(field="$.tax_code")
    organisation = Organisation(
        command.kind,
        command.names,
        command.tax_code,
        clock.now(),
        trusted=command.trusted,
        verified=command.verified,
    )
    session.add(organisation)
    return organisation


def verify_organisation(organisation_id: UUID, session: Session, expected: int | None = None) -> Organisation:
    """An administrator has checked an organisation."""
    organisation = organisation_of(session, organisation_id)
    organisation.expect(expected)
    organisation.verify()
    return organisation


def invite(command: InvitePerson, session: Session, clock: Clock, real_now: datetime) -> tuple[Person, str]:
    """Make the person's account and the one-time token that sets its password; raises LoginTaken."""
    if person_by_login(session, plain_login(command.login)):
        raise LoginTaken(field="$.login")
    organisation = organisation_of(session, command.organisation)
    person = Person(command.login, command.name, organisation, command.roles, command.routes, clock.now())
    session.add(person)
    return person, invitation_for(person, session, real_now)


def invitation_for(person: Person, session: Session, real_now: datetime) -> str:
    """A new one-time token for a person, as after a forgotten password."""
    token = new_secret()
    session.add(Invitation(digest(token), person.id, real_now))
    return token


def examine_password(token: str, password: str, session: Session, real_now: datetime) -> None:
    """Whether the link would take this password, before the slow work of hashing; raises BadLink and WeakPassword."""
    _, person = _invited(token, session, real_now)
    refuse_weak(password, person.login)


def accept_invitation(token: str, password_hash: str, session: Session, real_now: datetime) -> Person:
    """Set the password the link stands for, hashed outside any transaction; raises BadLink."""
    invitation, person = _invited(token, session, real_now)
    invitation.use(real_now)
    person.set_password(password_hash)
    end_sessions(person.id, session, real_now)
    return person


def _invited(token: str, session: Session, real_now: datetime) -> tuple[Invitation, Person]:
    """The invitation and whom it is for; raises BadLink when it no longer holds."""
    invitation = invitation_by_token(session, token)
    invitation.must_hold(real_now)
    person = person_of(session, invitation.person_id)
    if person.disabled:
        raise BadLink
    return invitation, person


def end_sessions(subject_id: UUID, session: Session, real_now: datetime) -> None:
    """End every session of somebody, wherever it runs."""
    running = (sessions.c.subject_id == subject_id) & sessions.c.ended_at.is_(None)
    session.execute(update(sessions).where(running).values(ended_at=real_now))


def disable_person(person_id: UUID, session: Session, real_now: datetime) -> Person:
    """The person no longer signs in, and is signed out everywhere."""
    person = person_of(session, person_id)
    person.disable()
    end_sessions(person_id, session, real_now)
    return person


def appoint(
    person_id: UUID, roles: frozenset[Role], routes: frozenset[str], session: Session, *, expected: int | None = None
) -> Person:
    """Give a person other roles and routes; they hold from his next token on; raises Stale."""
    person = person_of(session, person_id)
    if expected not in (None, person.version):
        raise Stale(expected=expected, current=person.version)
    person.appoint(roles, routes, organisation_of(session, person.organisation))
    return person


def register_machine(command: RegisterMachine, session: Session) -> tuple[Machine, str]:
    """Make a machine's account and its secret, shown once."""
    secret = new_secret()
    organisation = organisation_of(session, command.organisation)
    machine = Machine(command.name, organisation, command.roles, command.routes, digest(secret))
    session.add(machine)
    return machine, secret


def enrol_device(command: EnrolDevice, session: Session, clock: Clock, *, carrier: UUID | None) -> Device:
    """Let a device report for a vehicle of the carrier (None: whoever's it is).

    Raises NoSuchVehicle and DeviceTaken.
    """
    owner = session.execute(select(vehicles.c.carrier).where(vehicles.c.id == command.vehicle_id)).scalar_one_or_none()
    if owner is None or carrier not in (None, owner):
        raise NoSuchVehicle(field="$.vehicle_id")
    active = devices.c.revoked_at.is_(None)
    if session.scalars(select(Device).where(devices.c.hardware_id == command.hardware_id, active)).first():
        raise DeviceTaken(field="$.hardware_id")
    device = Device(command.hardware_id, command.vehicle_id, owner, clock.now())
    session.add(device)
    return device


def revoke_device(device_id: UUID, session: Session, clock: Clock, expected: int | None = None) -> Device:
    """The device no longer reports."""
    device = device_of(session, device_id)
    device.expect(expected)
    device.revoke(clock.now())
    return device


def link_driver(crossing_id: UUID, session: Session, real_now: datetime) -> tuple[DriverLink, str]:
    """A link that opens the crossing to its driver; raises NotFound and CrossingOver."""
    parties, over = crossing_of(session, crossing_id)
    if over:
        raise CrossingOver
    token = new_secret()
    link = DriverLink(digest(token), crossing_id, parties, real_now)
    session.add(link)
    return link, token


def crossing_of(session: Session, crossing_id: UUID) -> tuple[Sequence[UUID], bool]:
    """Whose the crossing is and whether it is over; raises NotFound."""
    row = session.execute(select(crossings).where(crossings.c.id == crossing_id)).one_or_none()
    if row is None:
        raise NotFound
    return row.parties, row.over


def know_crossing(crossing_id: UUID, parties: Sequence[UUID], session: Session) -> None:
    """Remember whose a crossing is."""
    new = insert(crossings).values(id=crossing_id, parties=list(parties), over=False)
    session.execute(new.on_conflict_do_update(index_elements=["id"], set_={"parties": new.excluded.parties}))


def end_crossing(crossing_id: UUID, session: Session) -> None:
    """Remember that a crossing is over: its driver's links open nothing any more."""
    new = insert(crossings).values(id=crossing_id, parties=[], over=True)
    session.execute(new.on_conflict_do_update(index_elements=["id"], set_={"over": True}))


def resume_crossing(crossing_id: UUID, session: Session) -> None:
    """Remember that a crossing is not over after all: its driver's links open it again."""
    session.execute(update(crossings).where(crossings.c.id == crossing_id).values(over=False))


def know_vehicles(carriers: Mapping[UUID, UUID], session: Session) -> None:
    """Remember whose vehicles are: the carrier of each."""
    new = insert(vehicles)
    session.execute(
        new.on_conflict_do_update(index_elements=["id"], set_={"carrier": new.excluded.carrier}),
        [{"id": vehicle, "carrier": carriers[vehicle]} for vehicle in sorted(carriers)],
    )
