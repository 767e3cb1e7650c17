"""The registration desk's deadlines."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.vehicle_registration import commands
from services.vehicle_registration.domain.deadlines import AssessAgain, Expiry


def expire_filed(timer: Expiry, session: Session, clock: Clock) -> None:
    """What was filed too long ago and never joined the queue is over."""
    commands.expire(timer.registration_id, timer.submitted_at, session, clock)


def assess_who_waited(timer: AssessAgain, session: Session, clock: Clock) -> None:
    """A plate or VIN is free for the one who waited for it."""
    commands.assess_again(timer.crossing_id, session)
