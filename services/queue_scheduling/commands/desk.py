"""What every decision at a queue stands on.

Whoever decides anything locks the queue's row first and reads the rest after. Only what comes with its timer's row
locked does not wait for the queue: so nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import start_timer
from events.vehicle_registration import CrossingReady
from events.words import Direction
from services.queue_scheduling import repository
from services.queue_scheduling.dispatch import promise
from services.queue_scheduling.dispatch.rows import RowBook
from services.queue_scheduling.domain.deadlines import CallRound, NoShow, OfferAgain
from services.queue_scheduling.domain.hours import Hours
from services.queue_scheduling.domain.refusals import NoTicket
from services.queue_scheduling.domain.terms import Terms, horizon_at
from services.queue_scheduling.domain.ticket import Standing, Ticket

A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class Desk:
    """What every decision at one queue reads: the book, the hours and terms now."""

    session: Session
    book: RowBook
    terms: Terms
    days: Sequence[Hours | None]
    now: datetime

    @property
    def hours(self) -> Hours | None:
        """The hours of today."""
        return self.days[0]

    @property
    def horizon(self) -> timedelta:
        """Over which hours a perishable's urgency looks ahead."""
        return horizon_at(self.terms, self.hours, self.now)


def open_desk(session: Session, route: str, direction: Direction, clock: Clock) -> Desk:
    """Lock one queue and read what holds for it, and what time it is, once it is locked; raises UnknownRoute."""
    return desk_at(session, repository.book_of(session, route, direction), clock.now())


def desk_at(session: Session, book: RowBook, now: datetime) -> Desk:
    """What holds for a queue that is locked already."""
    days = repository.days_of(session, book.queue.route, book.queue.direction, now)
    return Desk(session, book, repository.terms_at(session, now), days, now)


def open_desks(session: Session, joining: Sequence[CrossingReady], clock: Clock) -> dict[Standing, Desk]:
    """Lock the queues where somebody joins, or stands that was another truck, each with a round of calls to follow."""
    standing = repository.queues_of_tickets(session, [crossing.crossing_id for crossing in joining])
    desks: dict[Standing, Desk] = {}
    for route, direction in sorted({(one.route, one.direction) for one in joining} | set(standing.values())):
        desk = open_desk(session, route, direction, clock)
        start_round(session, route, direction, desk.now)
        desks[route, direction] = desk
    return desks


def start_round(session: Session, route: str, direction: Direction, now: datetime) -> None:
    """Let calls be made in this very minute if any are due; never puts off a round that is due already."""
    start_timer(session, CallRound(route=route, direction=direction), due=now.replace(second=0, microsecond=0))


def ticket_and_desk(session: Session, crossing_id: UUID, clock: Clock) -> tuple[Ticket, Desk] | None:
    """The ticket as it is once its queue is locked; None when the crossing has none."""
    queue = repository.queue_of_ticket(session, crossing_id)
    if queue is None:
        return None
    desk = open_desk(session, *queue, clock)
    ticket = repository.ticket_of(session, crossing_id)
    if ticket.queue != queue:  # it was amended, and went to another queue, while this one was waited for
        return ticket_and_desk(session, crossing_id, clock)
    return ticket, desk


def known_ticket_and_desk(
    session: Session, crossing_id: UUID, clock: Clock, expected: int | None
) -> tuple[Ticket, Desk]:
    """The ticket in the version that was seen, once its queue is locked; raises NoTicket."""
    found = ticket_and_desk(session, crossing_id, clock)
    if found is None:
        raise NoTicket(crossing=crossing_id)
    found[0].expect(expected)
    return found


def leave(ticket: Ticket, desk: Desk) -> None:
    """Give up the place, if there is one; what is behind moves up."""
    place = desk.book.place_of(ticket.crossing_id)
    if place is not None:
        promise.leave(desk.book, place)


def clear(ticket: Ticket, desk: Desk) -> None:
    """Give up the place, and let those join who were refused because of it."""
    leave(ticket, desk)
    freed = repository.disengage(desk.session, ticket.crossing_id)
    for refused in repository.refused_over(desk.session, freed):
        start_timer(desk.session, OfferAgain(crossing_id=refused), due=desk.now)


def await_arrival(ticket: Ticket, desk: Desk) -> None:
    """A call that nobody follows runs out."""
    if ticket.valid_until is not None:
        start_timer(desk.session, NoShow(crossing_id=ticket.crossing_id), due=ticket.valid_until)
