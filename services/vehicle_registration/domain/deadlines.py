"""What the registration desk does when time has come."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from bordergate import law
from bordergate.timers import Timer


class Expiry(Timer):
    """Crossings of a registration that were submitted together and have not joined the queue."""

    kind: ClassVar = "vehicle_registration.expiry"
    registration_id: UUID
    submitted_at: datetime


class AssessAgain(Timer):
    """A plate, VIN or driver that a crossing waited for is free, or what is known of its payer changed."""

    kind: ClassVar = "vehicle_registration.assess_again"
    crossing_id: UUID


class LawChanges(law.LawChanges):
    """On this day other rows are what crossings are judged by."""

    kind: ClassVar = "vehicle_registration.law_changes"


class JudgeAnew(law.JudgeAnew):
    """Crossings are to be judged anew."""

    kind: ClassVar = "vehicle_registration.judge_anew"


class JudgeSanctioned(Timer):
    """Who was filed while a sanction began or ended, and may not have been judged by it, is judged anew."""

    kind: ClassVar = "vehicle_registration.judge_sanctioned"
    carrier: UUID
    vehicle_id: UUID | None = None


class ForgetList(Timer):
    """The end of the time for which an uploaded list is kept."""

    kind: ClassVar = "vehicle_registration.forget_list"
    upload_id: UUID


class ForgetTelephone(Timer):
    """The end of the time for which a telephone given at the barrier is kept: its crossing's end, at the latest."""

    kind: ClassVar = "vehicle_registration.forget_telephone"
    driver_id: UUID


class RunsOut(Timer):
    """The end of a paper's last day."""

    kind: ClassVar = "vehicle_registration.runs_out"
    paper_id: UUID


class Reminder(Timer):
    """The next day on which a paper's carrier is reminded that it ends."""

    kind: ClassVar = "vehicle_registration.reminder"
    paper_id: UUID
