"""Where trucks are on their way to the gate, and what kept out one that was called."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.queue_scheduling import decisions, repository
from services.queue_scheduling.commands.desk import Desk
from services.queue_scheduling.domain.arrival import Attempt
from services.queue_scheduling.domain.hours import open_in, open_within
from services.queue_scheduling.domain.stops import stopped
from services.queue_scheduling.domain.ticket import Ticket


def come_near(crossing_id: UUID, session: Session, *, near: bool) -> None:
    """Tracking places the truck near its gate, or no longer."""
    repository.note_nearness(session, crossing_id, near=near)


def stand_at_gate(crossing_id: UUID, since: datetime | None, session: Session) -> None:
    """Tracking places the truck at the gate from a moment on; None: no longer."""
    repository.note_at_gate(session, crossing_id, since)


def lose_sight(crossing_id: UUID, session: Session) -> None:
    """The truck has ended its way."""
    repository.forget_sighting(session, crossing_id)


def attempt_of(ticket: Ticket, desk: Desk) -> Attempt:
    """A call that ran out, with all that bears on why."""
    if ticket.valid_until is None:
        raise AssertionError(f"{ticket.crossing_id} has no call")
    until, called_at = ticket.valid_until, ticket.called_at or ticket.valid_until
    days = repository.days_of(desk.session, *ticket.queue, called_at)
    decided = decisions.decided_in(desk.session, ticket.route, called_at, until)
    return Attempt(
        called_at=called_at,
        valid_until=until,
        opened=open_in(days, called_at, until),
        chance=desk.terms.call_valid / 2,  # however long it was extended: its holder knew the nights
        stood_still=open_within(days, called_at, stopped(decided, ticket.direction, called_at, until)),
        closed_by=repository.closed_by(desk.session, ticket.route, called_at, until),
        gate_open=desk.is_open,
        sighting=repository.sighting_of(desk.session, ticket.crossing_id),
        prolonged=ticket.prolonged,
        excused_there=ticket.excused_there,
    )
