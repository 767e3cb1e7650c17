"""When a call is decided, and what its hour still has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from services.queue_scheduling.domain.hours import hour_of


@dataclass(frozen=True)
class Moment:
    """The instant, the calls that its hour has room for, and those left of it."""

    now: datetime
    room: int
    left: int

    @cached_property
    def hour(self) -> datetime:
        """When the hour began in which the call counts."""
        return hour_of(self.now)
