"""What can be asked of the queue.

Whoever decides anything locks the queue's row first and reads the rest after. Only the round of calls, which comes with
its timer's row locked, does not wait for the queue: so nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import HANOI, Clock
from bordergate.timers import start_timer
from events.queue_scheduling import OpenHours
from events.vehicle_registration import CrossingReady
from events.words import CrossingState, Direction
from services.queue_scheduling import repository
from services.queue_scheduling.dispatch import promise
from services.queue_scheduling.dispatch.book import LINES, Line, Place
from services.queue_scheduling.dispatch.call import call_extraordinarily, next_call
from services.queue_scheduling.dispatch.rows import RowBook
from services.queue_scheduling.dispatch.urgency import changed, lot_of, urgency_of
from services.queue_scheduling.domain.deadlines import CallRound, NoShow, PauseEnds
from services.queue_scheduling.domain.hours import (
    Hours,
    calls_due,
    calls_left,
    dangerous_may,
    hour_of,
    next_round,
)
from services.queue_scheduling.domain.refusals import HourFull, NotCallable, NotWaiting
from services.queue_scheduling.domain.route import Route
from services.queue_scheduling.domain.terms import Terms, class_of, horizon_at
from services.queue_scheduling.domain.ticket import Cause, Stage, Ticket

A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class JoinQueue:
    """A ready crossing takes its place, or may come again."""

    crossing: CrossingReady
    enqueued_at: datetime


@dataclass(frozen=True)
class WithdrawTicket:
    """The trader gives the place up."""

    crossing_id: UUID
    reason: str
    expected: int | None = None


@dataclass(frozen=True)
class CallByHand:
    """An officer calls one truck out of turn; a second officer answers for it."""

    crossing_id: UUID
    reason: str
    officers: tuple[UUID, UUID]
    expected: int | None = None


@dataclass(frozen=True)
class PauseRoute:
    """An operator stops calling on a route, until an instant or until further notice."""

    route: str
    reason: str
    until: datetime | None
    expected: int | None = None


@dataclass(frozen=True)
class Desk:
    """What every decision at one queue reads: the book, the hours and terms now."""

    session: Session
    book: RowBook
    terms: Terms
    week: Sequence[Hours | None]
    now: datetime

    @property
    def hours(self) -> Hours | None:
        """The hours of today."""
        return self.week[self.now.astimezone(HANOI).weekday()]

    @property
    def horizon(self) -> timedelta:
        """Over which hours a perishable's urgency looks ahead."""
        return horizon_at(self.terms, self.hours, self.now)


def open_desk(session: Session, route: str, direction: Direction, clock: Clock) -> Desk:
    """Lock one queue and read what holds for it, and what time it is, once it is locked; raises UnknownRoute."""
    return _desk_at(session, repository.book_of(session, route, direction), clock.now())


def _desk_at(session: Session, book: RowBook, now: datetime) -> Desk:
    week = repository.week_of(session, book.queue.route, book.queue.direction, now)
    return Desk(session, book, repository.terms_at(session, now), week, now)


def open_desks(session: Session, queues: Iterable[tuple[str, Direction]], clock: Clock) -> dict[tuple[str, str], Desk]:
    """Lock the queues where somebody joins, each with a round of calls to follow."""
    desks: dict[tuple[str, str], Desk] = {}
    for route, direction in sorted(set(queues)):
        desk = open_desk(session, route, direction, clock)
        start_round(session, route, direction, desk.now)
        desks[route, direction] = desk
    return desks


def start_round(session: Session, route: str, direction: Direction, now: datetime) -> None:
    """Let calls be made in this very minute if any are due; never puts off a round that is due already."""
    start_timer(session, CallRound(route=route, direction=direction), due=now.replace(second=0, microsecond=0))


def join_queue(command: JoinQueue, desk: Desk) -> Ticket:
    """Give a ready crossing its place, once; it keeps it while nothing of its class changed."""
    crossing, session = command.crossing, desk.session
    ticket = session.get(Ticket, crossing.crossing_id)
    if ticket is None or ticket.stage is Stage.REFUSED:
        ticket = _described(command, desk, ticket)
        failures = repository.engage(session, crossing)
        if failures:
            ticket.refuse(failures)
        else:
            _join(ticket, desk)
        session.add(ticket)
    elif ticket.stage is Stage.WAITING:
        _ready_again(ticket, crossing, desk)
    elif not ticket.ready:
        ticket.heed_readiness(None)
    return ticket


def _described(command: JoinQueue, desk: Desk, known: Ticket | None) -> Ticket:
    """A ticket of the crossing as it is now; one that was refused may have been amended since."""
    crossing, life = command.crossing, command.crossing.goods.shelf_life_hours
    ticket = Ticket(
        crossing_id=crossing.crossing_id,
        reference=crossing.reference,
        route=crossing.route,
        direction=crossing.direction,
        ticket_class=class_of(crossing.goods, desk.terms.perishable_chapters, empty=crossing.empty),
        carrier=crossing.carrier,
        parties=sorted({*crossing.parties, crossing.crossing_id}),
        plate=crossing.plate,
        enqueued_at=command.enqueued_at,
        spoils_at=None if life is None else command.enqueued_at + timedelta(hours=life),
        version=known.version if known else 0,
    )
    return desk.session.merge(ticket) if known else ticket


def _join(ticket: Ticket, desk: Desk, line: Line | None = None) -> None:
    line = line or LINES[ticket.ticket_class]
    perishable = line is Line.PERISHABLE
    place = Place(
        crossing_id=ticket.crossing_id,
        ticket_class=ticket.ticket_class,
        line=line,
        callable=ticket.ready,
        joined_at=desk.now,
        spoils_at=ticket.spoils_at if perishable else None,
    )
    if perishable:
        seed = repository.seed_of(desk.session, desk.now.astimezone(HANOI).date())
        place = replace(place, urgency=urgency_of(place, desk.now, desk.horizon), lot=lot_of(seed, ticket.crossing_id))
    ticket.join(promise.join(desk.book, place, desk.terms.graces), desk.now)


def _ready_again(ticket: Ticket, crossing: CrossingReady, desk: Desk) -> None:
    cause, was_ready = ticket.cause, ticket.ready
    ticket_class = class_of(crossing.goods, desk.terms.perishable_chapters, empty=crossing.empty)
    if was_ready and ticket_class is ticket.ticket_class:
        return
    ticket.heed_readiness(None)
    if ticket_class is not ticket.ticket_class:
        _leave(ticket, desk)
        ticket.ticket_class = ticket_class
        _join(ticket, desk)
    elif ticket.passed:
        _join(ticket, desk, Line.EXTRAORDINARY if cause is Cause.OURS else None)
    else:
        desk.book.set_callable(ticket.crossing_id, can_come=True)


def _leave(ticket: Ticket, desk: Desk) -> None:
    place = desk.book.place_of(ticket.crossing_id)
    if place is not None:
        promise.leave(desk.book, place)


def hold_back(crossing_id: UUID, cause: Cause, session: Session, clock: Clock) -> None:
    """Something of a crossing is missing: while it waits it is not called."""
    found = _ticket_and_desk(session, crossing_id, clock)
    if found is None:
        return
    ticket, desk = found
    ticket.heed_readiness(cause)
    if ticket.stage is Stage.WAITING:
        desk.book.set_callable(crossing_id, can_come=False)


def _ticket_and_desk(session: Session, crossing_id: UUID, clock: Clock) -> tuple[Ticket, Desk] | None:
    """The ticket as it is once its queue is locked; None when the crossing has none."""
    queue = repository.queue_of_ticket(session, crossing_id)
    if queue is None:
        return None
    desk = open_desk(session, *queue, clock)
    return repository.ticket_of(session, crossing_id), desk


def withdraw_ticket(command: WithdrawTicket, session: Session, clock: Clock) -> Ticket:
    """Give a place up before its call."""
    route, direction = repository.queue_of_known_ticket(session, command.crossing_id)
    desk = open_desk(session, route, direction, clock)
    ticket = repository.ticket_of(session, command.crossing_id)
    ticket.expect(command.expected)
    ticket.withdraw(command.reason)
    _clear(ticket, desk)
    return ticket


def _clear(ticket: Ticket, desk: Desk) -> None:
    _leave(ticket, desk)
    repository.disengage(desk.session, ticket.crossing_id)


def follow_to(crossing_id: UUID, stage: Stage, session: Session, clock: Clock) -> None:
    """The authorities saw the truck (ARRIVED, SERVED) or turned it away (ENDED): it no longer waits."""
    found = _ticket_and_desk(session, crossing_id, clock)
    if found is None or not found[0].may_become(stage):
        return
    ticket, desk = found
    ticket.become(stage)
    if stage is Stage.ARRIVED:
        _leave(ticket, desk)
    else:
        _clear(ticket, desk)


def take_back(crossing_id: UUID, stated: CrossingState, session: Session, clock: Clock) -> None:
    """The authorities took back a stage: the ticket is where it was before, and a call runs on."""
    found = _ticket_and_desk(session, crossing_id, clock)
    if found is None:
        return
    ticket, desk = found
    if ticket.take_back(stated) and ticket.stage is Stage.CALLED:
        _await_arrival(ticket, desk)


def give_up(crossing_id: UUID, reason: str, session: Session, clock: Clock) -> None:
    """The crossing was cancelled or expired: whoever waits withdraws, whoever was called is done."""
    found = _ticket_and_desk(session, crossing_id, clock)
    if found is None:
        return
    ticket, desk = found
    if ticket.stage is Stage.WAITING:
        ticket.withdraw(reason)
    elif ticket.may_become(Stage.ENDED):
        ticket.become(Stage.ENDED)
    _clear(ticket, desk)


def call_round(route: str, direction: Direction, session: Session, clock: Clock) -> None:
    """Make the calls that are due by the end of this minute, and come again while somebody waits."""
    again = CallRound(route=route, direction=direction)
    book = repository.book_if_free(session, route, direction)
    now = clock.now()
    if book is None:
        start_timer(session, again, due=now + A_MOMENT)
        return
    desk = _desk_at(session, book, now)
    _refresh_urgencies(desk)
    if not repository.route_of(session, route).is_paused(now):
        for _ in range(calls_due(book.queue, desk.hours, now)):
            if _call_next(desk) is None:
                break
    if not book.is_empty():
        start_timer(session, again, due=next_round(now, desk.week))


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
    _await_arrival(ticket, desk)
    return ticket


def _await_arrival(ticket: Ticket, desk: Desk) -> None:
    if ticket.valid_until is not None:
        start_timer(desk.session, NoShow(crossing_id=ticket.crossing_id), due=ticket.valid_until)


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
    route, direction = repository.queue_of_known_ticket(session, command.crossing_id)
    desk = open_desk(session, route, direction, clock)
    ticket = repository.ticket_of(session, command.crossing_id)
    ticket.expect(command.expected)
    place = desk.book.place_of(command.crossing_id)
    if ticket.stage is not Stage.WAITING:
        raise NotWaiting(crossing=ticket.crossing_id, stage=ticket.stage)
    if place is None or not place.callable:
        raise NotCallable(crossing=ticket.crossing_id)
    paused = repository.route_of(session, route).is_paused(desk.now)
    if paused or not calls_left(desk.book.queue, desk.hours, desk.now):
        raise HourFull(route=route)
    call_extraordinarily(desk.book, place)
    desk.book.queue.overrides += 1
    desk.book.queue.count(hour_of(desk.now), ticket.ticket_class)
    ticket.call_by_hand(command.reason, command.officers, desk.now, desk.terms.call_valid)
    _await_arrival(ticket, desk)
    return ticket


def miss_call(crossing_id: UUID, session: Session, clock: Clock) -> None:
    """A called truck that did not come loses its call and joins again, at the end."""
    queue = repository.queue_of_ticket(session, crossing_id)
    if queue is None:
        return
    desk = open_desks(session, [queue], clock)[queue]
    ticket = repository.ticket_of(session, crossing_id)
    if ticket.stage is Stage.CALLED and ticket.valid_until is not None and ticket.valid_until <= desk.now:
        ticket.miss()
        _join(ticket, desk)


def pause_route(command: PauseRoute, session: Session, clock: Clock) -> Route:
    """Stop calling on a route; everybody keeps his place."""
    if command.until is not None:
        start_timer(session, PauseEnds(route=command.route), due=command.until)
    route = repository.route_of(session, command.route, lock=True)
    route.expect(command.expected)
    route.pause(command.reason, command.until, clock.now())
    return route


def reopen_route(code: str, session: Session, clock: Clock, expected: int | None = None) -> Route:
    """Call again on a paused route."""
    state = repository.route_of(session, code, lock=True)
    state.expect(expected)
    state.reopen()
    for direction in Direction:
        start_round(session, code, direction, clock.now())
    return state


def end_pause(code: str, session: Session, clock: Clock) -> None:
    """A pause with an end is over, unless somebody has moved it."""
    now = clock.now()
    state = repository.route_of(session, code)
    if state.pause_is_over(now):
        reopen_route(code, session, clock)


def publish_routes(session: Session, clock: Clock) -> None:
    """Bring routes and queues in line with the reference rows, tell what is new, and let every queue be called."""
    now = clock.now()
    week: dict[str, list[OpenHours]] = {}
    for row in repository.planned_hours(session, now):
        week.setdefault(row.route, []).append(repository.open_hours(row))
    for row in repository.planned_routes(session, now):
        route = repository.route_or_new(session, row.code)
        route.publish(row.gate, row.label, row.opposite, tuple(week.get(row.code, ())))
        for direction in Direction:
            repository.open_queue(session, row.code, direction)
            start_round(session, row.code, direction, now)
