"""What every decision at a queue stands on.

Whoever decides anything locks the queue's row first, a deadline too and before its own, and reads the rest after:
so nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from bordergate.clock import Clock
from bordergate.timers import start_timer
from events.vehicle_registration import CrossingReady
from events.words import Direction
from services.queue_scheduling import repository
from services.queue_scheduling.commands.telling import tell_of_hours, tell_of_opening, tell_of_seeds, tell_of_terms
from services.queue_scheduling.dispatch import promise
from services.queue_scheduling.dispatch.approach import forget_area
from services.queue_scheduling.dispatch.rows import RowBook
from services.queue_scheduling.domain.deadlines import (
    CallRound,
    Foresight,
    NoShow,
    OfferAgain,
    SeedTurns,
    next_look,
)
from services.queue_scheduling.domain.hours import Hours, midnight
from services.queue_scheduling.domain.refusals import NoTicket
from services.queue_scheduling.domain.route import Route, allowed
from services.queue_scheduling.domain.terms import Terms, horizon_at
from services.queue_scheduling.domain.ticket import Standing, Ticket
from services.queue_scheduling.slots.ends import let_go


@dataclass(frozen=True)
class Desk:
    """What every decision at one queue reads: the book, the hours and terms now."""

    session: Session
    book: RowBook
    terms: Terms
    days: Sequence[Hours | None]
    now: datetime
    opening: datetime | None = None
    """For which a call is made before it."""

    @cached_property
    def route(self) -> Route:
        """The route as it is today."""
        return repository.route_of(self.session, self.book.queue.route)

    @property
    def hours(self) -> Hours | None:
        """The hours of today as far as the route lets anybody be called; None while nobody is."""
        return allowed(self.days[0], self.route.at(self.now), self.book.queue.direction)

    @property
    def is_open(self) -> bool:
        """Whether anybody is called at this minute."""
        return self.hours is not None and self.hours.is_open(self.now)

    @property
    def call_valid(self) -> timedelta:
        """How long a call made now stays valid: its time runs once the gate is open."""
        return (self.opening or self.now) - self.now + self.terms.call_valid

    @property
    def horizon(self) -> timedelta:
        """Over which hours a perishable's urgency looks ahead."""
        return horizon_at(self.terms, self.days[0], self.now)


def open_desk(session: Session, route: str, direction: Direction, clock: Clock) -> Desk:
    """Lock one queue and read what holds for it, and what time it is, once it is locked; raises UnknownRoute."""
    book = repository.book_of(session, route, direction)
    now = clock.now()
    days = repository.days_of(session, route, direction, now)
    desk = Desk(session, book, repository.terms_at(session, now), days, now)
    if not book.queue.logged:
        tell_of_opening(desk)
    tell_of_terms(desk)
    if tell_of_seeds(desk):
        tomorrow = midnight(now) + timedelta(days=1)
        start_timer(session, SeedTurns(route=route, direction=direction), due=tomorrow)
    return desk


def lock_queues(session: Session, joining: Sequence[CrossingReady], others: Collection[UUID]) -> None:
    """Lock every queue that a batch of events will decide at, in one order: so two batches never wait in a circle.

    `others` are the crossings of which something else is told than that they are ready.
    """
    standing = repository.queues_of_tickets(session, {*others, *(crossing.crossing_id for crossing in joining)})
    for route, direction in sorted({(one.route, one.direction) for one in joining} | set(standing.values())):
        repository.lock_queue(session, route, direction)


def open_desks(session: Session, joining: Sequence[CrossingReady], clock: Clock) -> dict[Standing, Desk]:
    """Lock the queues where somebody joins, or stands that was another truck."""
    standing = repository.queues_of_tickets(session, [crossing.crossing_id for crossing in joining])
    queues = sorted({(one.route, one.direction) for one in joining} | set(standing.values()))
    return {queue: open_desk(session, *queue, clock) for queue in queues}


def start_rounds(desks: Mapping[Standing, Desk]) -> None:
    """Let calls follow where somebody joined; at the end, for a deadline is passed over while somebody moves it."""
    for queue, desk in desks.items():
        start_round(desk.session, *queue, desk.now)


def turn_seeds(route: str, direction: Direction, session: Session, clock: Clock) -> None:
    """A day begins: its hours are told, the seed of the one before is shown, and another day's is sealed."""
    tell_of_hours(open_desk(session, route, direction, clock))


def start_round(session: Session, route: str, direction: Direction, now: datetime) -> None:
    """Let calls be made in this very minute if any are due; neither a round nor a look that is due is ever put off."""
    this_minute = now.replace(second=0, microsecond=0)
    start_timer(session, CallRound(route=route, direction=direction), due=this_minute, or_earlier=True)
    start_timer(session, Foresight(route=route, direction=direction), due=next_look(now), or_earlier=True)


def ticket_and_desk(session: Session, crossing_id: UUID, clock: Clock) -> tuple[Ticket, Desk] | None:
    """The ticket as it is once its queue is locked; None when the crossing has none."""
    queue = repository.queue_of_ticket(session, crossing_id)
    if queue is None:
        return None
    desk = open_desk(session, *queue, clock)
    ticket = repository.ticket_of(session, crossing_id)
    if ticket.queue != queue:  # it was amended, and went to another queue, while this one was waited for
        # From the beginning and not from here: waiting for a second queue with one locked could be half a circle.
        raise StaleDataError(f"{crossing_id} went to another queue")
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
    forget_area(desk.session, ticket.crossing_id)
    let_go(ticket, desk.session, desk.now)
    let_join(repository.disengage(desk.session, ticket.crossing_id), desk)


def let_join(freed: Collection[str], desk: Desk) -> None:
    """Offer a place to those who were refused because of what is free now."""
    for refused in repository.refused_over(desk.session, [*freed]):
        start_timer(desk.session, OfferAgain(crossing_id=refused), due=desk.now)


def await_arrival(ticket: Ticket, desk: Desk) -> None:
    """A call that nobody follows runs out."""
    if ticket.valid_until is not None:
        start_timer(desk.session, NoShow(crossing_id=ticket.crossing_id), due=ticket.valid_until)
