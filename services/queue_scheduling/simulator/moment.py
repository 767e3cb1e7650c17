"""When a call is decided, and what its hour still has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from services.queue_scheduling.domain.hours import hour_of


@dataclass(frozen=True)
class Moment:
    """The instant, the one whose hour a call counts against, the calls which that hour may have, and those left of it.

    `counted`: whether it counts at all.
    """

    now: datetime
    counts_at: datetime
    capacity: int
    left: int
    counted: bool = True

    @cached_property
    def hour(self) -> datetime:
        """When the hour began whose calls are counted."""
        return hour_of(self.counts_at)
