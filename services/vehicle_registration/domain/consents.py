"""What a driver has let be done with his data: for what, when and how he said so, and when he took it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from bordergate.aggregate import Aggregate
from bordergate.errors import Conflict
from events.vehicle_registration import DriverConsented, DriverConsentWithdrawn


class Purpose(StrEnum):
    """For what a driver is asked: that his truck's position is followed while he crosses, that he is telephoned."""

    POSITION = "POSITION"
    CONTACT = "CONTACT"


class How(StrEnum):
    """How a driver said so: on a signed paper, by word of mouth to his carrier, or himself on his own page."""

    PAPER = "PAPER"
    SPOKEN = "SPOKEN"
    HIMSELF = "HIMSELF"


class NoConsent(Conflict):
    """There is nothing to take back: he has not consented, or has taken it back before."""

    code = "vehicle_registration.no_consent"


@dataclass(eq=False)
class Consent(Aggregate):
    """One consent of a driver; it holds from when it was given until it is withdrawn."""

    driver_id: UUID
    purpose: Purpose
    given_at: datetime
    parties: list[UUID]
    carrier: UUID
    how: How
    withdrawn_at: datetime | None = None
    withdrawn_how: How | None = None
    version: int = field(default=0)

    @classmethod
    def give(
        cls, driver_id: UUID, purpose: Purpose, how: How, parties: list[UUID], carrier: UUID, now: datetime
    ) -> Consent:
        """He lets it be done from now on."""
        given = cls(driver_id, purpose, now, parties, carrier, how)
        given.record(DriverConsented(driver_id=driver_id, purpose=purpose))
        return given

    def withdraw(self, how: How, now: datetime) -> None:
        """He no longer lets it be done."""
        self.withdrawn_at, self.withdrawn_how = now, how
        self.record(DriverConsentWithdrawn(driver_id=self.driver_id, purpose=self.purpose))
