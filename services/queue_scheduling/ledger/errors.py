"""Who left the queue because of what was stated in error: what is owed to him, and never more (docs/decisions/0031)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from services.queue_scheduling.ledger.finding import Finding, named
from services.queue_scheduling.ledger.leaf import Leaf
from services.queue_scheduling.ledger.place import Waiting


@dataclass
class ErrorCheck:
    """`left` is what those held who left without a call, and whose doing it was that they held nothing.

    `kept` is the smallest promise that is owed to one who left by errors (None: he held no number, or a slot that the
    error may have cost him); `returning` have yet to join.
    """

    left: dict[str, tuple[Waiting | None, str | None]] = field(default_factory=dict)
    kept: dict[str, int | None] = field(default_factory=dict)
    returning: set[str] = field(default_factory=set)

    def take_back(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """What made a truck leave was stated in error: it is owed what it was promised."""
        held = self.left.pop(named(leaf), None)
        place, cause = held or (None, None)
        if held is None or (place and place.promise, cause) != (leaf.promise, leaf.cause):
            yield Finding(index, "ledger.taken_back_wrongly")
        elif place is not None:
            earlier = self.kept.get(named(leaf))
            of_both = (number for number in (earlier, place.promise) if number is not None)
            self.kept[named(leaf)] = min(of_both, default=None)
            self.returning.add(named(leaf))

    def is_owed(self, leaf: Leaf, called: int) -> bool:
        """One joins: whether he may come before the numbers, his own being due, or none ever having been his."""
        commitment = named(leaf)
        self.left.pop(commitment, None)
        returns = commitment in self.returning
        self.returning.discard(commitment)
        if commitment not in self.kept or (returns and leaf.promise is not None and self.kept[commitment] is not None):
            return False
        kept = self.kept.pop(commitment)
        return kept is None or kept <= called + 1

    def late(self, number: int, waiting: Mapping[str, Waiting]) -> Iterator[Waiting]:
        """Those who still wait by a later number though the one that is owed to them is called."""
        for commitment, owed in self.kept.items():
            place = waiting.get(commitment)
            if owed is not None and owed <= number and place is not None and place.promise is not None:
                yield place
