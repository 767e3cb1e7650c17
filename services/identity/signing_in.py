"""Signing in and staying signed in: sessions, and the caller tokens they give."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bordergate.auth import LIFETIME, Caller, Role
from bordergate.event import ActorKind
from services.identity.commands import crossing_of
from services.identity.domain import (
    SESSION_LASTS,
    BadClient,
    CrossingOver,
    DriverLink,
    Machine,
    NotSignedIn,
    Person,
    SessionOver,
    SignedSession,
    Subject,
    plain_login,
)
from services.identity.passwords import digest, new_secret
from services.identity.repository import (
    driver_link_by_token,
    driver_link_of,
    person_by_login,
    person_of,
    session_by_secret,
)
from services.identity.tables import sessions
from services.identity.throttle import count_attempt, forget_old_attempts, forgive


@dataclass(frozen=True)
class Known:
    """What is compared at a sign-in; both None for an unknown login."""

    person_id: UUID | None
    password: str | None


@dataclass(frozen=True)
class Stay:
    """A session just begun or renewed: who, and the secret his browser keeps (None: it has it)."""

    caller: Caller
    secret: str | None = None


def begin_sign_in(login: str, address: str, session: Session, real_now: datetime) -> Known:
    """Count the attempt and look the account up; raises SlowDown."""
    forget_old_attempts(session, real_now)
    count_attempt(session, login, address, real_now)
    person = person_by_login(session, plain_login(login))
    if person is None or person.disabled:
        return Known(None, None)
    return Known(person.id, person.password)


def finish_sign_in(known: Known, login: str, address: str, session: Session, real_now: datetime) -> Stay:
    """The password fitted: begin a session."""
    forgive(session, login, address)
    return stay_of_person(_person(known, session), session, real_now)


def second_officer(known: Known, login: str, address: str, session: Session, real_now: datetime) -> Caller:
    """The password fitted: a token for one act, without a session."""
    forgive(session, login, address)
    return caller_of_person(_person(known, session), None, real_now)


def stay_of_person(person: Person, session: Session, real_now: datetime) -> Stay:
    """A session of a person."""
    begun, secret = _begin(Subject.PERSON, person.id, session, real_now)
    return Stay(caller_of_person(person, begun.id, real_now), secret)


def open_driver_link(token: str, session: Session, real_now: datetime) -> Stay:
    """A session of a crossing's driver; raises BadLink and CrossingOver."""
    link = driver_link_by_token(session, token)
    _still_open(link, session, real_now)
    begun, secret = _begin(Subject.DRIVER, link.id, session, real_now)
    return Stay(caller_of_driver(link, begun.id, real_now), secret)


def renew(secret: str, session: Session, real_now: datetime) -> Stay:
    """Another token for a session that still holds; raises SessionOver."""
    begun = session_by_secret(session, secret)
    begun.renew(real_now)
    if begun.subject is Subject.DRIVER:
        link = driver_link_of(session, begun.subject_id)
        _still_open(link, session, real_now)
        return Stay(caller_of_driver(link, begun.id, real_now))
    person = person_of(session, begun.subject_id)
    if person.disabled:
        raise SessionOver
    return Stay(caller_of_person(person, begun.id, real_now))


def sign_out(secret: str, session: Session, real_now: datetime) -> None:
    """End the session, if it still runs."""
    session_by_secret(session, secret).end(real_now)


def caller_of_client(client_id: UUID, secret: str, session: Session, real_now: datetime) -> Caller:
    """A machine's token for its secret; raises BadClient."""
    machine = session.get(Machine, client_id)
    expected = machine.secret_hash if machine else digest(new_secret())
    if not hmac.compare_digest(digest(secret), bytes(expected)) or machine is None or machine.revoked:
        raise BadClient
    return _caller(machine, ActorKind.MACHINE, None, real_now)


def caller_of_person(person: Person, session_id: UUID | None, real_now: datetime) -> Caller:
    """A person as other services see him."""
    return _caller(person, ActorKind.PERSON, session_id, real_now)


def caller_of_driver(link: DriverLink, session_id: UUID, real_now: datetime) -> Caller:
    """A driver as other services see him: one crossing, nothing else."""
    return Caller(
        id=link.id,
        kind=ActorKind.DRIVER,
        organisation=None,
        roles=frozenset({Role.DRIVER}),
        routes=frozenset(),
        session=session_id,
        issued=real_now,
        expires=real_now + LIFETIME,
        crossing=link.crossing_id,
    )


def _caller(account: Person | Machine, kind: ActorKind, session_id: UUID | None, real_now: datetime) -> Caller:
    return Caller(
        id=account.id,
        kind=kind,
        organisation=account.organisation,
        roles=frozenset(account.roles),
        routes=frozenset(account.routes),
        session=session_id,
        issued=real_now,
        expires=real_now + LIFETIME,
    )


def _person(known: Known, session: Session) -> Person:
    if known.person_id is None:
        raise NotSignedIn
    return person_of(session, known.person_id)


def _begin(subject: Subject, subject_id: UUID, session: Session, real_now: datetime) -> tuple[SignedSession, str]:
    session.execute(delete(sessions).where(sessions.c.seen_at < real_now - SESSION_LASTS))
    secret = new_secret()
    begun = SignedSession(digest(secret), subject, subject_id, real_now)
    session.add(begun)
    return begun, secret


def _still_open(link: DriverLink, session: Session, real_now: datetime) -> None:
    link.open(real_now)
    if crossing_of(session, link.crossing_id).over:
        raise CrossingOver
