"""The queue's deadlines, and what is done when they come."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.queue_scheduling import commands
from services.queue_scheduling.domain.deadlines import CallRound, NoShow, OfferAgain, PauseEnds


def miss_call(timer: NoShow, session: Session, clock: Clock) -> None:
    """A called truck that did not come loses its call."""
    commands.miss_call(timer.crossing_id, session, clock)


def call_next(timer: CallRound, session: Session, clock: Clock) -> None:
    """The trucks that are due are called."""
    commands.call_round(timer.route, timer.direction, session, clock)


def offer_again(timer: OfferAgain, session: Session, clock: Clock) -> None:
    """A refused crossing may join."""
    commands.offer_again(timer.crossing_id, session, clock)


def end_pause(timer: PauseEnds, session: Session, clock: Clock) -> None:
    """A pause that has come to its end is over."""
    commands.end_pause(timer.route, session, clock)
