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
    """A plate or VIN that a crossing waited for is free."""

    kind: ClassVar = "vehicle_registration.assess_again"
    crossing_id: UUID
