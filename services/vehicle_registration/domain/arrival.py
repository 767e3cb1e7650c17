"""When a truck should stand in the waiting area, and when it was seen to come there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from events.vehicle_registration import Filing

EARLIEST, LATEST = "arrival_earliest_minutes", "arrival_latest_minutes"


@dataclass(frozen=True)
class Margins:
    """How long before its slot begins a truck may come at the earliest, and must have come at the latest."""

    earliest: timedelta
    latest: timedelta

    @classmethod
    def of(cls, numbers: Mapping[str, int] | None) -> Self | None:
        """As the desk's numbers say; None where they do not."""
        told = [(numbers or {}).get(name) for name in (EARLIEST, LATEST)]
        earliest, latest = (None if minutes is None else timedelta(minutes=minutes) for minutes in told)
        return None if earliest is None or latest is None else cls(earliest, latest)


@dataclass(frozen=True)
class Arrival:
    """When a crossing's slot begins, if it has one, and each time at which its truck came into a waiting area."""

    slot: datetime | None = None
    seen: tuple[datetime, ...] = ()
    margins: Margins | None = None

    def expected(self, filing: Filing) -> tuple[datetime, datetime]:
        """From when to when the truck should come: before its slot, in the live queue as it was planned."""
        if self.slot and self.margins:
            return self.slot - self.margins.earliest, self.slot - self.margins.latest
        return filing.window_from, filing.window_to

    def misses(self, filing: Filing) -> bool:
        """Whether the truck came only outside of that, or has a slot for which it means to come outside of it."""
        first, last = self.expected(filing)
        if self.seen:
            return not any(first <= at <= last for at in self.seen)
        return self.slot is not None and (filing.window_to < first or last < filing.window_from)
