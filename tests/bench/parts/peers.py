"""Other orders of calls, to be compared with: first come, a fixed pattern of classes, perishables always first."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from events.words import TicketClass
from services.queue_scheduling.simulator.site import Truck, Whose

PATTERN = (TicketClass.P2, TicketClass.P3, TicketClass.P5, *[TicketClass.P4] * 5)
"""1:1:1:5, as a peer published it, taken literally: of eight calls five are of the standard class."""


@dataclass
class Lines:
    """Trucks in lines, first come first served in each; `turns` says which line each call is offered to first.

    Whoever cannot come when it is his turn is passed, as with promised numbers: when he can he goes to the end, or
    comes first if it was the gate that had held him.
    """

    line_of: Callable[[Truck], int]
    turns: Sequence[int]
    _waiting: dict[int, dict[int, Truck]] = field(default_factory=dict)
    _held: set[int] = field(default_factory=set)
    _passed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._waiting = {line: {} for line in self.turns}
        self._turn = itertools.cycle(range(len(self.turns)))

    def join(self, truck: Truck, _at: float) -> None:
        self._waiting[self.line_of(truck)][truck.number] = truck

    def withdraw(self, truck: Truck) -> None:
        self._waiting[self.line_of(truck)].pop(truck.number, None)
        self._held.discard(truck.number)
        self._passed.discard(truck.number)

    def hold(self, truck: Truck) -> None:
        self._held.add(truck.number)

    def release(self, truck: Truck, at: float) -> None:
        self._held.discard(truck.number)
        if truck.number not in self._passed:
            return
        self._passed.discard(truck.number)
        self.join(truck, at)
        if truck.held and truck.held.whose is Whose.OURS:
            line = self.line_of(truck)
            self._waiting[line] = {truck.number: truck, **self._waiting[line]}

    def next(self) -> Truck | None:
        start = next(self._turn)
        for line in [*self.turns[start:], *self.turns[:start]]:
            waiting = self._waiting[line]
            first = next((number for number in waiting if number not in self._held), None)
            if first is not None:
                ahead = list(itertools.takewhile(lambda number, first=first: number != first, waiting))
                for number in ahead:
                    del waiting[number]
                self._passed.update(ahead)
                return waiting.pop(first)
        return None

    def refresh(self, _at: float) -> None:
        return


def first_come() -> Lines:
    """The order that everybody knows."""
    return Lines(lambda _: 0, (0,))


def fixed_pattern() -> Lines:
    """Classes in a fixed rhythm; a class that nobody waits in is left out."""
    classes = list(TicketClass)
    return Lines(lambda truck: classes.index(truck.ticket_class), [classes.index(one) for one in PATTERN])
