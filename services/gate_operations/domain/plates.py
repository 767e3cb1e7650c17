"""What stood on a truck's plate as it was read at the gate, and whether that is the truck expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bordergate.border.plate import same_plate
from events.gate_operations import Authority


@dataclass(frozen=True)
class PlateReading:
    """A plate as a camera, a scanner or an officer's eye read it: `at` when, in which `lane` if in one."""

    id: UUID
    plate: str
    authority: Authority
    at: datetime
    lane: str | None = None

    def is_of(self, *plates: str | None) -> bool:
        """Whether it is one of these: a camera behind the truck reads its trailer's."""
        return same_plate(self.plate, *plates)


def last_read(readings: Iterable[PlateReading]) -> PlateReading | None:
    """The reading that counts, whatever the order they were sent in: a later look corrects an earlier one."""
    return max(readings, key=lambda reading: (reading.at, reading.id), default=None)
