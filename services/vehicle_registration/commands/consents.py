"""A driver consents, or takes a consent back; it stays told when he did and how."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.vehicle_registration import repository
from services.vehicle_registration.domain.consents import Consent, How, NoConsent, Purpose
from services.vehicle_registration.domain.refusals import UnknownDriver
from services.vehicle_registration.repository.seen import consents_of, crossing_seen
from services.vehicle_registration.tables import consents


def give_consent(driver_id: UUID, purpose: Purpose, how: How, session: Session, clock: Clock) -> Consent:
    """Note that a driver lets something be done with his data; saying so again changes nothing."""
    driver = repository.driver_of(session, driver_id, lock=True)
    held = _in_force(driver_id, purpose, session)
    if held is not None:
        return held
    given = Consent.give(driver_id, purpose, how, [*driver.parties], driver.carrier, clock.now())
    session.add(given)
    return given


def withdraw_consent(driver_id: UUID, purpose: Purpose, how: How, session: Session, clock: Clock) -> Consent:
    """Note that a driver takes his consent back; raises NoConsent."""
    repository.driver_of(session, driver_id, lock=True)
    held = _in_force(driver_id, purpose, session)
    if held is None:
        raise NoConsent
    held.withdraw(how, clock.now())
    return held


def forget_consents(driver_id: UUID, session: Session, clock: Clock) -> None:
    """A driver who is erased leaves nothing behind that he said; what still held of it holds no longer."""
    for consent in consents_of(session, driver_id):
        if consent.withdrawn_at is None:
            consent.withdraw(consent.how, clock.now())
        session.flush()  # what it states is read off it before it is gone
        session.delete(consent)


def driver_on(crossing_id: UUID, session: Session) -> UUID:
    """Who is named as driver of a crossing; raises UnknownDriver when nobody is."""
    driver = crossing_seen(session, crossing_id).filing.driver_id
    if driver is None:
        raise UnknownDriver
    return driver


def _in_force(driver_id: UUID, purpose: Purpose, session: Session) -> Consent | None:
    own = consents.c.driver_id == driver_id, consents.c.purpose == purpose, consents.c.withdrawn_at.is_(None)
    return session.execute(select(Consent).where(*own).with_for_update()).scalar_one_or_none()
