"""The crisis regime: declared and lifted by two officers, and what it does to the spoiled (QUEUE.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from events.words import Direction
from services.queue_scheduling import decisions, repository
from services.queue_scheduling.commands.desk import Desk, open_desk, start_round
from services.queue_scheduling.commands.telling import tell_of_crisis, tell_of_falling_back
from services.queue_scheduling.dispatch.book import Place
from services.queue_scheduling.dispatch.crisis import exchange_spoiled
from services.queue_scheduling.domain.route import Route
from services.queue_scheduling.ledger.leaf import Regime


@dataclass(frozen=True)
class DecideCrisis:
    """Two officers declare a crisis in one direction of a route, or lift it."""

    route: str
    direction: Direction
    regime: Regime
    reason: str
    officers: tuple[UUID, UUID]
    expected: int | None = None


def decide_crisis(command: DecideCrisis, session: Session, clock: Clock) -> Route:
    """Let spoiled perishables give way to what can still be saved, from the next minute on, or no longer."""
    desk = open_desk(session, command.route, command.direction, clock)
    route = repository.route_of(session, command.route, lock=True)
    route.expect(command.expected)
    if command.regime is Regime.DECLARED:
        route.declare_crisis(command.direction, command.reason, command.officers, desk.now)
    else:
        route.lift_crisis(command.direction, command.reason, command.officers)
    tell_of_crisis(desk, command.regime)
    decisions.note_crisis(
        session,
        (command.route, command.direction),
        declared=(command.regime is Regime.DECLARED, desk.now),
        reason=command.reason,
        officers=command.officers,
    )
    desk.book.queue.urgency_at = None  # the next round looks at every perishable
    start_round(session, command.route, command.direction, desk.now)
    return route


def fall_back(desk: Desk, perishables: Iterable[Place]) -> None:
    """Whoever is spoiled gives his number to those who can be saved, and takes the largest up to his second."""
    places = [exchange.place for exchange in exchange_spoiled(desk.book, perishables, desk.now)]
    tickets = repository.tickets_of(desk.session, [place.crossing_id for place in places])
    for ticket, place in zip(tickets, places, strict=True):
        if place.number is None:
            raise AssertionError(f"{place} fell back to no number")
        ticket.fall_back(place.number)
    tell_of_falling_back(desk, tickets)
