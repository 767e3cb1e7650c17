"""Whether holders are there for their slots: said, looked for, and excused (DOMAIN §6.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from events.queue_scheduling import Hindrance
from services.queue_scheduling import decisions
from services.queue_scheduling.commands.desk import Desk, known_ticket_and_desk, leave, open_desk, start_round
from services.queue_scheduling.commands.joining import join
from services.queue_scheduling.commands.telling import tell_of_leaving
from services.queue_scheduling.dispatch.approach import seen_last
from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.domain.ticket import Stage, Ticket
from services.queue_scheduling.ledger.leaf import Leaving
from services.queue_scheduling.slots import rows
from services.queue_scheduling.slots.booking import Booking, Ending
from services.queue_scheduling.slots.buckets import Bucket
from services.queue_scheduling.slots.deadlines import HoldersDue
from services.queue_scheduling.slots.ends import free_offer
from services.queue_scheduling.slots.expecting import grounds_for
from services.queue_scheduling.slots.holding import desk_of_holder
from services.queue_scheduling.slots.refusals import NothingToExcuse, SeenLeaving
from services.queue_scheduling.slots.telling import ABSENT, tell_of_excuse, tell_of_lapse


@dataclass(frozen=True)
class ExcuseAbsence:
    """Officers say what kept the truck of a slot from being there, and how they know."""

    crossing_id: UUID
    cause: Hindrance
    reason: str
    officers: Sequence[UUID]


def state_presence(crossing_id: UUID, officer: UUID | None, session: Session, clock: Clock) -> Booking:
    """The truck is there, says its holder, or an officer who sees it; raises NotTheTime and SeenLeaving.

    Of a truck that tracking saw leave only an officer's word counts.
    """
    desk_of_holder(session, crossing_id, clock)
    _, booking = rows.booking_or_none(session, crossing_id)
    seen = seen_last(session, crossing_id)
    if officer is None and seen is not None and not seen[1]:
        raise SeenLeaving(crossing=crossing_id)
    booking.state_presence(clock.now(), [officer] if officer else [])
    return booking


def excuse_absence(command: ExcuseAbsence, session: Session, clock: Clock) -> Booking:
    """The truck keeps its slot though it is not there: that takes nothing from anybody; raises NothingToExcuse."""
    desk_of_holder(session, command.crossing_id, clock)
    _, booking = rows.booking_or_none(session, command.crossing_id)
    booking.excuse(command.cause, command.officers)
    _note(command, booking, session, clock)
    return booking


def make_good(command: ExcuseAbsence, session: Session, clock: Clock) -> Booking:
    """A slot was lost though its truck was not to blame: it comes before the numbers; raises NothingToExcuse."""
    ticket, desk = known_ticket_and_desk(session, command.crossing_id, clock, expected=None)
    booking = rows.last_booking(session, command.crossing_id)
    if booking is None or ticket.stage is not Stage.WAITING:
        raise NothingToExcuse(crossing=command.crossing_id)
    booking.make_good(command.cause, command.officers)
    tell_of_leaving(desk, ticket, Leaving.CHANGED)
    leave(ticket, desk)
    _note(command, booking, session, clock)
    join(ticket, desk, Line.EXTRAORDINARY)
    start_round(session, *ticket.queue, desk.now)
    return booking


def _note(command: ExcuseAbsence, booking: Booking, session: Session, clock: Clock) -> None:
    now = clock.now()
    tell_of_excuse(session, booking, command.cause, now)
    decisions.note_excuse(session, booking, (command.cause, command.reason), now, command.officers)


def look_for_holders(timer: HoldersDue, session: Session, clock: Clock) -> None:
    """A bucket's hour is about to begin: who has to be there and is not loses his slot, and joins by number."""
    desk = open_desk(session, timer.route, timer.direction, clock)
    bucket = rows.known_bucket(session, desk.book.queue.key, timer.starts)
    if bucket is None:
        return
    waiting = {booking.id: (booking, ticket) for booking, ticket in rows.waiting_in(session, bucket)}
    for identity, ground in grounds_for(session, [booking for booking, _ in waiting.values()], desk.now).items():
        if ground is None:
            booking, ticket = waiting[identity]
            _lose(ticket, booking, bucket, desk)
    start_round(session, timer.route, timer.direction, desk.now)


def _lose(ticket: Ticket, booking: Booking, bucket: Bucket, desk: Desk) -> None:
    tell_of_lapse(desk.session, ticket, booking, ABSENT, desk.now)
    leave(ticket, desk)
    if booking.offered is not None:
        free_offer(desk.session, booking)
    bucket.give_back(booking.ticket_class)
    booking.end(Ending.ABSENT)
    join(ticket, desk)
