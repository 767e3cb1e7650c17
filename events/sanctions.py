"""Why somebody may not be called for a time, and what is held against him."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

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
