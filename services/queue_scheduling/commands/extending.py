"""More time for a call, asked for by its holder."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.queue_scheduling.commands.desk import await_arrival, known_ticket_and_desk
from services.queue_scheduling.commands.leaving import must_be_accepted
from services.queue_scheduling.commands.telling import tell_of_extension
from services.queue_scheduling.domain.refusals import NotExtended
from services.queue_scheduling.domain.ticket import Ticket
from services.queue_scheduling.holding.rules import EXTENDING, NOTHING, bars_to, cost_of
from services.queue_scheduling.holding.situation import held_of, keep_extension, tariff_at


@dataclass(frozen=True)
class ExtendCall:
    """The holder of a call needs more time; `accepts` is the largest share of the fee that he agrees to owe."""

    crossing_id: UUID
    hours: int
    accepts: Decimal = NOTHING
    expected: int | None = None


def extend_call(command: ExtendCall, session: Session, clock: Clock) -> Ticket:
    """Keep a call valid for longer; raises NotExtended and CostsMore."""
    ticket, desk = known_ticket_and_desk(session, command.crossing_id, clock, command.expected)
    held, tariff = held_of(session, ticket, desk.now), tariff_at(session, desk.now)
    if bars := list(bars_to(held, tariff, command.hours)):
        raise NotExtended(bars)
    cost = cost_of(EXTENDING, held, tariff)
    must_be_accepted(cost, command.accepts)
    ticket.extend(command.hours, cost.share, cost.because)
    keep_extension(session, ticket, command.hours, cost, desk.now)
    tell_of_extension(desk, ticket, "ASKED" if cost.share else "OURS")
    await_arrival(ticket, desk)
    return ticket
