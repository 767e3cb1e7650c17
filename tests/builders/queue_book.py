"""A queue kept in plain lists: what the dispatch is tested on, with the same promises as the database's rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from events.words import Direction
from services.queue_scheduling.dispatch.book import DEALT, Grace, Line, Place, Queue

GRACES = {
    Line.STANDARD: Grace(),
    Line.EMPTY: Grace(Decimal("0.5"), 60),
    Line.PERISHABLE: Grace(Decimal("0.25"), 250),
}
TIGHT = {
    Line.STANDARD: Grace(),
    Line.EMPTY: Grace(Decimal("0.5"), 1),
    Line.PERISHABLE: Grace(Decimal("0.25"), 2),
}
"""So little grace that numbers of all lines meet, which is where the rules bite."""


@dataclass
class ListBook:
    """One queue's numbers and places; free is every number above N that is not taken."""

    queue: Queue = field(default_factory=lambda: Queue("hn-1119", Direction.EXPORT))
    taken: set[int] = field(default_factory=set)
    held: dict[Line, set[int]] = field(default_factory=lambda: {line: set() for line in DEALT})
    places: dict[UUID, Place] = field(default_factory=dict)

    def take(self, at_most: int) -> int:
        number = next(n for n in range(at_most, self.queue.called, -1) if n not in self.taken)
        self.taken.add(number)
        return number

    def give_back(self, number: int) -> None:
        self.taken.remove(number)

    def hold(self, line: Line, number: int) -> None:
        self.held[line].add(number)

    def drop(self, line: Line, number: int) -> None:
        self.held[line].remove(number)

    def exchange(self, line: Line, number: int, at_most: int) -> None:
        self.drop(line, number)
        self.hold(line, self.take(at_most))
        self.give_back(number)

    def largest(self, line: Line) -> int | None:
        return max(self.held[line], default=None)

    def seat(self, place: Place) -> None:
        self.places[place.crossing_id] = place

    def unseat(self, crossing_id: UUID) -> None:
        del self.places[crossing_id]

    def renumber(self, places: Sequence[Place]) -> None:
        self.places |= {place.crossing_id: place for place in places}

    def heads(self) -> Sequence[Place]:
        return self.everybody()

    def everybody(self) -> list[Place]:
        """All who wait, each with the number it holds now."""
        rows = [place for place in self.places.values() if place.line not in DEALT]
        for line in DEALT:
            seated = sorted((p for p in self.places.values() if p.line is line), key=lambda place: place.turn)
            rows += [replace(p, number=n) for p, n in zip(seated, sorted(self.held[line]), strict=True)]
        return rows

    def place_of(self, crossing_id: UUID) -> Place:
        return next(place for place in self.everybody() if place.crossing_id == crossing_id)

    def set_callable(self, crossing_id: UUID, *, can_come: bool) -> None:
        self.places[crossing_id] = replace(self.places[crossing_id], callable=can_come)

    def copy(self) -> ListBook:
        """The same book, to be changed apart."""
        held = {line: set(numbers) for line, numbers in self.held.items()}
        return ListBook(replace(self.queue), set(self.taken), held, dict(self.places))
