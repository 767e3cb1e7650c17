"""Who gives a place up, and what the authorities see of him."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from events.words import CrossingState
from services.queue_scheduling.commands.desk import (
    await_arrival,
    clear,
    known_ticket_and_desk,
    leave,
    ticket_and_desk,
)
from services.queue_scheduling.domain.ticket import Stage, Ticket


@dataclass(frozen=True)
class WithdrawTicket:
    """The trader gives the place up."""

    crossing_id: UUID
    reason: str
    expected: int | None = None


def withdraw_ticket(command: WithdrawTicket, session: Session, clock: Clock) -> Ticket:
    """Give a place up before its call."""
    ticket, desk = known_ticket_and_desk(session, command.crossing_id, clock, command.expected)
    ticket.withdraw(command.reason)
    clear(ticket, desk)
    return ticket


def follow_to(crossing_id: UUID, stage: Stage, session: Session, clock: Clock) -> None:
    """The authorities saw the truck (ARRIVED, SERVED) or turned it away (ENDED): it no longer waits."""
    found = ticket_and_desk(session, crossing_id, clock)
    if found is None or not found[0].may_become(stage):
        return
    ticket, desk = found
    ticket.become(stage)
    if stage is Stage.ARRIVED:
        leave(ticket, desk)
    else:
        clear(ticket, desk)


def take_back(crossing_id: UUID, stated: CrossingState, session: Session, clock: Clock) -> None:
    """The authorities took back a stage: the ticket is where it was before, and a call runs on."""
    found = ticket_and_desk(session, crossing_id, clock)
    if found is None:
        return
    ticket, desk = found
    if ticket.take_back(stated) and ticket.stage is Stage.CALLED:
        await_arrival(ticket, desk)


def give_up(crossing_id: UUID, reason: str, session: Session, clock: Clock) -> None:
    """The crossing was cancelled or expired: whoever waits withdraws, whoever was called is done."""
    found = ticket_and_desk(session, crossing_id, clock)
    if found is None:
        return
    ticket, desk = found
    if ticket.stage is Stage.WAITING:
        ticket.withdraw(reason)
    elif ticket.may_become(Stage.ENDED):
        ticket.become(Stage.ENDED)
    clear(ticket, desk)
