"""A sanction: imposed on evidence, appealed against, lifted or served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from bordergate.aggregate import Aggregate
from events.queue_scheduling import AppealDecided, SanctionAppealed, SanctionEnded, SanctionImposed
from events.sanctions import Ground, MissedCall
from services.queue_scheduling.sanctions.refusals import AppealedAlready, AppealTooLate, NothingToDecide, OwnCase


class SanctionStage(StrEnum):
    """Where a sanction stands."""

    ACTIVE = "ACTIVE"
    LIFTED = "LIFTED"
    ENDED = "ENDED"


class Appeal(StrEnum):
    """Where the appeal against it stands."""

    NONE = "NONE"
    PENDING = "PENDING"
    DISMISSED = "DISMISSED"
    GRANTED = "GRANTED"


@dataclass(eq=False)
class Sanction(Aggregate):
    """A vehicle (`vehicle_id`, `plate`) or else a carrier that is not called until an instant.

    `crossing_id` is the crossing in whose ledger it stands, `evidence` the missed calls as they were; `case`, `reason`
    and `officers` are those of a case that an inspector brought.
    """

    id: UUID
    carrier: UUID
    parties: list[UUID]
    vehicle_id: UUID | None
    plate: str | None
    ground: Ground
    crossing_id: UUID
    evidence: list[dict[str, str]]
    imposed_at: datetime
    until: datetime
    appeal_until: datetime
    case: str | None = None
    reason: str | None = None
    officers: list[UUID] = field(default_factory=list)
    stage: SanctionStage = SanctionStage.ACTIVE
    appeal: Appeal = Appeal.NONE
    appeal_text: str | None = None
    appealed_at: datetime | None = None
    decision: str | None = None
    decided_at: datetime | None = None
    decided_by: UUID | None = None
    ended_at: datetime | None = None
    version: int = 0

    def impose(self) -> None:
        """Tell the carrier, and everybody who judges its crossings."""
        self.record(
            SanctionImposed(
                organisation_id=self.carrier,
                sanction_id=self.id,
                vehicle_id=self.vehicle_id,
                ground=self.ground,
                imposed_at=self.imposed_at,
                until=self.until,
                appeal_until=self.appeal_until,
                evidence=tuple(MissedCall.model_validate(one) for one in self.evidence),
                case=self.case,
                reason=self.reason,
            )
        )

    def may_be_appealed(self, now: datetime) -> bool:
        """Whether the carrier may still say why it is wrong."""
        return self.appeal is Appeal.NONE and now < self.appeal_until

    def appeal_against(self, text: str, now: datetime) -> None:
        """The carrier says why it is wrong; once, within its days."""
        if self.appeal is not Appeal.NONE:
            raise AppealedAlready
        if now >= self.appeal_until:
            raise AppealTooLate(until=self.appeal_until)
        self.appeal, self.appeal_text, self.appealed_at = Appeal.PENDING, text, now
        self.record(SanctionAppealed(organisation_id=self.carrier, sanction_id=self.id, text=text))

    def decide(self, reason: str, officer: UUID, now: datetime, *, granted: bool) -> None:
        """An officer who did not impose it decides; granted, it is lifted there and then."""
        if self.appeal is not Appeal.PENDING:
            raise NothingToDecide
        if officer in self.officers:
            raise OwnCase
        self.appeal = Appeal.GRANTED if granted else Appeal.DISMISSED
        self.decision, self.decided_at, self.decided_by = reason, now, officer
        told: Mapping[str, UUID] = {"organisation_id": self.carrier, "sanction_id": self.id}
        self.record(AppealDecided(**told, granted=granted, reason=reason))
        if granted and self.stage is SanctionStage.ACTIVE:
            self._end(SanctionStage.LIFTED, now)

    def fall(self, now: datetime) -> None:
        """A no-show that brought it was none: it ends there and then, without anybody's asking."""
        if self.stage is SanctionStage.ACTIVE:
            self._end(SanctionStage.LIFTED, now)

    def serve_out(self, now: datetime) -> None:
        """Its time has come; nothing is done twice."""
        if self.stage is SanctionStage.ACTIVE and self.until <= now:
            self._end(SanctionStage.ENDED, now)

    def _end(self, stage: SanctionStage, now: datetime) -> None:
        self.stage, self.ended_at = stage, now
        lifted = stage is SanctionStage.LIFTED
        told: Mapping[str, UUID] = {"organisation_id": self.carrier, "sanction_id": self.id}
        self.record(SanctionEnded(**told, vehicle_id=self.vehicle_id, lifted=lifted))
