"""Who is called: by the round of each minute, or by hand."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import start_timer
from events.words import Direction
from services.queue_scheduling import repository
from services.queue_scheduling.commands.desk import (
    A_MOMENT,
    Desk,
    await_arrival,
    desk_at,
    known_ticket_and_desk,
    start_round,
    ticket_and_desk,
)
from services.queue_scheduling.commands.joining import join
from services.queue_scheduling.dispatch.call import call_extraordinarily, next_call
from services.queue_scheduling.dispatch.urgency import changed
from services.queue_scheduling.domain.deadlines import CallRound
from services.queue_scheduling.domain.hours import calls_due, calls_left, dangerous_may, hour_of, next_round
from services.queue_scheduling.domain.refusals import HourFull, NotCallable, NotWaiting
from services.queue_scheduling.domain.ticket import Stage, Ticket


@dataclass(frozen=True)
class CallByHand:
    """An officer calls one truck out of turn; a second officer answers for it."""

    crossing_id: UUID
    reason: str
    officers: tuple[UUID, UUID]
    expected: int | None = None


def call_round(route: str, direction: Direction, session: Session, clock: Clock) -> None:
    """Make the calls that are due by the end of this minute, and come again while somebody waits."""
    again = CallRound(route=route, direction=direction)
    book = repository.book_if_free(session, route, direction)
    now = clock.now()
    if book is None:
        start_timer(session, again, due=now + A_MOMENT)
        return
    desk = desk_at(session, book, now)
    _refresh_urgencies(desk)
    if not repository.route_of(session, route).is_paused(now):
        for _ in range(calls_due(book.queue, desk.hours, now)):
            if _call_next(desk) is None:
                break
    if not book.is_empty():
        start_timer(session, again, due=next_round(now, desk.days))


def _call_next(desk: Desk) -> Ticket | None:
    hours = desk.hours
    if hours is None:
        return None
    may = dangerous_may(desk.book.queue, hours, desk.terms.dangerous_share, desk.now)
    call = next_call(desk.book, dangerous_may=may)
    if call is None:
        return None
    desk.book.queue.count(hour_of(desk.now), call.place.ticket_class)
    if call.passed and call.number:
        repository.ticket_of(desk.session, call.passed.crossing_id).pass_over(call.number)
    ticket = repository.ticket_of(desk.session, call.place.crossing_id)
    ticket.call(call.number, desk.now, desk.terms.call_valid)
    await_arrival(ticket, desk)
    return ticket


def _refresh_urgencies(desk: Desk) -> None:
    """Every quarter of an hour (a row) each perishable's urgency is written anew; in between it stands."""
    queue = desk.book.queue
    if queue.urgency_at is not None and desk.now - queue.urgency_at < desk.terms.urgency_every:
        return
    desk.book.set_urgencies(changed(desk.book.perishables(), desk.now, desk.horizon))
    desk.book.forget()
    queue.urgency_at = desk.now.replace(second=0, microsecond=0)


def call_by_hand(command: CallByHand, session: Session, clock: Clock) -> Ticket:
    """Call one truck out of turn, within the hour's capacity."""
    ticket, desk = known_ticket_and_desk(session, command.crossing_id, clock, command.expected)
    place = desk.book.place_of(command.crossing_id)
    if ticket.stage is not Stage.WAITING:
        raise NotWaiting(crossing=ticket.crossing_id, stage=ticket.stage)
    if place is None or not place.callable:
        raise NotCallable(crossing=ticket.crossing_id)
    paused = repository.route_of(session, ticket.route).is_paused(desk.now)
    if paused or not calls_left(desk.book.queue, desk.hours, desk.now):
        raise HourFull(route=ticket.route)
    call_extraordinarily(desk.book, place)
    desk.book.queue.overrides += 1
    desk.book.queue.count(hour_of(desk.now), ticket.ticket_class)
    ticket.call_by_hand(command.reason, command.officers, desk.now, desk.terms.call_valid)
    await_arrival(ticket, desk)
    return ticket


def miss_call(crossing_id: UUID, session: Session, clock: Clock) -> None:
    """A called truck that did not come loses its call and joins again, at the end."""
    found = ticket_and_desk(session, crossing_id, clock)
    if found is None:
        return
    ticket, desk = found
    if ticket.stage is Stage.CALLED and ticket.valid_until is not None and ticket.valid_until <= desk.now:
        ticket.miss()
        join(ticket, desk)
        start_round(session, *ticket.queue, desk.now)
