"""The deadlines of customs_declarations: other law begins; simulated customs' next act, on a demonstration."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.customs_declarations import commands
from services.customs_declarations.commands import JudgeAnew, LawChanges, SimulatedCustoms


def act_as_customs(timer: SimulatedCustoms, session: Session, clock: Clock) -> None:
    """Choose a channel, or clear."""
    commands.play_customs(timer.declaration_id, session, clock)


def judge_anew(timer: JudgeAnew, session: Session, clock: Clock) -> None:
    """The next who have not come yet are judged anew."""
    commands.judge_anew(timer.after, session, clock)


def change_law(timer: LawChanges, session: Session, clock: Clock) -> None:
    """Other rows are law from today on."""
    follow_law(session, clock)


def follow_law(session: Session, clock: Clock) -> None:
    """Rows that goods are judged by were loaded, put in force, or begin today."""
    commands.follow_law(session, clock)
