"""Anybody's check of the slots in a log: no bucket sold twice over, nobody called outside his hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.queue_scheduling.ledger.finding import APART, Finding, named
from services.queue_scheduling.ledger.leaf import Leaf

EARLIEST = timedelta(minutes=30)
"""So long before its slot at most a truck may be found absent."""
ABSENT = "ABSENT"


@dataclass(frozen=True)
class Slot:
    """A confirmed slot."""

    starts: datetime
    ends: datetime


@dataclass
class SlotCheck:
    """One direction's slots: who holds which, how many of a bucket were used or are held, and which are to be drawn.

    `absent` lost theirs because they were not there, each with its slot.
    """

    held: dict[str, Slot] = field(default_factory=dict)
    taken: Counter[datetime] = field(default_factory=Counter)
    seeds: set[datetime] = field(default_factory=set)
    absent: dict[str, datetime | None] = field(default_factory=dict)

    def booked(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """One more holder of a bucket, before it begins, and within its places."""
        if leaf.slot is None:
            raise AssertionError(f"leaf {index} names no slot")
        if named(leaf) in self.held:
            yield Finding(index, "ledger.booked_twice")
        self.held[named(leaf)] = Slot(leaf.slot, leaf.slot + timedelta(minutes=leaf.minutes or 0))
        self.taken[leaf.slot] += 1
        if self.taken[leaf.slot] > (leaf.places or 0):
            told = {"calls": self.taken[leaf.slot], "capacity": leaf.places}
            yield Finding(index, "ledger.slot_overfull", told)
        if leaf.at > leaf.slot + APART:
            yield Finding(index, "ledger.booked_late")

    def unbooked(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """One holder less."""
        slot = self.held.pop(named(leaf), None)
        if slot is None or slot.starts != leaf.slot:
            yield Finding(index, "ledger.not_booked")
        else:
            self.taken[slot.starts] -= 1

    def joined(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """Who waits for a slot holds that one."""
        slot = self.held.get(named(leaf))
        if slot is None or slot.starts != leaf.slot:
            yield Finding(index, "ledger.not_booked")

    def called(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A call of a slot is made in its own hour, once."""
        if leaf.slot is None:
            return
        slot = self.held.pop(named(leaf), None)
        if slot is None or slot.starts != leaf.slot:
            yield Finding(index, "ledger.not_booked")
        elif not slot.starts - APART <= leaf.at < slot.ends + APART:
            yield Finding(index, "ledger.outside_slot")

    def lapsed(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """Nobody's slot lapses before its hour is over, but who is not there as it begins may lose it then."""
        slot = self.held.pop(named(leaf), None)
        if slot is None or slot.starts != leaf.slot:
            yield Finding(index, "ledger.not_booked")
            return
        away = leaf.cause == ABSENT
        if leaf.at < (slot.starts - EARLIEST if away else slot.ends) - APART:
            yield Finding(index, "ledger.lapsed_early")
        if away:
            self.absent[named(leaf)] = leaf.slot
            self.taken[slot.starts] -= 1

    def excused(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """Only who holds that slot, or lost it by his absence, is excused; the latter once."""
        slot = self.held.get(named(leaf))
        holds, lost = slot is not None and slot.starts == leaf.slot, self.absent.get(named(leaf)) == leaf.slot
        if not holds and not lost:
            yield Finding(index, "ledger.excused_wrongly")

    def makes_good(self, leaf: Leaf) -> bool:
        """Whether an excuse comes after the slot was lost, and gives its holder another way before the numbers."""
        return named(leaf) not in self.held and self.absent.pop(named(leaf), None) == leaf.slot

    def announced(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """One seed a bucket."""
        if leaf.slot is None:
            raise AssertionError(f"leaf {index} names no slot")
        if leaf.slot in self.seeds or self.taken[leaf.slot]:
            yield Finding(index, "ledger.seed_changed")
        self.seeds.add(leaf.slot)

    def drawn(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """By the seed that was announced, before anybody has a slot of the bucket."""
        if leaf.slot not in self.seeds or (leaf.slot and self.taken[leaf.slot]):
            yield Finding(index, "ledger.drawn_wrongly")
        self.seeds.discard(leaf.slot or leaf.at)
