"""When the truck of a slot is expected, and what is known of whether it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bordergate.timers import start_timer
from events.queue_scheduling import ClosureCause
from events.words import Direction
from services.queue_scheduling import decisions, repository
from services.queue_scheduling.dispatch.tables import whereabouts
from services.queue_scheduling.domain.hours import open_in, open_within
from services.queue_scheduling.domain.stops import stood_still, stopped
from services.queue_scheduling.domain.ticket import Ticket
from services.queue_scheduling.holding.situation import is_kept_out
from services.queue_scheduling.slots.booking import Booking, BookingStage
from services.queue_scheduling.slots.calendar import terms_at
from services.queue_scheduling.slots.deadlines import HoldersDue
from services.queue_scheduling.slots.presence import Seen, Sought, Span, ground_of, span_for
from services.queue_scheduling.slots.tables import bookings
from services.queue_scheduling.tables import sightings, tickets


def expect(session: Session, booking: Booking, starts: datetime, now: datetime) -> None:
    """The slot that begins then is the booking's: its truck is told when to come, and looked for a little later."""
    terms = terms_at(session, now)
    span = span_for(booking.direction, starts, terms)
    booking.ask_to_come(span)
    if span is not None:
        due = HoldersDue(route=booking.route, direction=booking.direction, starts=starts)
        start_timer(session, due, due=span.until + terms.there_grace)


class Known(NamedTuple):
    """What is known of one holder's truck: its ticket, if it joined, and where tracking saw it."""

    ticket: Ticket | None
    seen: Seen | None
    at_gate: bool


class Meanwhile(NamedTuple):
    """What holders who have to come in one span find of their route: see `Sought`."""

    stood_still: timedelta
    closed_by: frozenset[ClosureCause]
    stands_still: bool


def ground_for(session: Session, booking: Booking, now: datetime) -> str | None:
    """Why a holder keeps his slot as it stands now; None: nobody knows his truck to be there, or nobody asks."""
    return grounds_for(session, [booking], now).get(booking.id)


def grounds_for(session: Session, holders: Iterable[Booking], now: datetime) -> dict[UUID, str | None]:
    """The same of many of one queue, of all that have to be somewhere; what is the same for them is read once."""
    asked = {one: span for one in holders if one.stage is BookingStage.CONFIRMED and (span := _span_of(one))}
    if not asked:
        return {}
    grace = terms_at(session, now).there_grace
    of_span = {span: one for one, span in asked.items()}
    known = {span: _meanwhile(session, one, span, now) for span, one in of_span.items()}
    own = _known_of(session, asked)
    return {
        one.id: ground_of(_sought(one, Sought(span, grace), own[one.id], known[span])) for one, span in asked.items()
    }


def _span_of(booking: Booking) -> Span | None:
    since, until = booking.there_from, booking.there_by
    return Span(since, until) if since is not None and until is not None else None


def _meanwhile(session: Session, booking: Booking, span: Span, now: datetime) -> Meanwhile:
    decided = decisions.decided_in(session, booking.route, *span)
    return Meanwhile(
        stood_still=stood_still(decided, booking.direction, *span),
        closed_by=repository.closed_by(session, booking.route, span.since, booking.ends),
        stands_still=repository.route_of(session, booking.route).at(now).stands_still(booking.direction),
    )


def _known_of(session: Session, asked: Iterable[Booking]) -> dict[UUID, Known]:
    """Of each booking what is known of its truck, in one reading."""
    own = bookings.c.crossing_id
    wanted = (
        select(bookings.c.id, Ticket, whereabouts.c.at, whereabouts.c.inside, sightings.c.at_gate_since)
        .select_from(bookings)
        .outerjoin(Ticket, tickets.c.crossing_id == own)
        .outerjoin(whereabouts, whereabouts.c.crossing_id == own)
        .outerjoin(sightings, sightings.c.crossing_id == own)
        .where(bookings.c.id.in_([booking.id for booking in asked]))
    )
    return {
        identity: Known(ticket, None if at is None else Seen(at, inside), since is not None)
        for identity, ticket, at, inside, since in session.execute(wanted)
    }


def _sought(booking: Booking, sought: Sought, known: Known, meanwhile: Meanwhile) -> Sought:
    return replace(
        sought,
        seen=known.seen,
        at_gate=known.at_gate,
        stated=booking.said_by is not None,
        excused=booking.excused,
        ours=known.ticket is not None and is_kept_out(known.ticket),
        **meanwhile._asdict(),
    )


def hour_was_shut(session: Session, route: str, direction: Direction, hour: tuple[datetime, datetime]) -> bool:
    """Whether for half of a bucket's open time or more nobody could be called, by a closure or by what was decided."""
    since, until = hour
    days = repository.days_of(session, route, direction, since)
    usual = open_in([day and replace(day, closed=()) for day in days], since, until)
    still = stopped(decisions.decided_in(session, route, since, until), direction, since, until)
    return open_in(days, since, until) - open_within(days, since, still) <= usual / 2
