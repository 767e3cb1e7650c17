"""Which calls are open in a log: only who was called can miss a call, have it kept for longer, or have answered it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.queue_scheduling.ledger.finding import Finding, named
from services.queue_scheduling.ledger.leaf import Leaf


@dataclass
class CallCheck:
    """`open` are those who were called and have neither missed that call nor joined anew.

    Who comes to the gate leaves no leaf: his call stays open here. `unfollowed` are those of whom a call was missed.
    """

    open: set[str] = field(default_factory=set)
    unfollowed: set[str] = field(default_factory=set)

    def missed(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A call ran out, once."""
        if named(leaf) not in self.open:
            yield Finding(index, "ledger.missed_uncalled")
        self.open.discard(named(leaf))
        self.unfollowed.add(named(leaf))

    def extended(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A call stays valid for longer."""
        if named(leaf) not in self.open:
            yield Finding(index, "ledger.extended_uncalled")

    def answered(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A call that was said to be missed was answered in time."""
        if named(leaf) not in self.unfollowed:
            yield Finding(index, "ledger.answered_unmissed")
        self.unfollowed.discard(named(leaf))
