"""Letting others act for a firm, and acting for one: every use is within the limits and is counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.errors import Refusal, Stale
from bordergate.ids import new_id
from services.vehicle_registration.domain.delegation import (
    Act,
    Delegation,
    Limits,
    NotDelegated,
    UnknownDelegate,
)
from services.vehicle_registration.domain.refusals import UnknownCrossing
from services.vehicle_registration.repository import delegation as repository
from services.vehicle_registration.repository import registration_of
from services.vehicle_registration.repository.seen import crossing_seen


@dataclass(frozen=True)
class Delegate:
    """A firm lets an agent organisation, or a driver of its own, act for it."""

    giver: UUID
    agent: UUID | None
    driver_id: UUID | None
    limits: Limits


@dataclass(frozen=True)
class Acting:
    """Somebody acts in a firm's name: an agent organisation, or a driver; `routes` are those of what is acted on."""

    giver: UUID
    agent: UUID | None = None
    driver_id: UUID | None = None
    routes: frozenset[str] = frozenset()


def delegate(command: Delegate, session: Session, clock: Clock) -> Delegation:
    """Let somebody act for a firm from now on; raises UnknownDelegate."""
    known = (
        command.agent != command.giver and repository.is_firm(session, command.agent)
        if command.agent
        else command.driver_id is not None and repository.is_driver_of(session, command.giver, command.driver_id)
    )
    if not known or (command.agent and command.driver_id):
        raise UnknownDelegate(field="$.agent" if command.agent else "$.driver_id")
    given = Delegation.give(new_id(), command.giver, command.agent, command.driver_id, command.limits, clock.now())
    session.add(given)
    return given


def end_delegation(
    delegation_id: UUID, by: UUID, session: Session, clock: Clock, expected: int | None = None
) -> Delegation:
    """Take a leave back, or give it back."""
    delegation = repository.delegation_of(session, delegation_id)
    if expected not in (None, delegation.version):
        raise Stale(expected=expected, current=delegation.version)
    delegation.end(by, clock.now())
    return delegation


def acting_on(
    crossing_id: UUID, party: UUID | None, organisation: UUID | None, session: Session, *, needs_leave: bool
) -> Acting | None:
    """In whose name a party of a crossing changes it; None: in its own, as trader and carrier do.

    `organisation` is None for a driver. Raises UnknownCrossing for who is no party, NotDelegated for who was never let.
    """
    crossing = crossing_seen(session, crossing_id)
    if party not in crossing.parties:
        raise UnknownCrossing
    filing = crossing.filing
    firms = list(dict.fromkeys((filing.trader, filing.carrier)))
    if organisation in firms or not (needs_leave or _was_let(firms, organisation, session)):
        return None
    driver = None if organisation else filing.driver_id
    return replace(_by_leave(firms, organisation, driver, session), routes=frozenset({filing.route}))


def acting_on_registration(
    registration_id: UUID, organisation: UUID | None, session: Session, *, needs_leave: bool
) -> Acting | None:
    """The same of a registration whole; raises UnknownRegistration."""
    registration = registration_of(session, registration_id)
    firms = [registration.trader, registration.carrier]
    if organisation in firms or not (needs_leave or _was_let(firms, organisation, session)):
        return None
    return _by_leave(firms, organisation, None, session)


def _was_let(firms: Sequence[UUID], organisation: UUID | None, session: Session) -> bool:
    """Whether a firm that could act in its own name is a party of this only because another once let it act."""
    return organisation is not None and bool(repository.givers_to(session, firms, organisation, None))


def acting_in_name_of(giver: UUID, organisation: UUID, session: Session, *, needs_leave: bool) -> Acting | None:
    """Who names another firm as trader acts by its leave, if it ever gave one; raises NotDelegated.

    Trader and carrier name one another in good faith: then nothing of the other's is theirs to use.
    """
    if not needs_leave and not repository.givers_to(session, [giver], organisation, None):
        return None
    return _by_leave([giver], organisation, None, session)


def _by_leave(firms: Sequence[UUID], organisation: UUID | None, driver: UUID | None, session: Session) -> Acting:
    givers = repository.givers_to(session, firms, organisation, driver) if organisation or driver else []
    giver = next((firm for firm in firms if firm in givers), None)
    if giver is None:
        raise NotDelegated(field="$.trader")
    return Acting(giver, organisation, driver)


def use_leave(
    acting: Acting, act: Act, routes: Collection[str], session: Session, clock: Clock, count: int = 1
) -> Delegation:
    """Act for a firm by one of the leaves it gave; raises why none of them lets this be done."""
    now, refused = clock.now(), list[Refusal]()
    for leave in repository.leaves_of(session, [acting.giver], acting.agent, acting.driver_id):
        refusal = leave.refusal(act, acting.routes.union(routes), count, now)
        if refusal is None:
            leave.use(act, count, now)
            return leave
        refused.append(refusal)
    raise next((told for told in refused), None) or NotDelegated(field="$.trader")
