"""What follows when law changes: who has not come to the gate yet is judged anew."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate import law
from bordergate.clock import Clock
from services.customs_declarations.commands.declarations import assess_again
from services.customs_declarations.repository import alone_with, next_law, under_way


class LawChanges(law.LawChanges):
    """On this day other rows are what goods are judged by."""

    kind: ClassVar = "customs_declarations.law_changes"


class JudgeAnew(law.JudgeAnew):
    """What crossings carry is to be judged anew."""

    kind: ClassVar = "customs_declarations.judge_anew"


def follow_law(session: Session, clock: Clock) -> None:
    """Judge by the law as it stands all who have not come yet, and again on the day it next changes."""
    law.follow(JudgeAnew, LawChanges, next_law(session, clock.now()), session, clock)


def judge_anew(after: UUID, session: Session, clock: Clock) -> None:
    """Judge some of them, then let the next be judged; of whom nothing changes, nothing is stated."""
    waiting = under_way(session, after, law.AT_ONCE)
    named = {number for _, numbers in waiting for number in numbers}
    alone_with(session, (), named)
    assess_again(named, session, clock)
    law.go_on(JudgeAnew, [crossing_id for crossing_id, _ in waiting], session, clock)
