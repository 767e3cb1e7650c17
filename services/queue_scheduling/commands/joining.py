"""Who takes a place, and who may come or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import HANOI, Clock
from events.vehicle_registration import CrossingReady
from events.words import TicketClass
from services.queue_scheduling import repository
from services.queue_scheduling.commands.desk import Desk, clear, leave, start_round, ticket_and_desk
from services.queue_scheduling.commands.exchanging import exchange_truck
from services.queue_scheduling.commands.telling import tell_of_joining, tell_of_leaving
from services.queue_scheduling.dispatch import promise
from services.queue_scheduling.dispatch.book import LINES, Line, Place
from services.queue_scheduling.dispatch.urgency import lot_of, urgency_of
from services.queue_scheduling.domain.terms import class_of
from services.queue_scheduling.domain.ticket import UNSEEN, Cause, Stage, Standing, Ticket, things_of
from services.queue_scheduling.ledger.leaf import Leaving
from services.queue_scheduling.slots.seats import needs_no_slot, take_booked_place


@dataclass(frozen=True)
class JoinQueue:
    """A ready crossing takes its place, or may come again."""

    crossing: CrossingReady
    enqueued_at: datetime


def join_queue(command: JoinQueue, desks: Mapping[Standing, Desk]) -> Ticket:
    """Give a ready crossing its place, once; it keeps it while it is the same truck with goods of the same class.

    `desks` are the locked queues where the crossing joins, and where it stands already.
    """
    crossing = command.crossing
    desk = desks[crossing.route, crossing.direction]
    ticket = desk.session.get(Ticket, crossing.crossing_id)
    if ticket is None or ticket.stage is Stage.REFUSED:
        return _take_place(_described(command, desk, ticket), desk)
    if ticket.stage in UNSEEN and not ticket.is_of(crossing):
        if ticket.is_kept_by(crossing) and exchange_truck(ticket, crossing, desk):
            _come_again(ticket, command, desk)
            return ticket
        _make_room(ticket, desks[ticket.queue], desk)
        return _take_place(_described(command, desk, ticket), desk)
    _come_again(ticket, command, desk)
    return ticket


def _come_again(ticket: Ticket, command: JoinQueue, desk: Desk) -> None:
    """Nothing is missing of the crossing any more."""
    if ticket.stage is Stage.WAITING:
        _ready_again(ticket, command, desk)
    elif not ticket.ready:
        ticket.heed_readiness(None)


def _make_room(ticket: Ticket, desk: Desk, joins: Desk) -> None:
    """Another truck than the one that took the place gives it up, before it stands anew at `joins`."""
    if ticket.stage is Stage.WAITING:
        tell_of_leaving(desk, ticket, Leaving.CHANGED if joins is desk else Leaving.MOVED)
    clear(ticket, desk)


def _take_place(ticket: Ticket, desk: Desk) -> Ticket:
    failures = repository.engage(desk.session, ticket.crossing_id, ticket.things)
    if failures:
        ticket.refuse(failures)
    else:
        join(ticket, desk)
    desk.session.add(ticket)
    return ticket


def offer_again(crossing_id: UUID, session: Session, clock: Clock) -> None:
    """What kept a crossing out of the queue has left it: it joins now, unless something else keeps it out."""
    found = ticket_and_desk(session, crossing_id, clock)
    if found is None:
        return
    ticket, desk = found
    if ticket.stage is not Stage.REFUSED or not ticket.ready:
        return
    if not repository.engage(session, crossing_id, ticket.things):
        join(ticket, desk)
        start_round(session, *ticket.queue, desk.now)


def _described(command: JoinQueue, desk: Desk, known: Ticket | None) -> Ticket:
    """A ticket of the crossing as it is now; one that is known already may have been amended since."""
    crossing = command.crossing
    ticket = Ticket(
        crossing_id=crossing.crossing_id,
        reference=crossing.reference,
        route=crossing.route,
        direction=crossing.direction,
        ticket_class=_class_of(crossing, desk),
        carrier=crossing.carrier,
        parties=sorted({*crossing.parties, crossing.crossing_id}),
        plate=crossing.plate,
        things=things_of(crossing),
        enqueued_at=command.enqueued_at,
        spoils_at=_spoils_at(crossing, command.enqueued_at),
        stage=known.stage if known else Stage.REFUSED,
        nonce=known.nonce if known else None,
        version=known.version if known else 0,
    )
    return desk.session.merge(ticket) if known else ticket


def _class_of(crossing: CrossingReady, desk: Desk) -> TicketClass:
    return class_of(crossing.goods, desk.terms.perishable_chapters, empty=crossing.empty)


def _spoils_at(crossing: CrossingReady, since: datetime) -> datetime | None:
    life = crossing.goods.shelf_life_hours
    return None if life is None else since + timedelta(hours=life)


def join(ticket: Ticket, desk: Desk, line: Line | None = None) -> None:
    """Take a place at the end of a line, by default that of the ticket's class, or apart when it has a slot."""
    if line is None and take_booked_place(ticket, desk):
        return
    if line is Line.EXTRAORDINARY:
        needs_no_slot(ticket, desk)
    line = line or LINES[ticket.ticket_class]
    place = Place(
        crossing_id=ticket.crossing_id,
        ticket_class=ticket.ticket_class,
        line=line,
        callable=ticket.ready,
        joined_at=desk.now,
        spoils_at=ticket.spoils_at if line is Line.PERISHABLE else None,
    )
    if line is Line.PERISHABLE:
        seed = repository.seed_of(desk.session, desk.now.astimezone(HANOI).date())
        place = replace(place, urgency=urgency_of(place, desk.now, desk.horizon), lot=lot_of(seed, ticket.crossing_id))
    promised = promise.join(desk.book, place, desk.terms.graces, desk.terms.second)
    ticket.join(promised, desk.now)
    tell_of_joining(desk, ticket, promised)


def _ready_again(ticket: Ticket, command: JoinQueue, desk: Desk) -> None:
    """The same truck may come again; other goods are another place, or another urgency."""
    ticket_class = TicketClass.P0 if ticket.emergency else _class_of(command.crossing, desk)
    cause = ticket.cause
    if not ticket.ready:
        ticket.heed_readiness(None)
    _spoils_anew(ticket, _spoils_at(command.crossing, ticket.enqueued_at), desk)
    if ticket_class is not ticket.ticket_class:
        tell_of_leaving(desk, ticket, Leaving.CHANGED)
        leave(ticket, desk)
        ticket.ticket_class = ticket_class
        join(ticket, desk)
    elif ticket.passed:
        join(ticket, desk, Line.EXTRAORDINARY if cause is Cause.OURS else None)
    else:
        desk.book.set_callable(ticket.crossing_id, can_come=True)


def _spoils_anew(ticket: Ticket, spoils_at: datetime | None, desk: Desk) -> None:
    """Goods that spoil sooner or later than was said keep their place, and are as urgent as they are."""
    if spoils_at == ticket.spoils_at:
        return
    ticket.spoil_at(spoils_at)
    place = desk.book.place_of(ticket.crossing_id)
    if place is not None and place.line is Line.PERISHABLE:
        place = replace(place, spoils_at=spoils_at)
        desk.book.set_freshness(replace(place, urgency=urgency_of(place, desk.now, desk.horizon)))


def hold_back(crossing_id: UUID, cause: Cause, session: Session, clock: Clock) -> None:
    """Something of a crossing is missing: while it waits it is not called."""
    found = ticket_and_desk(session, crossing_id, clock)
    if found is None:
        return
    ticket, desk = found
    ticket.heed_readiness(cause)
    if ticket.stage is Stage.WAITING:
        desk.book.set_callable(crossing_id, can_come=False)
