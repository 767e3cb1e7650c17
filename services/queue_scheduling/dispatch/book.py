"""What is kept of one queue: its count, its free numbers, and two lists matched by rank: numbers and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from events.words import Direction, TicketClass


class Line(StrEnum):
    """Waiting trucks that share one order."""

    STANDARD = "STANDARD"
    EMPTY = "EMPTY"
    PERISHABLE = "PERISHABLE"
    EXTRAORDINARY = "EXTRAORDINARY"
    BOOKED = "BOOKED"


DEALT = (Line.STANDARD, Line.EMPTY)
"""Lines whose numbers are held in the order of joining; a perishable keeps its own."""

UNNUMBERED = frozenset({Line.EXTRAORDINARY, Line.BOOKED})
"""Lines that hold no numbers: called ahead of them, or each in its slot."""

LINES: Mapping[TicketClass, Line] = {
    TicketClass.P0: Line.EXTRAORDINARY,
    TicketClass.P1: Line.EXTRAORDINARY,
    TicketClass.P2: Line.PERISHABLE,
    TicketClass.P3: Line.STANDARD,
    TicketClass.P4: Line.STANDARD,
    TicketClass.P5: Line.EMPTY,
}


@dataclass(frozen=True)
class Grace:
    """How far behind its first-come number a line may be promised: ⌊β·p⌋ + m calls."""

    beta: Decimal = Decimal(0)
    m: int = 0

    def calls(self, waiting: int) -> int:
        """The calls it gives way, with so many waiting."""
        return int(self.beta * waiting) + self.m


NO_GRACE = Grace()
Graces = Mapping[Line, Grace]


def queue_key(route: str, direction: Direction) -> str:
    """How a queue is named where one word is needed."""
    return f"{route}/{direction}"


@dataclass(eq=False)
class Queue:
    """One direction of one route: how far it was called, and who counts.

    `called` is N, `numbered` p: the waiting trucks that hold a number; `joined` counts joins and so gives each its
    turn; `unsettled` says that somebody left since the standard numbers were last seen to be ≤ N + p; `logged` that its
    public log has begun, `terms` and `hours` which it says are in force, `sealed` and `unsealed` up to which days it
    has the seals of the seeds and the seeds themselves; `owes` is the smallest number that is owed to a truck whose own
    is larger since an error cost it its place; `kept_since` is from when on every call of it is kept.
    """

    route: str
    direction: Direction
    called: int = 0
    numbered: int = 0
    joined: int = 0
    unsettled: bool = False
    hour: datetime | None = None
    calls: int = 0
    dangerous_calls: int = 0
    extraordinary: int = 0
    overrides: int = 0
    urgency_at: datetime | None = None
    logged: bool = False
    owes: int | None = None
    sealed: date | None = None
    unsealed: date | None = None
    terms: str | None = None
    hours: str | None = None
    kept_since: datetime | None = None
    key: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self.key = queue_key(self.route, self.direction)

    def owe(self, number: int) -> None:
        """A truck that holds a later number is called by this one."""
        self.owes = number if self.owes is None else min(self.owes, number)

    def calls_in(self, hour: datetime) -> int:
        """Calls of any kind made in an hour."""
        return self.calls if self._counts(hour) else 0

    def dangerous_calls_in(self, hour: datetime) -> int:
        """Calls of P1 made in an hour."""
        return self.dangerous_calls if self._counts(hour) else 0

    def _counts(self, hour: datetime) -> bool:
        """Whether the counts are of this hour, or of the next one begun by a machine whose clock is a little ahead."""
        return self.hour is not None and timedelta(0) <= self.hour - hour <= timedelta(hours=1)

    def count(self, hour: datetime, ticket_class: TicketClass) -> None:
        """One more call in its hour, whatever its kind."""
        self.dangerous_calls = self.dangerous_calls_in(hour) + (ticket_class is TicketClass.P1)
        self.calls = self.calls_in(hour) + 1
        self.hour = self.hour if self._counts(hour) else hour


@dataclass(frozen=True)
class Place:
    """One waiting truck in its line; `number` is what it holds now, None in the extraordinary line.

    `turn` is its place in the recorded order of joining. `urgency` and `lot` order perishables among themselves; `lot`
    breaks ties by the day's seed; `joined_at` and `spoils_at` are what the urgency comes from; `second` is the largest
    number it may fall back to in a crisis, once nothing of it is left to save.
    """

    crossing_id: UUID
    ticket_class: TicketClass
    line: Line
    turn: int = 0
    callable: bool = True
    number: int | None = None
    first_come: int | None = None
    urgency: int = 0
    lot: bytes = field(default=b"", repr=False)
    joined_at: datetime | None = None
    spoils_at: datetime | None = None
    second: int | None = None


class Book(Protocol):
    """One queue's rows or a simulation's lists; nobody else changes them meanwhile."""

    @property
    def queue(self) -> Queue:
        """The queue's own counts."""

    def take(self, at_most: int) -> int:
        """The largest free number up to here; it is no longer free."""

    def give_back(self, number: int) -> None:
        """The number is free again."""

    def hold(self, line: Line, number: int) -> None:
        """A dealt line holds one number more."""

    def drop(self, line: Line, number: int) -> None:
        """A dealt line no longer holds the number."""

    def exchange(self, line: Line, number: int, at_most: int) -> None:
        """A dealt line's number is free again, and it holds the largest free one up to here."""
        self.drop(line, number)
        self.hold(line, self.take(at_most))
        self.give_back(number)

    def largest(self, line: Line) -> int | None:
        """The largest number a dealt line holds."""

    def seat(self, place: Place) -> None:
        """A truck takes its place."""

    def unseat(self, crossing_id: UUID) -> None:
        """A truck leaves its place."""

    def renumber(self, places: Sequence[Place]) -> None:
        """These trucks keep their turns and hold other numbers of their own, which are taken already."""
        for place in places:
            self.unseat(place.crossing_id)
            self.seat(place)

    def heads(self) -> Sequence[Place]:
        """All who could be next: of each line the first and the first callable, the due, the most urgent."""
