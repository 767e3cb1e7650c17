"""A trace: what of a stated event bears on whether a place was sold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Sign(StrEnum):
    """What happened."""

    FILED = "FILED"
    READY = "READY"
    JOINED = "JOINED"
    CALLED = "CALLED"
    GONE = "GONE"
    SEEN = "SEEN"
    OVERRIDDEN = "OVERRIDDEN"
    EMERGENCY = "EMERGENCY"
    EXCUSED = "EXCUSED"
    RESERVED = "RESERVED"
    RELEASED = "RELEASED"
    ENROLLED = "ENROLLED"
    REGISTERED = "REGISTERED"


@dataclass(frozen=True)
class Trace:
    """One event's trace; `id` is the event's.

    FILED says the carrier, READY that, vehicle, plate, chapters (`word`) and shelf life (`hours`); JOINED and CALLED
    the `queue`; RELEASED why (`word`); OVERRIDDEN and EMERGENCY which `officers`; EXCUSED that too, of which `queue`
    and what kept the truck back (`word`); ENROLLED and REGISTERED what the device and the vehicle call themselves
    (`word`: hardware id, VIN).
    """

    id: UUID
    sign: Sign
    at: datetime
    crossing_id: UUID | None = None
    carrier: UUID | None = None
    vehicle_id: UUID | None = None
    plate: str | None = None
    queue: str | None = None
    officers: tuple[UUID, ...] = ()
    hours: float | None = None
    word: str | None = None


@dataclass(frozen=True)
class Seen:
    """One piece of evidence: when, on which crossing, of which plate or other name, beside which other, how much."""

    at: datetime
    crossing_id: UUID | None = None
    plate: str | None = None
    other: str | None = None
    number: float | None = None

    @property
    def place(self) -> tuple[datetime, UUID | None, str | None, str | None]:
        """What it is evidence of, whatever number is beside it now."""
        return self.at, self.crossing_id, self.plate, self.other


class Detector(StrEnum):
    """What is looked for; the catalogue says of each what it means and what innocent reason there may be."""

    REPEATED_RELEASES = "REPEATED_RELEASES"
    DEVICE_OF_MANY = "DEVICE_OF_MANY"
    PLATES_APART = "PLATES_APART"
    VINS_APART = "VINS_APART"
    TRACTOR_CHANGED = "TRACTOR_CHANGED"
    OVERRIDES_BEYOND = "OVERRIDES_BEYOND"
    OVERRIDES_FOR_ONE = "OVERRIDES_FOR_ONE"
    EXCUSES_BEYOND = "EXCUSES_BEYOND"
    EXCUSES_FOR_ONE = "EXCUSES_FOR_ONE"
    LIVES_BEYOND = "LIVES_BEYOND"


@dataclass(frozen=True)
class Hit:
    """A detector's finding about somebody or something: `subject` is an id, a device's name or a pair."""

    detector: Detector
    subject: str
    seen: tuple[Seen, ...]
