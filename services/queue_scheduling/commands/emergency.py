"""Who goes before all others, because a written order says so."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from events.queue_scheduling import EmergencyPaper
from services.queue_scheduling import decisions
from services.queue_scheduling.commands.desk import known_ticket_and_desk, leave, start_round
from services.queue_scheduling.commands.joining import join
from services.queue_scheduling.commands.telling import tell_of_emergency, tell_of_leaving
from services.queue_scheduling.domain.refusals import NotWaiting
from services.queue_scheduling.domain.ticket import Stage, Ticket
from services.queue_scheduling.ledger.leaf import Leaving


@dataclass(frozen=True)
class DeclareEmergency:
    """Two officers hold a written order in their hands: which, of what number, and why this truck."""

    crossing_id: UUID
    paper: EmergencyPaper
    paper_number: str
    reason: str
    officers: tuple[UUID, UUID]
    expected: int | None = None


def declare_emergency(command: DeclareEmergency, session: Session, clock: Clock) -> Ticket:
    """Let a waiting truck go before all others; the public log says by what kind of order, and nothing of the truck."""
    ticket, desk = known_ticket_and_desk(session, command.crossing_id, clock, command.expected)
    if ticket.stage is not Stage.WAITING or ticket.emergency:
        raise NotWaiting(crossing=ticket.crossing_id, stage=ticket.stage)
    tell_of_emergency(desk, ticket, command.paper)
    tell_of_leaving(desk, ticket, Leaving.CHANGED)
    leave(ticket, desk)
    ticket.declare_emergency(command.paper, command.officers)
    join(ticket, desk)
    decisions.note_emergency(session, ticket, command.paper, (command.paper_number, command.reason), command.officers)
    start_round(session, *ticket.queue, desk.now)
    return ticket
