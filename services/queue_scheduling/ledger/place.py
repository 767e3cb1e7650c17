"""A place in a queue as the check of a log knows it, and the lines in which places are called over."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from events.words import TicketClass
from services.queue_scheduling.dispatch.book import DEALT, LINES, Line
from services.queue_scheduling.ledger.finding import Finding


@dataclass(frozen=True)
class Waiting:
    """A place that was given and not yet left: its leaf, and its promise or else its slot (or neither)."""

    index: int
    ticket_class: TicketClass
    promise: int | None
    if_spoiled: int | None = None
    slot: datetime | None = None


def told_of(place: Waiting, number: int | None) -> dict[str, int | None]:
    """What a finding says of a place and a call."""
    return {"number": number, "promise": place.promise, "leaf": place.index}


@dataclass
class Lines:
    """Who waits by number in each line whose numbers are dealt in the order of joining."""

    by_joining: dict[Line, OrderedDict[str, None]] = field(
        default_factory=lambda: {line: OrderedDict() for line in DEALT}
    )

    def seat(self, commitment: str, place: Waiting) -> None:
        """One more, the last of its line."""
        line = self._of(place)
        if line is not None:
            line[commitment] = None

    def unseat(self, commitment: str, place: Waiting) -> None:
        """One less."""
        line = self._of(place)
        if line is not None:
            line.pop(commitment, None)

    def passed(self, commitment: str, place: Waiting, number: int | None, index: int) -> Iterator[Finding]:
        """A number is called over that was this place's: a perishable's own, in a dealt line that of the first.

        The smallest number of a line is the first one's, and the next to be called is smaller than any other.
        """
        line, promise = self._of(place), place.promise
        if promise is None or number is None:
            yield Finding(index, "ledger.wrong_line")
        elif number > promise or not (number == promise if line is None else next(iter(line)) == commitment):
            yield Finding(index, "ledger.passed_wrongly", told_of(place, number))

    def _of(self, place: Waiting) -> OrderedDict[str, None] | None:
        """The dealt line of a place; None for one with a number of its own, or without any."""
        return None if place.promise is None else self.by_joining.get(LINES[place.ticket_class])
