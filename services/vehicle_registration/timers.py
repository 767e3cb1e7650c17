"""The registration desk's deadlines."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.vehicle_registration import commands
from services.vehicle_registration.domain.deadlines import AssessAgain, Expiry, Reminder, RunsOut


def expire_filed(timer: Expiry, session: Session, clock: Clock) -> None:
    """What was filed too long ago and never joined the queue is over."""
    commands.expire(timer.registration_id, timer.submitted_at, session, clock)


def assess_who_waited(timer: AssessAgain, session: Session, clock: Clock) -> None:
    """A plate, VIN or driver is free for the one who waited for it, or what identity says of the payer changed."""
    commands.assess_again(timer.crossing_id, session, clock)


def judge_without(timer: RunsOut, session: Session, clock: Clock) -> None:
    """A paper has run out for the crossings that count on it."""
    commands.run_out(timer.paper_id, session, clock)


def remind_of_paper(timer: Reminder, session: Session, clock: Clock) -> None:
    """A carrier is reminded of a paper that ends soon."""
    commands.remind(timer.paper_id, session, clock)
