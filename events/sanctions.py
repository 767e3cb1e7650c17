"""What queue_scheduling states of sanctions: imposed with notice and evidence, appealed, decided, ended."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from events.streams import OrganisationEvent
from events.words import Part, RouteCode


class Ground(StrEnum):
    """Why a vehicle or a carrier may not be called for a time."""

    IN_A_ROW = "IN_A_ROW"
    VEHICLE_OFTEN = "VEHICLE_OFTEN"
    CARRIER_OFTEN = "CARRIER_OFTEN"
    RESALE = "RESALE"
    BOTS = "BOTS"


class MissedCall(Part):
    """What is held against somebody: a call that was missed, or the crossing that a case is about."""

    crossing_id: UUID
    reference: str
    route: RouteCode
    called_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None


class SanctionImposed(OrganisationEvent):
    """A carrier, or with `vehicle_id` one of its vehicles, is not called until an instant; R070 says so meanwhile.

    It may be appealed against until `appeal_until`.
    """

    name: ClassVar = "queue_scheduling.sanction_imposed.v1"
    sanction_id: UUID
    vehicle_id: UUID | None = None
    ground: Ground
    imposed_at: AwareDatetime
    until: AwareDatetime
    appeal_until: AwareDatetime
    evidence: tuple[MissedCall, ...]
    case: str | None = None
    reason: str | None = None


class SanctionAppealed(OrganisationEvent):
    """The carrier says why the sanction is wrong; an officer decides."""

    name: ClassVar = "queue_scheduling.sanction_appealed.v1"
    sanction_id: UUID
    text: str


class AppealDecided(OrganisationEvent):
    """An officer has decided on an appeal, and why; granted, the sanction is lifted."""

    name: ClassVar = "queue_scheduling.appeal_decided.v1"
    sanction_id: UUID
    granted: bool
    reason: str


class SanctionEnded(OrganisationEvent):
    """A sanction is over: its time has come, or it was `lifted`."""

    name: ClassVar = "queue_scheduling.sanction_ended.v1"
    sanction_id: UUID
    vehicle_id: UUID | None = None
    lifted: bool = False
