"""What is done to crossings is kept with who did it, and nobody's change is lost under another's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.errors import Stale
from bordergate.event import Actor, ActorKind
from events.vehicle_registration import Filing
from services.vehicle_registration.domain.crossing import Crossing
from services.vehicle_registration.domain.history import Act, Told, at_odds, differing
from services.vehicle_registration.domain.refusals import AmendedMeanwhile
from services.vehicle_registration.repository import history

PEOPLE = frozenset({ActorKind.PERSON, ActorKind.MACHINE, ActorKind.DRIVER})


def tell(crossings: Sequence[Crossing], act: Act, session: Session, clock: Clock, reason: str | None = None) -> None:
    """Keep what was done to crossings, and by whom; what a timer or another service did, nobody did."""
    history.tell(session, [(crossing.id, _told(crossing, act, session, clock, reason)) for crossing in crossings])


def tell_amended(amended: Sequence[tuple[Crossing, Filing]], act: Act, session: Session, clock: Clock) -> None:
    """Keep what stood in crossings before they were amended."""
    told = [(crossing.id, _told(crossing, act, session, clock, before=before)) for crossing, before in amended]
    history.tell(session, told)


def refuse_older(crossing: Crossing, expected: int | None, session: Session) -> None:
    """Refuse when the caller looked at another version, and say what differs; raises AmendedMeanwhile or Stale."""
    if expected in (None, crossing.version):
        return
    base = history.filed_at(session, crossing.id, version=expected)
    if base is None:
        raise Stale(expected=expected, current=crossing.version)
    raise AmendedMeanwhile(crossing.version, crossing.filing.revision, differing(base, crossing.filing))


def refuse_lost(crossing: Crossing, seen: int | None, asked: Filing, session: Session) -> None:
    """Refuse a form that was filled in before another's change, and say where they differ; raises AmendedMeanwhile."""
    if seen in (None, crossing.filing.revision):
        return
    base = history.filed_at(session, crossing.id, revision=seen)
    if base is not None and (odds := at_odds(base, crossing.filing, asked)):
        raise AmendedMeanwhile(crossing.version, crossing.filing.revision, odds)


def _told(
    crossing: Crossing,
    act: Act,
    session: Session,
    clock: Clock,
    reason: str | None = None,
    before: Filing | None = None,
) -> Told:
    actor: Actor = session.info["origin"].actor
    person = actor.kind in PEOPLE
    return Told(
        at=clock.now(),
        act=act,
        version=crossing.version,
        revision=crossing.filing.revision,
        by=actor.organisation if person else None,
        role=actor.role if person else None,
        caller=actor.id if person else None,
        acting_for=actor.acting_for,
        before=before,
        reason=reason,
    )
