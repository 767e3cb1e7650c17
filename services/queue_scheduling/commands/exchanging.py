"""The one change of tractor or driver that keeps a place."""

from __future__ import annotations

from events.vehicle_registration import CrossingReady
from services.queue_scheduling import repository
from services.queue_scheduling.commands.desk import Desk, let_join
from services.queue_scheduling.commands.telling import tell_of_exchange
from services.queue_scheduling.domain.ticket import Ticket, things_of
from services.queue_scheduling.holding.rules import EXCHANGING, cost_of
from services.queue_scheduling.holding.situation import held_of, tariff_at


def exchange_truck(ticket: Ticket, crossing: CrossingReady, desk: Desk) -> bool:
    """Let another tractor or driver stand in a ticket's place; False when it stands in a queue already."""
    if crossing.exchange is None:
        return False
    freed = repository.disengage(desk.session, ticket.crossing_id)
    if repository.engage(desk.session, ticket.crossing_id, things_of(crossing)):
        let_join(freed, desk)
        return False
    cost = cost_of(EXCHANGING, held_of(desk.session, ticket, desk.now), tariff_at(desk.session, desk.now))
    ticket.exchange(crossing, crossing.exchange.what, cost.share, cost.because)
    tell_of_exchange(desk, ticket, crossing.exchange.what)
    let_join(set(freed) - set(ticket.things), desk)
    return True
