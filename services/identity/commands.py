"""What can be asked of identity about organisations, people, machines, devices and drivers' links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bordergate.auth import Caller, Role
from bordergate.border import TaxCode
from bordergate.clock import HANOI, Clock
from bordergate.errors import NotFound, Stale
from events.vehicle_registration import DelegationGiven, Filing
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
    NotLet,
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
from services.identity.tables import crossings, delegations, devices, driver_links, sessions, vehicles

PRINCIPALS = frozenset({Role.TRADER, Role.CARRIER})
"""Who does things of his own at the desk; an agent does them for others."""
LET_IN = frozenset({"FILE", "AMEND"})
"""What a firm lets an agent do for it when it lets him send its drivers on their way."""


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


class KnownCrossing(NamedTuple):
    """A crossing as identity knows it: whose it is, whether it is over, for whom it was filed and where it goes."""

    id: UUID
    parties: Sequence[UUID]
    over: bool
    trader: UUID | None
    carrier: UUID | None
    route: str | None


def link_driver(crossing: KnownCrossing, session: Session, real_now: datetime) -> tuple[DriverLink, str]:
    """A link that opens the crossing, which is locked, to its driver; raises CrossingOver."""
    if crossing.over:
        raise CrossingOver
    token = new_secret()
    link = DriverLink(digest(token), crossing.id, crossing.parties, real_now)
    session.add(link)
    return link, token


def crossing_of(session: Session, crossing_id: UUID, *, lock: bool = False) -> KnownCrossing:
    """The crossing as it is known; with `lock` it stays so until the commit. Raises NotFound."""
    wanted = select(*(crossings.c[name] for name in KnownCrossing._fields)).where(crossings.c.id == crossing_id)
    row = session.execute(wanted.with_for_update(read=True) if lock else wanted).one_or_none()
    if row is None:
        raise NotFound
    return KnownCrossing(*row)


def must_be_let(crossing: KnownCrossing, caller: Caller, session: Session, clock: Clock) -> None:
    """Refuse who filed a crossing for another firm when that firm lets him act for it no longer; raises NotLet.

    Trader and carrier act in their own name; so does a firm they named in good faith, if neither ever gave it a leave.
    """
    principals = (crossing.trader, crossing.carrier)
    if caller.organisation in principals:
        return
    held = delegations.c.giver.in_(principals), delegations.c.agent == caller.organisation
    in_force = ~delegations.c.ended & (delegations.c.last_day >= clock.now().astimezone(HANOI).date())
    here = or_(func.cardinality(delegations.c.routes) == 0, delegations.c.routes.contains([crossing.route]))
    given, holds = session.execute(select(func.count(), func.count().filter(in_force & here)).where(*held)).one()
    if not holds and (given or not caller.roles & PRINCIPALS):
        raise NotLet


def know_crossing(crossing_id: UUID, filing: Filing, session: Session, real_now: datetime) -> None:
    """Remember whose a crossing is; when another is to drive it, the links of the one before open nothing any more."""
    told = {name: getattr(filing, name) for name in ("trader", "carrier", "route", "driver_id")}
    told["parties"] = list(filing.parties)
    row = session.execute(select(crossings.c.driver_id).where(crossings.c.id == crossing_id)).one_or_none()
    new = insert(crossings).values(id=crossing_id, over=False, **told)
    session.execute(new.on_conflict_do_update(index_elements=["id"], set_=told))
    if row and row.driver_id and row.driver_id != filing.driver_id:
        close_links(crossing_id, session, real_now)


def close_links(crossing_id: UUID, session: Session, real_now: datetime) -> None:
    """Every link of a crossing's driver is revoked, and whoever came by one is signed out."""
    held = (driver_links.c.crossing_id == crossing_id) & driver_links.c.revoked_at.is_(None)
    closed = update(driver_links).where(held).values(revoked_at=real_now).returning(driver_links.c.id)
    for link_id in session.scalars(closed).all():
        end_sessions(link_id, session, real_now)


def know_delegation(told: DelegationGiven, session: Session) -> None:
    """Remember that a firm lets an agent act for it; what it lets its own driver do is no matter of links.

    Who may only cancel was given a leave, but none that lets a driver in.
    """
    if told.agent is None:
        return
    known = {"giver": told.organisation_id, "agent": told.agent, "routes": [*told.routes], "last_day": told.last_day}
    new = insert(delegations).values(id=told.delegation_id, ended=LET_IN.isdisjoint(told.acts), **known)
    session.execute(new.on_conflict_do_nothing())


def end_delegation(delegation_id: UUID, session: Session) -> None:
    """Remember that a firm's leave was ended."""
    session.execute(update(delegations).where(delegations.c.id == delegation_id).values(ended=True))


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
