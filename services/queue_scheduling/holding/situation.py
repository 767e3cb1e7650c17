"""All that bears on what a holder may do with his place, read at one instant."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bordergate.reference import as_of
from events.words import Direction
from services.queue_scheduling import repository
from services.queue_scheduling.domain.hours import MINUTE
from services.queue_scheduling.domain.ticket import Cause, Stage, Ticket
from services.queue_scheduling.forecast.tables import forecasts
from services.queue_scheduling.holding.rules import NOTHING, Cost, Held, Tariff
from services.queue_scheduling.slots.booking import BookingStage
from services.queue_scheduling.slots.rows import last_booking
from services.queue_scheduling.tables import extension_hours, extensions


def tariff_at(session: Session, now: datetime) -> Tariff:
    """The numbers in force."""
    value = repository.numbers_at(session, now)
    offered = session.scalars(select(extension_hours.c.hours).where(as_of(extension_hours, now)))
    return Tariff(
        free_before=timedelta(hours=float(value["cancel_free_hours"])),
        half_before=timedelta(hours=float(value["cancel_half_hours"])),
        half=value["cancel_half_share"],
        extension_hours=tuple(sorted(offered)),
        extension_every=timedelta(days=float(value["extension_every_days"])),
        exchange_free_before=timedelta(hours=float(value["exchange_free_hours"])),
    )


def held_of(session: Session, ticket: Ticket, now: datetime) -> Held:
    """A place or a call as it is now."""
    slot = ticket.slot or slot_of_one_refused(session, ticket)
    return Held(
        stage=Stage.WAITING if slot and ticket.stage is Stage.REFUSED else ticket.stage,
        now=now,
        comes_at=slot or foreseen_call(session, ticket.crossing_id),
        ours=is_kept_out(ticket) or is_struck(session, ticket),
        shut=is_shut(session, ticket.route, ticket.direction, now),
        at_gate=repository.sighting_of(session, ticket.crossing_id).at_gate_since is not None,
        spoils_at=ticket.spoils_at,
        extended_at=last_paid_extension(session, ticket.vehicle),
        valid_until=ticket.valid_until,
    )


def is_kept_out(ticket: Ticket) -> bool:
    """Whether the gate itself keeps a waiting truck from coming."""
    return ticket.stage is Stage.WAITING and ticket.cause is Cause.OURS and (ticket.passed or not ticket.ready)


def is_struck(session: Session, ticket: Ticket) -> bool:
    """Whether the slot for which a truck waits has no room for it."""
    booking = last_booking(session, ticket.crossing_id) if ticket.stage is Stage.WAITING and ticket.slot else None
    return booking is not None and booking.stage is BookingStage.CONFIRMED and booking.struck


def slot_of_one_refused(session: Session, ticket: Ticket) -> datetime | None:
    """The slot of a truck that something keeps out of the queue: it waits for that, and gives it up as any other."""
    if ticket.stage is not Stage.REFUSED:
        return None
    booking = last_booking(session, ticket.crossing_id)
    return booking.starts if booking is not None and booking.stage is BookingStage.CONFIRMED else None


def is_shut(session: Session, route: str, direction: Direction, now: datetime) -> bool:
    """Whether an officer or a planned closure, and not the ordinary night, keeps trucks out now."""
    stops = repository.route_of(session, route).at(now).stands_still(direction)
    return stops or bool(repository.closed_by(session, route, now, now + MINUTE))


def foreseen_call(session: Session, crossing_id: UUID) -> datetime | None:
    """The latest instant at which the call was last foreseen; None when nothing was."""
    made = select(forecasts.c.p90).where(forecasts.c.crossing_id == crossing_id, forecasts.c.called_at.is_(None))
    return session.scalar(made.order_by(forecasts.c.made_at.desc()).limit(1))


def last_paid_extension(session: Session, vehicle: UUID) -> datetime | None:
    """When a vehicle's call was last extended for a fee."""
    paid = (extensions.c.vehicle == vehicle, extensions.c.share > NOTHING)
    last: datetime | None = session.scalar(select(func.max(extensions.c.granted_at)).where(*paid))
    return last


def keep_extension(session: Session, ticket: Ticket, hours: int, cost: Cost, now: datetime) -> None:
    """Remember that a vehicle's call was extended."""
    row = {"crossing_id": ticket.crossing_id, "valid_until": ticket.valid_until, "vehicle": ticket.vehicle}
    session.execute(extensions.insert().values(**row, granted_at=now, hours=hours, share=cost.share))
