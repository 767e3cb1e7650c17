"""Rows of identity by what they are known by."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bordergate.errors import NotFound
from services.identity.domain import (
    BadLink,
    Device,
    DriverLink,
    Invitation,
    Machine,
    Organisation,
    Person,
    SessionOver,
    SignedSession,
)
from services.identity.passwords import digest
from services.identity.tables import driver_links, invitations, organisations, people, sessions

T = TypeVar("T")


def organisation_of(session: Session, organisation_id: UUID) -> Organisation:
    """One organisation; raises NotFound."""
    return _found(session.get(Organisation, organisation_id))


def organisation_by_tax_code(session: Session, tax_code: str) -> Organisation | None:
    """The organisation with this tax code, if it is known."""
    return session.scalars(select(Organisation).where(organisations.c.tax_code == tax_code)).one_or_none()


def person_of(session: Session, person_id: UUID) -> Person:
    """One person; raises NotFound."""
    return _found(session.get(Person, person_id))


def person_by_login(session: Session, login: str) -> Person | None:
    """The person with this login name, written plainly."""
    return session.scalars(select(Person).where(people.c.login == login)).one_or_none()


def machine_of(session: Session, machine_id: UUID) -> Machine:
    """One machine; raises NotFound."""
    return _found(session.get(Machine, machine_id))


def device_of(session: Session, device_id: UUID) -> Device:
    """One device; raises NotFound."""
    return _found(session.get(Device, device_id))


def invitation_by_token(session: Session, token: str) -> Invitation:
    """The invitation a link names, locked; raises BadLink."""
    found = select(Invitation).where(invitations.c.token_hash == digest(token)).with_for_update()
    invitation = session.scalars(found).one_or_none()
    if invitation is None:
        raise BadLink
    return invitation


def driver_link_by_token(session: Session, token: str) -> DriverLink:
    """The driver's link; raises BadLink."""
    link = session.scalars(select(DriverLink).where(driver_links.c.token_hash == digest(token))).one_or_none()
    if link is None:
        raise BadLink
    return link


def driver_link_of(session: Session, link_id: UUID) -> DriverLink:
    """One driver's link; raises NotFound."""
    return _found(session.get(DriverLink, link_id))


def session_by_secret(session: Session, secret: str) -> SignedSession:
    """The session a cookie stands for; raises SessionOver."""
    found = session.scalars(select(SignedSession).where(sessions.c.secret_hash == digest(secret))).one_or_none()
    if found is None:
        raise SessionOver
    return found


def _found(thing: T | None) -> T:
    if thing is None:
        raise NotFound
    return thing
