"""Anybody who reads the public log: whether each promise was kept, in O(log n) a line (QUEUE.md, "The promise")."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from events.words import TicketClass
from services.queue_scheduling.dispatch.promise import Promise

STANDARD = frozenset({TicketClass.P3, TicketClass.P4})
LATE_STANDARD = "a standard truck called later than first come"


@dataclass(slots=True)
class Receipt:
    """What one truck holds in its hand; `latest` is d, and what the exchange said once it was spoiled."""

    ticket_class: TicketClass
    turn: int
    first_come: int
    latest: int
    second: int | None = None
    held: bool = False


@dataclass(eq=False)
class Witness:
    """Reads receipts, calls, passes, leavings and exchanges; `faults` says in words what may not be, and how often."""

    number: int = 0
    exchanged: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    _waiting: dict[UUID, Receipt] = field(default_factory=dict)
    _due: list[tuple[int, UUID]] = field(default_factory=list)
    _standard: list[tuple[int, UUID]] = field(default_factory=list)

    def joined(self, crossing: UUID, ticket_class: TicketClass, promise: Promise) -> None:
        """A receipt is given out."""
        if promise.number is None or promise.first_come is None:
            return
        self._finds(crossing in self._waiting, "a second place")
        self._finds(promise.first_come != self.number + len(self._waiting) + 1, "a wrong first-come number")
        self._finds(promise.number <= self.number, "a promise that is over")
        if ticket_class in STANDARD:
            self._finds(promise.number > promise.first_come, "a standard truck promised later than first come")
        receipt = Receipt(ticket_class, promise.turn, promise.first_come, promise.number, promise.second)
        self._waiting[crossing] = receipt
        heapq.heappush(self._due, (receipt.latest, crossing))
        if ticket_class in STANDARD:
            heapq.heappush(self._standard, (receipt.turn, crossing))

    def held(self, crossing: UUID) -> None:
        """A truck cannot come for a while: meanwhile others may come before it."""
        if crossing in self._waiting:
            self._waiting[crossing].held = True

    def called(self, crossing: UUID, number: int | None) -> None:
        """A call; without a number it is extraordinary."""
        receipt = self._waiting.pop(crossing, None)
        if number is None:
            return
        self._finds(number != self.number + 1, "a number left out or used twice")
        self.number = number
        if receipt is None:
            self._finds(holds=True, what="a numbered call of nobody who waits")
            return
        self._finds(number > receipt.latest, "called after its promise")
        if receipt.ticket_class in STANDARD:
            self._finds(number > receipt.first_come, LATE_STANDARD)
            self._finds(self._first_standard() < receipt.turn, "a standard truck overtook one that could come")
        self._nobody_is_called_over()

    def passed(self, crossing: UUID, number: int | None) -> None:
        """A truck that cannot come is called over, under the number of the call."""
        receipt = self._waiting.pop(crossing, None)
        self._finds(receipt is None or number != self.number + 1, "passed before its number was called")

    def left(self, crossing: UUID) -> None:
        """A truck gives up its place."""
        self._waiting.pop(crossing, None)

    def spoiled(self, crossing: UUID, number: int | None) -> None:
        """A perishable falls back; never further than its receipt says."""
        receipt = self._waiting.get(crossing)
        if receipt is None or receipt.second is None or number is None or number > receipt.second:
            self._finds(holds=True, what="an exchange that no receipt allows")
            return
        self.exchanged += 1
        receipt.latest, receipt.second = number, None
        heapq.heappush(self._due, (receipt.latest, crossing))

    def _nobody_is_called_over(self) -> None:
        while self._due and self._due[0][0] <= self.number:
            latest, crossing = heapq.heappop(self._due)
            receipt = self._waiting.get(crossing)
            self._finds(receipt is not None and receipt.latest == latest, "still waiting though promised")

    def _first_standard(self) -> float:
        """The turn of the earliest standard truck that waits and never was held."""
        while self._standard:
            turn, crossing = self._standard[0]
            receipt = self._waiting.get(crossing)
            if receipt is not None and receipt.turn == turn and not receipt.held:
                return turn
            heapq.heappop(self._standard)
        return math.inf

    def _finds(self, holds: bool, what: str) -> None:  # noqa: FBT001 - an accusation and whether it holds
        if holds:
            self.faults[what] += 1
