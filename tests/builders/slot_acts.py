"""What holders of slots do, and officers for them: each act is one or several transactions, as the doors have them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.queue_scheduling.domain.hours import hour_of
from services.queue_scheduling.slots import attending, holding, rows
from services.queue_scheduling.slots.commands import reserve_slot

Steps = tuple[Callable[[Session], object], ...]
AN_HOUR = timedelta(hours=1)
WHATEVER_IT_COSTS = Decimal(1)


def books(truck: UUID, clock: Clock, more: int) -> Steps:
    """One of the next hours is reserved; two of three confirm that at once."""

    def reserve(session: Session) -> None:
        starts = hour_of(clock.now()) + (1 + more % 3) * AN_HOUR
        reserve_slot(rows.filed_of(session, truck), starts, session, clock)

    return (reserve, *confirms(truck, clock, more)) if more % 9 < 6 else (reserve,)


def confirms(truck: UUID, clock: Clock, _: int) -> Steps:
    """What was reserved is the truck's."""
    return (lambda session: holding.confirm_slot(truck, session, clock),)


def moves(truck: UUID, clock: Clock, more: int) -> Steps:
    """Another of the next hours instead."""

    def move(session: Session) -> None:
        starts = hour_of(clock.now()) + (1 + more % 4) * AN_HOUR
        holding.move_slot(truck, starts, session, clock, WHATEVER_IT_COSTS)

    return (move,)


def gives_up(truck: UUID, clock: Clock, _: int) -> Steps:
    """The slot is given back."""
    return (lambda session: holding.release_slot(truck, session, clock, WHATEVER_IT_COSTS),)


def answers(truck: UUID, clock: Clock, more: int) -> Steps:
    """The hour that is held is taken, or left."""
    answer = holding.accept_offer if more % 2 else holding.decline_offer
    return (lambda session: answer(truck, session, clock),)


def is_there(truck: UUID, clock: Clock, more: int) -> Steps:
    """The truck waits for its slot, says its holder or an officer."""
    officer = UUID(int=more) if more % 2 else None
    return (lambda session: attending.state_presence(truck, officer, session, clock),)


ACTS = (books, confirms, moves, gives_up, answers, is_there)
"""All that is asked of one slot."""
