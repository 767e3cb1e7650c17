"""Anybody's check of a queue's whole log: promises kept, nobody overtaken, capacity never exceeded (DOMAIN §6.9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bordergate.event import Event
from events.queue_scheduling import CallMissed, TicketPassed, TicketWithdrawn, TruckCalled, TruckQueued
from events.words import TicketClass

STANDARD = frozenset({TicketClass.P3, TicketClass.P4})


class BrokenPromise(AssertionError):
    """The log shows something that may not be."""


@dataclass
class LogChecker:
    """Reads one queue's events in the order in which they were recorded; `ever_absent` may be overtaken."""

    capacity: int
    ever_absent: frozenset[UUID] = frozenset()
    number: int = 0
    waiting: dict[UUID, TruckQueued] = field(default_factory=dict)
    turns: dict[UUID, int] = field(default_factory=dict)
    calls: Counter[datetime] = field(default_factory=Counter)
    passed: set[UUID] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)

    def read(self, log: Iterable[tuple[datetime, Event]]) -> None:
        """Check event after event; raises BrokenPromise."""
        for time, event in log:
            self.kinds[type(event).__name__] += 1
            if isinstance(event, TruckQueued):
                self._join(event)
            elif isinstance(event, TicketPassed):
                self._pass(event)
            elif isinstance(event, TruckCalled):
                self._call(time, event)
            elif isinstance(event, TicketWithdrawn) and event.crossing_id not in self.passed:
                self._leave(event.crossing_id)
            elif isinstance(event, CallMissed):
                self._miss(event.crossing_id)

    def _miss(self, crossing_id: UUID) -> None:
        if crossing_id in self.waiting:
            raise BrokenPromise(f"{crossing_id} missed a call it never had")
        self.passed.add(crossing_id)

    @property
    def numbered(self) -> Mapping[UUID, TruckQueued]:
        """Those who hold a number."""
        return {crossing: receipt for crossing, receipt in self.waiting.items() if receipt.promise is not None}

    def _join(self, event: TruckQueued) -> None:
        self.passed.discard(event.crossing_id)
        self.waiting.pop(event.crossing_id, None)
        if event.first_come is not None:
            _holds(event.first_come == self.number + len(self.numbered) + 1, f"first-come number of {event}")
            _holds((event.promise or 0) > self.number, f"a promise that is over: {event}")
        if event.ticket_class in STANDARD and event.promise is not None:
            _holds(event.promise <= (event.first_come or 0), f"later than first come: {event}")
        self.waiting[event.crossing_id] = event
        self.turns[event.crossing_id] = self.kinds["TruckQueued"]

    def _pass(self, event: TicketPassed) -> None:
        _holds(event.number == self.number + 1, f"passed before its number was called: {event}")
        self._leave(event.crossing_id)
        self.passed.add(event.crossing_id)

    def _call(self, time: datetime, event: TruckCalled) -> None:
        hour = time.replace(minute=0, second=0, microsecond=0)
        self.calls[hour] += 1
        _holds(self.calls[hour] <= self.capacity, f"more calls than capacity at {hour}")
        receipt = self._leave(event.crossing_id)
        if event.number is None:
            return
        _holds(event.number == self.number + 1, f"call {event.number} after {self.number}")
        self.number = event.number
        _holds(event.number <= (receipt.promise or 0), f"called after its promise: {event}, {receipt}")
        broken = [one for one in self.numbered.values() if (one.promise or 0) <= self.number]
        _holds(not broken, f"still waiting though promised: {broken}")
        if receipt.ticket_class in STANDARD:
            self._nobody_overtaken(receipt)

    def _nobody_overtaken(self, called: TruckQueued) -> None:
        ahead = [
            crossing
            for crossing, receipt in self.numbered.items()
            if receipt.ticket_class in STANDARD and self.turns[crossing] < self.turns[called.crossing_id]
        ]
        _holds(set(ahead) <= self.ever_absent, f"{called.crossing_id} overtook {ahead}")

    def _leave(self, crossing_id: UUID) -> TruckQueued:
        _holds(crossing_id in self.waiting, f"{crossing_id} left without having waited")
        return self.waiting.pop(crossing_id)


def _holds(condition: bool, what: str) -> None:  # noqa: FBT001 - an assertion that names what broke
    if not condition:
        raise BrokenPromise(what)
