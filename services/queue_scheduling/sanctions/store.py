"""How calls ended, and the sanctions that followed, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from events.sanctions import Ground
from services.queue_scheduling import repository
from services.queue_scheduling.domain.ticket import Cause, Ticket
from services.queue_scheduling.sanctions.refusals import NoSanction
from services.queue_scheduling.sanctions.rules import Limits, Outcome
from services.queue_scheduling.sanctions.sanction import Sanction, SanctionStage
from services.queue_scheduling.sanctions.tables import outcomes, sanctions

FOR_NO_SHOWS = (Ground.IN_A_ROW, Ground.VEHICLE_OFTEN, Ground.CARRIER_OFTEN)
LOOKED_AT = 50
"""No evidence needs more calls of one vehicle or carrier."""


def limits_at(session: Session, now: datetime) -> Limits:
    """The numbers in force."""
    value = repository.numbers_at(session, now)

    def days(name: str) -> timedelta:
        return timedelta(days=float(value[name]))

    return Limits(
        in_a_row=int(value["sanction_in_a_row"]),
        vehicle_no_shows=int(value["sanction_vehicle_no_shows"]),
        vehicle_span=days("sanction_vehicle_days"),
        carrier_no_shows=int(value["sanction_carrier_no_shows"]),
        carrier_share=value["sanction_carrier_share"],
        carrier_span=days("sanction_carrier_days"),
        lasts=days("sanction_days"),
        lasts_gravely=days("sanction_grave_days"),
        appeal_within=days("sanction_appeal_days"),
    )


def note_outcome(session: Session, ticket: Ticket, at: datetime, cause: Cause | None = None) -> None:
    """How a call ended: the truck came, or it did not and by whose doing; said again, nothing changes."""
    row = {
        "crossing_id": ticket.crossing_id,
        "called_at": _begun(ticket) or at,
        "parties": [ticket.carrier],
        "vehicle": ticket.vehicle,
        "carrier": ticket.carrier,
        "reference": ticket.reference,
        "route": ticket.route,
        "ended_at": at,
        "cause": cause,
    }
    session.execute(insert(outcomes).values(row).on_conflict_do_nothing())


def _begun(ticket: Ticket) -> datetime | None:
    """When the call began; of one who was seen without one, when he last joined."""
    return max((at for at in (ticket.called_at, ticket.joined_at) if at), default=None)


def forget_outcome(session: Session, ticket: Ticket) -> datetime | None:
    """The authorities had not seen the truck after all: how its call ends is open again; since when it had ended."""
    here = (outcomes.c.crossing_id == ticket.crossing_id, outcomes.c.called_at == _begun(ticket))
    return session.scalar(delete(outcomes).where(*here).returning(outcomes.c.ended_at))


def forgive(session: Session, crossing_id: UUID, called_at: datetime) -> None:
    """A call that was said to be missed was followed in time."""
    here = (outcomes.c.crossing_id == crossing_id, outcomes.c.called_at == called_at)
    session.execute(update(outcomes).where(*here).values(cause=None))


def resting_on(session: Session, crossing_id: UUID) -> Sequence[Sanction]:
    """The sanctions for no-shows in force with a crossing's call among their evidence, whichever crossing came last."""
    here = (sanctions.c.evidence.contains([{"crossing_id": str(crossing_id)}]), sanctions.c.ground.in_(FOR_NO_SHOWS))
    return session.scalars(select(Sanction).where(*here, sanctions.c.stage == SanctionStage.ACTIVE)).all()


def outcomes_of(session: Session, vehicle: UUID) -> Sequence[Outcome]:
    """How the latest calls of a vehicle ended that were its own to follow, since its last sanction."""
    last = select(func.max(sanctions.c.imposed_at)).where(_on(vehicle, None)).scalar_subquery()
    counts = or_(outcomes.c.cause.is_(None), outcomes.c.cause == Cause.OWN)
    return _read(session, outcomes.c.vehicle == vehicle, counts, or_(last.is_(None), outcomes.c.ended_at > last))


def missed_by(session: Session, carrier: UUID, since: datetime) -> tuple[Sequence[Outcome], int, int]:
    """The latest calls that a carrier's trucks missed by their own doing since an instant.

    And how many these are in all, and how many there were to follow. Those before its last sanction are not counted.
    """
    last = select(func.max(sanctions.c.imposed_at)).where(_on(None, carrier)).scalar_subquery()
    fresh = (
        outcomes.c.carrier == carrier,
        outcomes.c.ended_at > since,
        or_(last.is_(None), outcomes.c.ended_at > last),
    )
    counts = or_(outcomes.c.cause.is_(None), outcomes.c.cause == Cause.OWN)
    own = outcomes.c.cause == Cause.OWN
    missed, calls = session.execute(select(func.count().filter(own), func.count()).where(*fresh, counts)).one()
    return _read(session, *fresh, own), missed, calls


def _read(session: Session, *which: ColumnElement[bool]) -> Sequence[Outcome]:
    found = select(outcomes).where(*which).order_by(outcomes.c.ended_at.desc()).limit(LOOKED_AT)
    return [
        Outcome(row.crossing_id, row.reference, row.route, row.called_at, row.ended_at, came=row.cause is None)
        for row in session.execute(found)
    ]


def hold(session: Session, subject: UUID) -> None:
    """Let nobody else judge a vehicle or carrier until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"sanction {subject}", 0))))


def is_sanctioned(
    session: Session, *, vehicle: UUID | None = None, carrier: UUID | None = None, by_case: bool = False
) -> bool:
    """Whether a vehicle, or a carrier itself, is under a sanction; `by_case`: one that was brought as a case."""
    active = select(sanctions.c.id).where(_on(vehicle, carrier), sanctions.c.stage == SanctionStage.ACTIVE)
    if by_case:
        active = active.where(sanctions.c.ground.not_in(FOR_NO_SHOWS))
    return session.scalar(active.limit(1)) is not None


def _on(vehicle: UUID | None, carrier: UUID | None) -> ColumnElement[bool]:
    if vehicle:
        return sanctions.c.vehicle_id == vehicle
    return (sanctions.c.carrier == carrier) & sanctions.c.vehicle_id.is_(None)


def sanction_of(session: Session, sanction_id: UUID) -> Sanction:
    """A sanction, to be changed; raises NoSanction."""
    found = session.get(Sanction, sanction_id, with_for_update=True)
    if found is None:
        raise NoSanction
    return found
