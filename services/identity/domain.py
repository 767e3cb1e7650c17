"""Organisations, and those who act for them: people, machines, devices and a crossing's driver."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from bordergate.aggregate import Aggregate
from bordergate.auth import Role
from bordergate.border import TaxCode
from bordergate.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unauthenticated
from bordergate.ids import new_id
from events.identity import DeviceEnrolled, DeviceRevoked, OrganisationRegistered, OrganisationVerified
from events.words import OrganisationKind

INVITATION_LASTS = timedelta(hours=24)
SESSION_LASTS = timedelta(days=7)
SESSION_IDLE = timedelta(hours=12)
LINK_LASTS = timedelta(days=15)

OFFICERS = frozenset(Role) - {Role.TRADER, Role.AGENT, Role.CARRIER, Role.DRIVER, Role.YARD}
ROLES_OF: dict[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.TRADER: frozenset({Role.TRADER, Role.CARRIER}),
    OrganisationKind.CUSTOMS_AGENT: frozenset({Role.AGENT}),
    OrganisationKind.CARRIER: frozenset({Role.CARRIER}),
    OrganisationKind.YARD_OPERATOR: frozenset({Role.YARD}),
    OrganisationKind.AUTHORITY: OFFICERS,
    OrganisationKind.FOREIGN_FORWARDER: frozenset({Role.TRADER, Role.CARRIER}),
}


class NotSignedIn(Unauthenticated):
    """Login and password do not belong together, or there is no such login: nobody is told which."""

    code = "identity.not_signed_in"


class SessionOver(Unauthenticated):
    """The session was ended, or has lasted its time."""

    code = "identity.session_over"


class BadLink(Invalid):
    """The link was used, is over, or never was."""

    code = "identity.bad_link"


class BadClient(Unauthenticated):
    """Client and secret do not belong together."""

    code = "identity.bad_client"


class SlowDown(TooMany):
    """Too many failed sign-ins; the wait doubles with each."""

    code = "identity.slow_down"


class WeakPassword(Invalid):
    """The password is too easily guessed."""

    code = "identity.weak_password"


class NotLet(Forbidden):
    """Who files for another lets its driver in only while that firm lets him act for it."""

    code = "identity.not_let"


class HasPassword(Forbidden):
    """Who can set another's password could sign in as him: only an administrator answers for that."""

    code = "identity.has_password"


class LoginTaken(Conflict):
    """Somebody has this login name."""

    code = "identity.login_taken"


class TaxCodeTaken(Conflict):
    """An organisation with this tax code is known."""

    code = "identity.tax_code_taken"


class RoleNotForKind(Invalid):
    """An organisation of this kind does not do that at the gate."""

    code = "identity.role_not_for_kind"


class DeviceTaken(Conflict):
    """The device reports for a vehicle already."""

    code = "identity.device_taken"


class NoSuchVehicle(NotFound):
    """The vehicle is not one of the carrier's."""

    code = "identity.no_such_vehicle"


class CrossingOver(Conflict):
    """The crossing has ended; its driver has nothing left to do."""

    code = "identity.crossing_over"


class Subject(StrEnum):
    """Whose session it is."""

    PERSON = "person"
    DRIVER = "driver"


class Organisation(Aggregate):
    """A firm or an authority that uses the gate; its names and tax code never leave this service."""

    def __init__(
        self,
        kind: OrganisationKind,
        names: dict[str, str],
        tax_code: TaxCode | None,
        now: datetime,
        *,
        trusted: bool = False,
        verified: bool = False,
    ) -> None:
        self.id = new_id()
        self.kind = kind
        self.name_vi, self.name_zh, self.name_en = names["vi"], names["zh"], names.get("en")
        self.tax_code = str(tax_code) if tax_code else None
        self.trusted, self.verified = trusted, verified
        self.registered_at = now
        self.parties = [self.id]
        self.version = 0
        sound = tax_code is not None and not TaxCode.read(str(tax_code)).problems
        told = {"kind": kind, "verified": verified, "trusted": trusted, "tax_code_sound": sound}
        self.record(OrganisationRegistered(organisation_id=self.id, **told))

    def verify(self) -> None:
        """An administrator has checked that it is who it says; saying so again changes nothing."""
        if not self.verified:
            self.verified = True
            self.record(OrganisationVerified(organisation_id=self.id))

    def names(self) -> dict[str, str]:
        """Its names by language; without an English one the Vietnamese stands."""
        return {"vi": self.name_vi, "zh": self.name_zh, "en": self.name_en or self.name_vi}


class Person:
    """Somebody who signs in with a login name (an e-mail address or a telephone number) and a password."""

    def __init__(
        self,
        login: str,
        name: str,
        organisation: Organisation,
        roles: Iterable[Role],
        routes: Iterable[str],
        now: datetime,
    ) -> None:
        self.id = new_id()
        self.login = plain_login(login)
        self.name = name
        self.organisation = organisation.id
        self.password: str | None = None
        self.disabled = False
        self.registered_at = now
        self.parties = [organisation.id]
        self.version = 0
        self.appoint(roles, routes, organisation)

    def appoint(self, roles: Iterable[Role], routes: Iterable[str], organisation: Organisation) -> None:
        """Say what the person does, and on which routes (none named: all); raises RoleNotForKind."""
        self.roles = allowed_roles(roles, organisation.kind)
        self.routes = sorted(set(routes))
        self.version += 1

    def disable(self) -> None:
        """The person no longer signs in."""
        self.disabled = True
        self.version += 1

    def set_password(self, hashed: str) -> None:
        """The person signs in with another password from now on."""
        self.password = hashed
        self.version += 1


class Machine:
    """A firm's or an authority's system that calls with client id and secret."""

    def __init__(
        self, name: str, organisation: Organisation, roles: Iterable[Role], routes: Iterable[str], secret_hash: bytes
    ) -> None:
        self.id = new_id()
        self.name = name
        self.organisation = organisation.id
        self.roles = allowed_roles(roles, organisation.kind)
        self.routes = sorted(set(routes))
        self.secret_hash = secret_hash
        self.revoked = False
        self.parties = [organisation.id]
        self.version = 1

    def revoke(self) -> None:
        """The machine no longer calls."""
        self.revoked = True
        self.version += 1


class Device(Aggregate):
    """A tracking device that reports for one vehicle; `hardware_id` is what it calls itself."""

    def __init__(self, hardware_id: str, vehicle_id: UUID, carrier: UUID, now: datetime) -> None:
        self.id = new_id()
        self.hardware_id = hardware_id
        self.vehicle_id = vehicle_id
        self.carrier = carrier
        self.enrolled_at = now
        self.revoked_at: datetime | None = None
        self.parties = [carrier]
        self.version = 0
        self.record(DeviceEnrolled(vehicle_id=vehicle_id, device_id=self.id, hardware_id=hardware_id, carrier=carrier))

    def revoke(self, now: datetime) -> None:
        """It no longer reports; saying so again changes nothing."""
        if self.revoked_at is None:
            self.revoked_at = now
            self.record(DeviceRevoked(vehicle_id=self.vehicle_id, device_id=self.id, hardware_id=self.hardware_id))


class Invitation:
    """A link that lets one person set a password, once, within a day of real time."""

    def __init__(self, token_hash: bytes, person_id: UUID, real_now: datetime) -> None:
        self.token_hash = token_hash
        self.person_id = person_id
        self.expires_at = real_now + INVITATION_LASTS
        self.used_at: datetime | None = None

    def must_hold(self, real_now: datetime) -> None:
        """Refuse with BadLink when it was used or is over."""
        if self.used_at or real_now >= self.expires_at:
            raise BadLink

    def use(self, real_now: datetime) -> None:
        """Take the link; raises BadLink when it no longer holds."""
        self.must_hold(real_now)
        self.used_at = real_now


class DriverLink:
    """A link, or its QR, that opens one crossing to its driver."""

    def __init__(self, token_hash: bytes, crossing_id: UUID, parties: Iterable[UUID], real_now: datetime) -> None:
        self.id = new_id()
        self.token_hash = token_hash
        self.crossing_id = crossing_id
        self.parties = sorted({*parties, crossing_id})
        self.expires_at = real_now + LINK_LASTS
        self.revoked_at: datetime | None = None

    def open(self, real_now: datetime) -> None:
        """The driver follows it, as often as he needs; raises BadLink when it no longer holds."""
        if self.revoked_at or real_now >= self.expires_at:
            raise BadLink

    def revoke(self, real_now: datetime) -> None:
        """It opens nothing any more."""
        self.revoked_at = self.revoked_at or real_now


class SignedSession:
    """A person's or driver's stay, kept here; his browser holds its secret. All its times are real."""

    def __init__(self, secret_hash: bytes, subject: Subject, subject_id: UUID, real_now: datetime) -> None:
        self.id = new_id()
        self.secret_hash = secret_hash
        self.subject = subject
        self.subject_id = subject_id
        self.began_at = self.seen_at = real_now
        self.ended_at: datetime | None = None

    def renew(self, real_now: datetime) -> None:
        """He is still there; raises SessionOver when it has ended, lasted its time or been idle too long."""
        late = real_now >= self.began_at + SESSION_LASTS or real_now >= self.seen_at + SESSION_IDLE
        if self.ended_at or late:
            raise SessionOver
        self.seen_at = real_now

    def end(self, real_now: datetime) -> None:
        """He signs out."""
        self.ended_at = self.ended_at or real_now


def allowed_roles(roles: Iterable[Role], kind: OrganisationKind) -> list[Role]:
    """The roles, if people of such an organisation may have them; raises RoleNotForKind."""
    wanted = set(roles)
    if wrong := wanted - ROLES_OF[kind]:
        raise RoleNotForKind(field="$.roles", roles=", ".join(sorted(wrong)), kind=kind)
    return sorted(wanted)


def plain_login(login: str) -> str:
    """A login name as it is compared: `+84 912 345 678` and `0912345678` are one, letters are small."""
    written = "".join(login.split()).lower()
    if "@" in written:
        return written
    digits = "".join(letter for letter in written if letter.isdecimal() or letter == "+")
    return "0" + digits.removeprefix("+84") if digits.startswith("+84") else digits or written


def refuse_weak(password: str, login: str) -> None:
    """A password has ten characters, not all alike, and is not the login; raises WeakPassword."""
    shortest, distinct = 10, 5
    if len(password) < shortest or len(set(password)) < distinct or plain_login(login) in password.lower():
        raise WeakPassword(field="$.password", least=shortest)


def wait_after(failures: int, free: int) -> timedelta:
    """How long to wait after so many failed sign-ins: none for the first `free`, then 2, 4, 8 … s, at most 15 min."""
    beyond = failures - free
    return timedelta(seconds=min(2**beyond, 900)) if beyond > 0 else timedelta()
