"""What follows when law changes: who has not been called to the gate yet is judged anew."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from bordergate import law
from bordergate.clock import Clock
from services.vehicle_registration import repository
from services.vehicle_registration.commands.filing import assess
from services.vehicle_registration.domain.deadlines import JudgeAnew, LawChanges


def follow_law(session: Session, clock: Clock) -> None:
    """Judge by the law as it stands all who are not called yet, and again on the day it next changes."""
    law.follow(JudgeAnew, LawChanges, repository.next_law(session, clock.now()), session, clock)


def judge_anew(after: UUID, session: Session, clock: Clock) -> None:
    """Judge some of them, then let the next be judged; of whom nothing changes, nothing is stated."""
    waiting = repository.assessed_after(session, after, law.AT_ONCE)
    if waiting:
        assess(waiting, session, clock.now())
    law.go_on(JudgeAnew, [one.id for one in waiting], session, clock)
