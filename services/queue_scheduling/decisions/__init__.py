"""What officers decided and nobody may unsay: rows that are only added to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from events.queue_scheduling import EmergencyPaper, Hindrance
from services.queue_scheduling.decisions.tables import crises, emergencies, excuses, overrides, route_changes
from services.queue_scheduling.domain.route import Change
from services.queue_scheduling.domain.stops import Decided
from services.queue_scheduling.domain.ticket import Standing, Ticket
from services.queue_scheduling.slots.booking import Booking


def note_change(session: Session, route: str, decided: Decided) -> None:
    """What was decided of a route."""
    session.execute(insert(route_changes).values(route=route, decided_at=decided.at, **vars(decided.change)))


def decided_in(session: Session, route: str, since: datetime, until: datetime) -> list[Decided]:
    """All that was decided of a route and held at some moment between two instants, in order."""
    here = route_changes.c.route == route
    before = select(func.max(route_changes.c.entry)).where(here, route_changes.c.decided_at <= since)
    reaches = route_changes.c.entry >= func.coalesce(before.scalar_subquery(), 0)
    wanted = select(route_changes).where(here, reaches, route_changes.c.decided_at < until)
    return [
        Decided(row.decided_at, Change(row.status, row.reason, row.until, row.export_per_hour, row.import_per_hour))
        for row in session.execute(wanted.order_by(route_changes.c.entry))
    ]


def note_crisis(
    session: Session, queue: Standing, *, declared: tuple[bool, datetime], reason: str, officers: Sequence[UUID]
) -> None:
    """Two officers declared a crisis (or lifted it) at an instant."""
    route, direction = queue
    said = {"declared": declared[0], "decided_at": declared[1], "reason": reason, "officers": list(officers)}
    session.execute(insert(crises).values(route=route, direction=direction, **said))


def note_emergency(
    session: Session, ticket: Ticket, paper: EmergencyPaper, said: tuple[str, str], officers: Sequence[UUID]
) -> None:
    """A truck goes before all others, from now on; `said` are the order's number and why it is this truck's."""
    told = _told_of(ticket) | {"declared_at": ticket.joined_at, "paper": paper, "officers": list(officers)}
    session.execute(insert(emergencies).values(**told, paper_number=said[0], reason=said[1]))


def note_override(session: Session, ticket: Ticket, reason: str, officers: Sequence[UUID]) -> None:
    """A truck was called out of turn, just now; two officers answer for it."""
    told = _told_of(ticket) | {"called_at": ticket.called_at, "ticket_class": ticket.ticket_class}
    session.execute(insert(overrides).values(**told, reason=reason, officers=list(officers)))


def note_excuse(
    session: Session, booking: Booking, said: tuple[Hindrance, str], at: datetime, officers: Sequence[UUID]
) -> None:
    """A truck could not be there for its slot; `said` is what kept it back, and the officers' reason."""
    told = {name: getattr(booking, name) for name in ("crossing_id", "route", "direction")}
    kept = {"excused_at": at, "slot": booking.starts, "cause": said[0], "reason": said[1], "officers": list(officers)}
    session.execute(insert(excuses).values(**told | kept))


def _told_of(ticket: Ticket) -> dict[str, Any]:
    return {"crossing_id": ticket.crossing_id, "route": ticket.route, "direction": ticket.direction}
