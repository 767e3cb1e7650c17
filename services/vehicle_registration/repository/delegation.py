"""Delegations: by identity, and those by which somebody may act for a firm."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from services.vehicle_registration.domain.delegation import FIRMS, Delegation, UnknownDelegation
from services.vehicle_registration.domain.demands import day_of
from services.vehicle_registration.tables import delegations, drivers, organisations


def delegation_of(session: Session, delegation_id: UUID) -> Delegation:
    """The delegation, locked; raises UnknownDelegation."""
    delegation = session.get(Delegation, delegation_id, with_for_update=True)
    if delegation is None:
        raise UnknownDelegation
    return delegation


def leaves_of(session: Session, givers: Collection[UUID], agent: UUID | None, driver: UUID | None) -> list[Delegation]:
    """All that firms have let an agent, or a driver, do for them, ended or not; locked, the latest first."""
    held = delegations.c.agent == agent if agent else delegations.c.driver_id == driver
    statement = select(Delegation).where(delegations.c.giver.in_(givers), held)
    return list(session.execute(statement.order_by(delegations.c.id.desc()).with_for_update()).scalars())


def givers_to(session: Session, givers: Collection[UUID], agent: UUID | None, driver: UUID | None) -> list[UUID]:
    """Those of the firms that have ever let an agent, or a driver, act for them."""
    held = delegations.c.agent == agent if agent else delegations.c.driver_id == driver
    return list(session.execute(select(delegations.c.giver).where(delegations.c.giver.in_(givers), held)).scalars())


def in_force(now: datetime) -> ColumnElement[bool]:
    """The delegations that were not ended and whose last day is not over."""
    return delegations.c.ended_at.is_(None) & (delegations.c.last_day >= day_of(now))


def is_firm(session: Session, organisation_id: UUID) -> bool:
    """Whether it is a firm that the gate knows."""
    known = organisations.c.id == organisation_id, or_(*(organisations.c.kind == kind for kind in sorted(FIRMS)))
    return session.execute(select(organisations.c.id).where(*known)).first() is not None


def is_driver_of(session: Session, carrier: UUID, driver_id: UUID) -> bool:
    """Whether he is a driver of this carrier."""
    known = drivers.c.id == driver_id, drivers.c.carrier == carrier
    return session.execute(select(drivers.c.id).where(*known)).first() is not None
