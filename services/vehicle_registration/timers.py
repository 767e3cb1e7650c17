"""The registration desk's deadlines."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from services.vehicle_registration import commands
from services.vehicle_registration.domain.deadlines import (
    AssessAgain,
    Expiry,
    ForgetList,
    ForgetTelephone,
    JudgeAnew,
    JudgeSanctioned,
    LawChanges,
    Reminder,
    RunsOut,
)


def expire_filed(timer: Expiry, session: Session, clock: Clock) -> None:
    """What was filed too long ago and never joined the queue is over."""
    commands.expire(timer.registration_id, timer.submitted_at, session, clock)


def assess_who_waited(timer: AssessAgain, session: Session, clock: Clock) -> None:
    """A plate, VIN or driver is free for the one who waited for it, or what identity says of the payer changed."""
    commands.assess_again(timer.crossing_id, session, clock)


def forget_list(timer: ForgetList, session: Session, clock: Clock) -> None:
    """A list has been kept as long as lists are."""
    commands.forget_upload(timer.upload_id, session, clock)


def forget_telephone(timer: ForgetTelephone, session: Session, clock: Clock) -> None:
    """A telephone given at the barrier is needed no more."""
    commands.forget_telephone(timer.driver_id, session, clock)


def judge_without(timer: RunsOut, session: Session, clock: Clock) -> None:
    """A paper has run out for the crossings that count on it."""
    commands.run_out(timer.paper_id, session, clock)


def remind_of_paper(timer: Reminder, session: Session, clock: Clock) -> None:
    """A carrier is reminded of a paper that ends soon."""
    commands.remind(timer.paper_id, session, clock)


def judge_anew(timer: JudgeAnew, session: Session, clock: Clock) -> None:
    """The next who have not been called yet are judged anew."""
    commands.judge_anew(timer.after, session, clock)


def judge_sanctioned(timer: JudgeSanctioned, session: Session, clock: Clock) -> None:
    """Those concerned by a sanction are judged once more, now that whoever overlooked it is there."""
    commands.judge_sanctioned(timer.carrier, timer.vehicle_id, session, clock)


def change_law(timer: LawChanges, session: Session, clock: Clock) -> None:
    """Other rows are law from today on."""
    follow_law(session, clock)


def follow_law(session: Session, clock: Clock) -> None:
    """Rows that crossings are judged by were loaded, put in force, or begin today."""
    commands.follow_law(session, clock)
