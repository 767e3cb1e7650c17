"""The calls that the plan has room for, laid along the time ahead (QUEUE.md, "Calling forward")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.queue_scheduling.domain.hours import MINUTE, Hours, midnight


@dataclass(frozen=True)
class Reduced:
    """No more than so many trucks an hour, until an instant or until further notice."""

    per_hour: int
    until: datetime | None = None


@dataclass(frozen=True)
class Timeline:
    """The open minutes from an instant on, as far as is planned; `days` are its own day's and the next ones' hours.

    `lead` is how long before the gate takes a truck it is called, where trucks are called just in time.
    """

    since: datetime
    days: Sequence[Hours | None]
    reduced: Reduced | None = None
    lead: timedelta = timedelta()

    def when(self, calls: float) -> datetime | None:
        """The first instant by which so many calls have had room; None when the plan ends before."""
        for begins, ends, a_minute in self._stretches():
            room = (ends - begins) / MINUTE * a_minute
            if room and calls <= room:
                return begins + calls / a_minute * MINUTE
            calls -= room
        return None

    def calls_by(self, instant: datetime) -> float:
        """How many calls have had room by an instant."""
        return sum(
            max(timedelta(), min(ends, instant) - begins) / MINUTE * a_minute
            for begins, ends, a_minute in self._stretches()
        )

    def per_hour(self) -> int:
        """The trucks an hour of the first day that opens."""
        return next((hours.per_hour for hours in self.days if hours), 0)

    def _stretches(self) -> Iterator[tuple[datetime, datetime, float]]:
        """What lies open ahead: from when, until when, and the calls a minute."""
        today = midnight(self.since)
        for ahead, hours in enumerate(self.days):
            day = today + timedelta(days=ahead)
            for first, last, per_hour in hours.stretches() if hours else ():
                begins, ends = max(self.since, day + first * MINUTE - self.lead), day + last * MINUTE - self.lead
                if begins < ends:
                    yield from self._at_rate(begins, ends, per_hour)

    def _at_rate(self, begins: datetime, ends: datetime, planned: int) -> Iterator[tuple[datetime, datetime, float]]:
        """A stretch, in two parts where a reduction ends within it."""
        if self.reduced is None:
            yield begins, ends, planned / 60
            return
        cut = min(ends, self.reduced.until or ends)
        if begins < cut:
            yield begins, cut, min(planned, self.reduced.per_hour) / 60
        if cut < ends:
            yield max(begins, cut), ends, planned / 60
