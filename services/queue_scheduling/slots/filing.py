"""Crossings become known, and their goods, so that a slot can be booked before they are ready."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from events.vehicle_registration import CrossingReady, Filing
from events.words import Goods, TicketClass
from services.queue_scheduling import repository
from services.queue_scheduling.domain.terms import class_of
from services.queue_scheduling.domain.ticket import Stage, Ticket, things_of
from services.queue_scheduling.slots import rows
from services.queue_scheduling.slots.booking import Booking, Ending
from services.queue_scheduling.slots.buckets import Bucket
from services.queue_scheduling.slots.ends import end
from services.queue_scheduling.slots.holding import desk_of_ticket, join_live
from services.queue_scheduling.slots.price import price_of


def note_filing(crossing_id: UUID, filed: Filing, session: Session, clock: Clock) -> None:
    """A crossing was filed, or is another one now: its slot is given up, and who waits for that joins by number."""
    ticket_class = TicketClass.P5 if filed.declared_empty else None
    rows.note_filed(session, [rows.filing_of(filed, crossing_id, ticket_class)])
    known = rows.last_booking(session, crossing_id)
    if known is None:
        return
    desk = desk_of_ticket(session, crossing_id, clock)
    if known.vehicle_id != filed.vehicle_id:
        rows.lock_vehicle(session, filed.vehicle_id)
    found = rows.live_booking(session, crossing_id)
    if found is None:
        return
    bucket, booking = found
    if not _keeps(booking, filed, session):
        end(session, bucket, booking, Ending.CHANGED, clock.now(), price_of(session, booking, clock.now()))
        join_live(crossing_id, session, desk)


def _keeps(booking: Booking, filed: Filing, session: Session) -> bool:
    """Whether the booking serves what is filed now; a tractor that another crossing has booked has its slot already."""
    other = filed.vehicle_id != booking.vehicle_id
    if other and rows.vehicle_is_booked(session, filed.vehicle_id, but=booking):
        return False
    queue = rows.filed_of(session, booking.crossing_id).queue
    return booking.take_over(queue, things_of(filed), filed.vehicle_id)


def note_goods(crossing_id: UUID, goods: Goods, session: Session, clock: Clock) -> None:
    """The class of a crossing is known once any of its goods is."""
    if goods.hs_chapters or goods.humanitarian or goods.live_animals or goods.dangerous:
        chapters = repository.terms_at(session, clock.now()).perishable_chapters
        rows.classify(session, crossing_id, class_of(goods, chapters, empty=False))


def note_ready(crossings: Sequence[CrossingReady], session: Session, clock: Clock) -> None:
    """Ready crossings as they are now, with the class that the queue gives them."""
    chapters = repository.terms_at(session, clock.now()).perishable_chapters
    rows.note_filed(
        session,
        [rows.filing_of(one, one.crossing_id, class_of(one.goods, chapters, empty=one.empty)) for one in crossings],
    )


def give_up(crossing_id: UUID, session: Session, clock: Clock) -> None:
    """The crossing is cancelled: its slot is given up by that, and costs what giving it up costs."""
    found = _held_without_a_place(crossing_id, session)
    if found is not None:
        end(session, *found, Ending.GIVEN_UP, clock.now(), price_of(session, found[1], clock.now()))


def run_out(crossing_id: UUID, session: Session, clock: Clock) -> None:
    """The crossing expired before it was ever ready: its slot is free for others."""
    found = _held_without_a_place(crossing_id, session)
    if found is not None:
        end(session, *found, Ending.OVER, clock.now())


def _held_without_a_place(crossing_id: UUID, session: Session) -> tuple[Bucket, Booking] | None:
    """The slot of a crossing that is over, and that never got a place; one that has one leaves its queue first."""
    ticket = session.get(Ticket, crossing_id)
    if ticket is not None and ticket.stage is not Stage.REFUSED:
        return None
    found = rows.live_booking(session, crossing_id)
    rows.forget(session, crossing_id)
    return found
