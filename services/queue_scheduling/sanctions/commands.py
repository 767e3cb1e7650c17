"""What is done about sanctions by hand, and when their time has come."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from events.sanctions import Ground
from services.queue_scheduling.commands.desk import known_ticket_and_desk, ticket_and_desk
from services.queue_scheduling.commands.telling import tell_of_lifting
from services.queue_scheduling.sanctions import store
from services.queue_scheduling.sanctions.judging import impose, shown
from services.queue_scheduling.sanctions.refusals import SanctionedAlready
from services.queue_scheduling.sanctions.sanction import Sanction, SanctionStage


@dataclass(frozen=True)
class BringCase:
    """An inspector, and a second officer, sanction a vehicle or its carrier over one crossing; `case` is their file."""

    crossing_id: UUID
    of_vehicle: bool
    ground: Ground
    case: str
    reason: str
    officers: tuple[UUID, UUID]


@dataclass(frozen=True)
class AppealAgainst:
    """The carrier says why a sanction is wrong."""

    sanction_id: UUID
    text: str
    expected: int | None = None


@dataclass(frozen=True)
class DecideAppeal:
    """An officer decides on an appeal, and says why."""

    sanction_id: UUID
    granted: bool
    reason: str
    officer: UUID
    expected: int | None = None


def bring_case(command: BringCase, session: Session, clock: Clock) -> Sanction:
    """Sanction a vehicle or carrier for what no counting shows; raises NoTicket and SanctionedAlready."""
    ticket, desk = known_ticket_and_desk(session, command.crossing_id, clock, None)
    whose = {"vehicle": ticket.vehicle} if command.of_vehicle else {"carrier": ticket.carrier}
    store.hold(session, next(iter(whose.values())))
    if store.is_sanctioned(session, by_case=True, **whose):
        raise SanctionedAlready
    limits = store.limits_at(session, desk.now)
    evidence = shown(ticket.crossing_id, ticket.reference, ticket.route, called_at=ticket.called_at)
    return impose(
        ticket,
        desk,
        command.ground,
        [evidence],
        limits,
        of_vehicle=command.of_vehicle,
        lasts=limits.lasts_gravely,
        case=command.case,
        reason=command.reason,
        officers=list(command.officers),
    )


def appeal_against(command: AppealAgainst, session: Session, clock: Clock) -> Sanction:
    """Keep what the carrier says; raises NoSanction, AppealedAlready and AppealTooLate."""
    sanction = store.sanction_of(session, command.sanction_id)
    sanction.expect(command.expected)
    sanction.appeal_against(command.text, clock.now())
    return sanction


def decide_appeal(command: DecideAppeal, crossing_id: UUID, session: Session, clock: Clock) -> Sanction:
    """Decide on an appeal; what is lifted stands in the ledger of the crossing that brought it."""
    found = ticket_and_desk(session, crossing_id, clock)
    sanction = store.sanction_of(session, command.sanction_id)
    sanction.expect(command.expected)
    sanction.decide(command.reason, command.officer, clock.now(), granted=command.granted)
    if found is not None and sanction.stage is SanctionStage.LIFTED:
        tell_of_lifting(found[1], found[0])
    return sanction


def serve_out(sanction_id: UUID, session: Session, clock: Clock) -> None:
    """A sanction's time has come."""
    store.sanction_of(session, sanction_id).serve_out(clock.now())
