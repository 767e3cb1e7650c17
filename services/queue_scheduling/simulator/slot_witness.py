"""Anybody who reads the public log with its slots: no hour has more calls than it may, each holder comes in his own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.queue_scheduling.simulator.moment import Moment
from services.queue_scheduling.simulator.witness import Witness

AN_HOUR = timedelta(hours=1)
OVERFULL = "an hour with more calls than it may have"
OUTSIDE = "a holder called outside his hour"
BEFORE_DUE = "a live call while a holder was due"
TAKEN = "a live call of a place that a holder could come for"
SENT_AWAY = "a holder who could come was sent to the end"


@dataclass(eq=False)
class SlotWitness(Witness):
    """Counts each call in its hour, and knows who waits for which hour and whether he can come."""

    calls: Counter[datetime] = field(default_factory=Counter)
    _moment: Moment | None = None
    _slots: dict[UUID, datetime] = field(default_factory=dict)
    _absent: set[UUID] = field(default_factory=set)
    _present: Counter[datetime] = field(default_factory=Counter)

    def looks(self, moment: Moment) -> None:
        """The next call is decided at this moment."""
        self._moment = moment

    def seated(self, crossing: UUID, starts: datetime) -> None:
        """A holder waits for his hour."""
        self._finds(crossing in self._slots, "a second slot")
        self._slots[crossing] = starts
        self._present[starts] += 1

    def held(self, crossing: UUID) -> None:
        """He cannot come for a while."""
        super().held(crossing)
        if crossing in self._slots and crossing not in self._absent:
            self._absent.add(crossing)
            self._present[self._slots[crossing]] -= 1

    def returned(self, crossing: UUID) -> None:
        """He can come again."""
        if crossing in self._absent:
            self._absent.remove(crossing)
            self._present[self._slots[crossing]] += 1

    def left(self, crossing: UUID) -> None:
        """A truck gives up its place, or its slot."""
        super().left(crossing)
        self._rise(crossing)

    def lapsed(self, crossing: UUID, *, ours: bool) -> None:
        """His hour is over and he was not called in it; whose doing that is said to be."""
        self._finds(not ours and crossing not in self._absent, SENT_AWAY)
        self._rise(crossing)

    def called(self, crossing: UUID, number: int | None) -> None:
        """A call of any kind, counted in its hour."""
        super().called(crossing, number)
        starts, moment = self._rise(crossing), self._moment
        if moment is None:
            raise AssertionError("a call was made at no moment")
        self.calls[moment.hour] += 1
        left = moment.room - self.calls[moment.hour]
        self._finds(left < 0, OVERFULL)
        if starts is not None:
            self._finds(not starts <= moment.now < starts + AN_HOUR, OUTSIDE)
        elif number is not None:
            self._finds(self._present[moment.hour] > 0, BEFORE_DUE)
            self._finds(left < self._present[moment.hour], TAKEN)

    def _rise(self, crossing: UUID) -> datetime | None:
        """He no longer waits for his hour; returns which it was."""
        starts = self._slots.pop(crossing, None)
        if starts is not None and crossing not in self._absent:
            self._present[starts] -= 1
        self._absent.discard(crossing)
        return starts
