"""What the registration desk does when time has come."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

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


class RunsOut(Timer):
    """The end of a paper's last day."""

    kind: ClassVar = "vehicle_registration.runs_out"
    paper_id: UUID


class Reminder(Timer):
    """The next day on which a paper's carrier is reminded that it ends."""

    kind: ClassVar = "vehicle_registration.reminder"
    paper_id: UUID
