"""Who is called: by the round of each minute, or by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import start_timer
from events.words import Direction, TicketClass
from services.queue_scheduling import decisions, repository
from services.queue_scheduling.commands.arriving import attempt_of
from services.queue_scheduling.commands.crisis import fall_back
from services.queue_scheduling.commands.desk import (
    Desk,
    await_arrival,
    known_ticket_and_desk,
    leave,
    open_desk,
    start_round,
    ticket_and_desk,
)
from services.queue_scheduling.commands.joining import join
from services.queue_scheduling.commands.telling import (
    tell_of_call,
    tell_of_exchanges,
    tell_of_extension,
    tell_of_hours,
    tell_of_leaving,
    tell_of_no_show,
    tell_of_pass,
)
from services.queue_scheduling.dispatch.approach import called_since, forwarding_at, note_call, note_missed, underway_at
from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.dispatch.call import call_extraordinarily, next_call
from services.queue_scheduling.dispatch.forward import NOBODY
from services.queue_scheduling.dispatch.urgency import changed
from services.queue_scheduling.domain.arrival import excuse_of, truck_is_nearly_there
from services.queue_scheduling.domain.deadlines import CallRound
from services.queue_scheduling.domain.forwarding import calls_now, next_look
from services.queue_scheduling.domain.hours import calls_left, dangerous_may, hour_of, paced_from
from services.queue_scheduling.domain.refusals import HourFull, NotCallable, NotOpen, NotWaiting
from services.queue_scheduling.domain.ticket import Cause, Stage, Ticket
from services.queue_scheduling.ledger.leaf import Leaving
from services.queue_scheduling.sanctions.judging import note_no_show
from services.queue_scheduling.slots.seats import call_from_slots, come_late


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
    desk = open_desk(session, route, direction, clock)
    book, now = desk.book, desk.now
    _refresh_urgencies(desk)
    tell_of_hours(desk)
    forwarding = forwarding_at(session, route, direction, now)
    there = underway_at(session, route, direction, now) if forwarding.just_in_time else NOBODY
    lately = called_since(session, route, direction, paced_from(now))
    plan = calls_now(forwarding, book.queue, desk.hours, now, there=there, lately=lately)
    if plan.at != now:
        desk = replace(desk, opening=plan.at)
    for _ in range(plan.calls):
        if _call_next(desk) is None:
            break
    if not book.is_empty():
        start_timer(session, again, due=next_look(forwarding, now, desk.days))


def _call_next(desk: Desk) -> Ticket | None:
    hours = desk.hours
    if hours is None:
        return None
    _keep_what_is_owed(desk)
    may = dangerous_may(desk.book.queue, hours, desk.terms.dangerous_share, desk.now)
    decided, holder = call_from_slots(desk, hours, dangerous_may=may)
    if decided:
        return holder
    call = next_call(desk.book, dangerous_may=may)
    tell_of_exchanges(desk)
    if call is None:
        return None
    desk.book.queue.count(hour_of(desk.now), call.place.ticket_class)
    if call.passed and call.number:
        passed = repository.ticket_of(desk.session, call.passed.crossing_id)
        passed.pass_over(call.number)
        tell_of_pass(desk, passed, call.number)
    ticket = repository.ticket_of(desk.session, call.place.crossing_id)
    ticket.call(call.number, desk.now, desk.call_valid)
    tell_of_call(desk, ticket, hours, alone=not may and ticket.ticket_class is TicketClass.P1)
    note_call(desk.session, ticket.crossing_id, desk.now, desk.book.queue.key)
    await_arrival(ticket, desk)
    return ticket


def _keep_what_is_owed(desk: Desk) -> None:
    """Whoever lost his place by an error and was promised the next number comes before it, outside the numbers."""
    queue = desk.book.queue
    if queue.owes is None or queue.owes > queue.called + 1:
        return
    for ticket in repository.owed(desk.session, queue):
        tell_of_leaving(desk, ticket, Leaving.CHANGED)
        leave(ticket, desk)
        join(ticket, desk, Line.EXTRAORDINARY)
    queue.owes = repository.next_owed(desk.session, queue)


def _refresh_urgencies(desk: Desk) -> None:
    """Every quarter of an hour (a row) each perishable's urgency is written anew; in between it stands."""
    queue = desk.book.queue
    if queue.urgency_at is not None and desk.now - queue.urgency_at < desk.terms.urgency_every:
        return
    perishables = desk.book.perishables()
    desk.book.set_urgencies(changed(perishables, desk.now, desk.horizon))
    if desk.route.crisis_in(queue.direction):
        fall_back(desk, perishables)
    desk.book.forget()
    queue.urgency_at = desk.now.replace(second=0, microsecond=0)


def call_by_hand(command: CallByHand, session: Session, clock: Clock) -> Ticket:
    """Call one truck out of turn, while the gate is open and within the hour's capacity."""
    ticket, desk = known_ticket_and_desk(session, command.crossing_id, clock, command.expected)
    place = desk.book.place_of(command.crossing_id)
    if ticket.stage is not Stage.WAITING:
        raise NotWaiting(crossing=ticket.crossing_id, stage=ticket.stage)
    if place is None or not place.callable:
        raise NotCallable(crossing=ticket.crossing_id)
    if not desk.is_open:
        raise NotOpen(route=ticket.route)
    if not calls_left(desk.book.queue, desk.hours, desk.now):
        raise HourFull(route=ticket.route)
    tell_of_hours(desk)
    call_extraordinarily(desk.book, place)
    desk.book.queue.overrides += 1
    desk.book.queue.count(hour_of(desk.now), ticket.ticket_class)
    ticket.call_by_hand(command.reason, command.officers, desk.now, desk.call_valid)
    tell_of_call(desk, ticket, desk.hours)
    note_call(desk.session, ticket.crossing_id, desk.now, desk.book.queue.key)
    decisions.note_override(desk.session, ticket, command.reason, command.officers)
    await_arrival(ticket, desk)
    return ticket


def miss(ticket: Ticket, desk: Desk, because: str | None = None) -> None:
    """A call was not followed; `because` is the rule by which that was our doing."""
    cause = Cause.OURS if because else Cause.OWN
    ticket.miss(cause, because)
    tell_of_no_show(desk, ticket, cause)
    note_no_show(ticket, desk, cause)
    note_missed(desk.session, ticket.crossing_id, ticket.called_at or desk.now, desk.now)
    if cause is Cause.OWN:
        come_late(ticket, desk)


def miss_call(crossing_id: UUID, session: Session, clock: Clock) -> None:
    """A called truck that did not come loses its call and joins again, ahead of all if that was our doing.

    One that is nearly there is waited for a little longer.
    """
    found = ticket_and_desk(session, crossing_id, clock)
    if found is None:
        return
    ticket, desk = found
    if ticket.stage is not Stage.CALLED or ticket.valid_until is None or ticket.valid_until > desk.now:
        return
    attempt = attempt_of(ticket, desk)
    if because := truck_is_nearly_there(attempt):
        ticket.wait_for(ticket.valid_until + desk.terms.call_extension, because)
        tell_of_extension(desk, ticket, "NEAR")
        await_arrival(ticket, desk)
        return
    because = excuse_of(attempt)
    miss(ticket, desk, because)
    join(ticket, desk, Line.EXTRAORDINARY if because else None)
    start_round(session, *ticket.queue, desk.now)
