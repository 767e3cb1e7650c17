"""What giving a slot up costs, for another one too: as much as any place whose call is as near (DOMAIN §6.7)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from services.queue_scheduling.domain.ticket import Stage, Ticket
from services.queue_scheduling.holding.rules import CANCELLING, Cost, Held, cost_of
from services.queue_scheduling.holding.situation import is_kept_out, is_shut, tariff_at
from services.queue_scheduling.slots.booking import Booking, BookingStage


def price_of(session: Session, booking: Booking, now: datetime) -> Cost | None:
    """What its holder owes who gives a slot up now; None for what is no slot: a reservation or a part in a draw."""
    return price_once_confirmed(session, booking, now) if booking.stage is BookingStage.CONFIRMED else None


def price_once_confirmed(session: Session, booking: Booking, now: datetime) -> Cost:
    """What giving it up would cost now if it were confirmed."""
    ticket = session.get(Ticket, booking.crossing_id)
    held = Held(
        stage=Stage.WAITING,
        now=now,
        comes_at=booking.starts,
        ours=booking.struck or (ticket is not None and is_kept_out(ticket)),
        shut=is_shut(session, booking.route, booking.direction, now),
        spoils_at=ticket.spoils_at if ticket is not None else None,
    )
    return cost_of(CANCELLING, held, tariff_at(session, now))
