"""The seed that decides between equals: sealed before its day, shown after it, so that nobody could choose it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256

from bordergate.clock import HANOI
from services.queue_scheduling.ledger.finding import Finding
from services.queue_scheduling.ledger.leaf import Kind, Leaf

SHOWN_WITHIN = timedelta(days=1)
"""How long after its day a seed may stay sealed."""
SEALED_AHEAD = timedelta(days=2)
"""How many days ahead seeds are sealed: a night in which nothing runs leaves no day without one."""
FIRST_WORDS = frozenset({Kind.TERMS, Kind.SEALED, Kind.UNSEALED})
"""What a queue tells before anything else when it has stood still for days."""


def seal_of(seed: bytes) -> str:
    """What is published of a seed before its day."""
    return sha256(seed).hexdigest()


@dataclass
class SeedCheck:
    """The seals and seeds of one queue, read in order; `shown` are the seeds that fitted their seals.

    `late` are the days of which it was told that their seeds were not shown in time; they may still be shown.

    A log's first seal may be of its own day: there was no log before it. So may that of a queue of which nothing was
    told since that day's seal was due: it stood still.
    """

    simulated: bool = False
    sealed: dict[date, str] = field(default_factory=dict)
    shown: dict[date, bytes] = field(default_factory=dict)
    late: set[date] = field(default_factory=set)
    begun: bool = False
    spoke: datetime | None = None

    def seal(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A day's seed was drawn; what it is nobody knows yet."""
        day, seal = _day(leaf), leaf.seal or ""
        if day in self.shown or self.sealed.get(day, seal) != seal:
            yield Finding(index, "ledger.sealed_again", {"day": day})
        quiet = self.spoke is None or self.spoke < begins(day) - SEALED_AHEAD
        stood_still = quiet and day == day_of(leaf.at)
        if self.begun and leaf.at >= begins(day) and not stood_still and not self.simulated:
            yield Finding(index, "ledger.sealed_late", {"day": day})
        self.begun = True
        self.sealed.setdefault(day, seal)

    def unseal(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A day is over, and its seed is shown."""
        day, seed = _day(leaf), bytes.fromhex(leaf.seed or "")
        if self.sealed.pop(day, None) != seal_of(seed):
            yield Finding(index, "ledger.other_seed", {"day": day})
            return
        if leaf.at < begins(day) + timedelta(days=1) and not self.simulated:
            yield Finding(index, "ledger.unsealed_early", {"day": day})
        self.shown[day] = seed

    def drawn(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A perishable drew its lot by the seed of its day, which must have been sealed."""
        day = day_of(leaf.at)
        if day not in self.sealed and not self.simulated:
            yield Finding(index, "ledger.unsealed_day", {"day": day})

    def overdue(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """Seeds that should have been shown by now, each told once; after a stop the first words are to show them."""
        if leaf.kind in FIRST_WORDS:
            return
        self.spoke = leaf.at
        for day in sorted(self.sealed.keys() - self.late) if not self.simulated else ():
            if leaf.at >= begins(day) + timedelta(days=1) + SHOWN_WITHIN:
                yield Finding(index, "ledger.never_unsealed", {"day": day})
                self.late.add(day)


def day_of(at: datetime) -> date:
    """The Hà Nội day of an instant."""
    return at.astimezone(HANOI).date()


def begins(day: date) -> datetime:
    """When a Hà Nội day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=HANOI)


def _day(leaf: Leaf) -> date:
    if leaf.day is None:
        raise AssertionError(f"{leaf.kind} names no day")
    return leaf.day
