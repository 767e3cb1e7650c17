"""When the truck of a slot is expected, and what is known of whether it came."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.timers import start_timer
from events.queue_scheduling import ClosureCause
from services.queue_scheduling import decisions, repository
from services.queue_scheduling.dispatch.approach import seen_last
from services.queue_scheduling.domain.stops import stood_still
from services.queue_scheduling.domain.ticket import Ticket
from services.queue_scheduling.holding.situation import is_kept_out
from services.queue_scheduling.slots.booking import Booking, BookingStage
from services.queue_scheduling.slots.calendar import terms_at
from services.queue_scheduling.slots.deadlines import HoldersDue
from services.queue_scheduling.slots.presence import Seen, Sought, Span, ground_of, span_for


def expect(session: Session, booking: Booking, starts: datetime, now: datetime) -> None:
    """The slot that begins then is the booking's: its truck is told when to come, and looked for a little later."""
    terms = terms_at(session, now)
    span = span_for(booking.direction, starts, terms)
    booking.ask_to_come(span)
    if span is not None:
        due = HoldersDue(route=booking.route, direction=booking.direction, starts=starts)
        start_timer(session, due, due=span.until + terms.there_grace)


class Meanwhile(NamedTuple):
    """What happened on a route in a span: how long nobody was called, and why it was closed."""

    stood_still: timedelta
    closed_by: frozenset[ClosureCause]


def ground_for(session: Session, booking: Booking, now: datetime) -> str | None:
    """Why a holder keeps his slot as it stands now; None: nobody knows his truck to be there, or nobody asks."""
    return grounds_for(session, [booking], now).get(booking.id)


def grounds_for(session: Session, bookings: Iterable[Booking], now: datetime) -> dict[UUID, str | None]:
    """The same of many of one queue, of all that have to be somewhere; what is the same for them is read once."""
    asked = {one: span for one in bookings if one.stage is BookingStage.CONFIRMED and (span := _span_of(one))}
    if not asked:
        return {}
    grace = terms_at(session, now).there_grace
    known = {span: _meanwhile(session, one, span) for span, one in {span: one for one, span in asked.items()}.items()}
    return {one.id: ground_of(_sought(session, one, span, grace, known[span])) for one, span in asked.items()}


def _span_of(booking: Booking) -> Span | None:
    since, until = booking.there_from, booking.there_by
    return Span(since, until) if since is not None and until is not None else None


def _meanwhile(session: Session, booking: Booking, span: Span) -> Meanwhile:
    decided = decisions.decided_in(session, booking.route, *span)
    closed_by = repository.closed_by(session, booking.route, *span)
    return Meanwhile(stood_still(decided, booking.direction, *span), closed_by)


def _sought(session: Session, booking: Booking, span: Span, grace: timedelta, meanwhile: Meanwhile) -> Sought:
    seen, ticket = seen_last(session, booking.crossing_id), session.get(Ticket, booking.crossing_id)
    return Sought(
        span=span,
        grace=grace,
        seen=seen and Seen(*seen),
        at_gate=repository.sighting_of(session, booking.crossing_id).at_gate_since is not None,
        stated=booking.said_by is not None,
        excused=booking.excused,
        ours=ticket is not None and is_kept_out(ticket),
        stood_still=meanwhile.stood_still,
        closed_by=meanwhile.closed_by,
    )
