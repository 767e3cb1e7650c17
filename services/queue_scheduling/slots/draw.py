"""The draw: who gets a bucket's places when it opens, by a seed that nobody could choose and anybody can check.

A lot depends on the seed and on all entries together: whoever knows the seed knows no lot before the last entry is in.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bordergate.ledger import canonical
from events.words import TicketClass
from services.queue_scheduling.slots.buckets import room_for

SEED = 32


@dataclass(frozen=True)
class Entry:
    """One who wants a place: named by a commitment alone; `carrier` tells only which entries are of one carrier."""

    commitment: str
    ticket_class: TicketClass
    carrier: str

    def written(self) -> dict[str, str]:
        """The entry as it is published."""
        return {"commitment": self.commitment, "class": self.ticket_class.value, "carrier": self.carrier}


@dataclass(frozen=True)
class Rules:
    """What is drawn for: so many places, some of them kept for a class, and at most so many for one carrier."""

    places: int
    kept: Mapping[TicketClass, int]
    carrier_cap: int


def seed_hash(seed: bytes) -> str:
    """What is published of a seed before anybody enters."""
    return hashlib.sha256(seed).hexdigest()


def group_of(secret: bytes, carrier: bytes) -> str:
    """A carrier's name in one draw: the same for all its entries, another in every draw, and nothing to guess."""
    return hmac.digest(secret, carrier, hashlib.sha256).hex()[:16]


def in_lot_order(entries: Iterable[Entry], seed: bytes) -> list[Entry]:
    """The entries by their lots; in which order and how fast they came makes no difference."""
    known = sorted(entries, key=lambda entry: entry.commitment)
    listed = canonical({"entries": [entry.written() for entry in known]})
    key = hashlib.sha256(seed + hashlib.sha256(listed).digest()).digest()
    return sorted(known, key=lambda entry: hmac.digest(key, bytes.fromhex(entry.commitment), hashlib.sha256))


def drawn(entries: Iterable[Entry], rules: Rules, seed: bytes) -> Sequence[Entry]:
    """Who gets a place, in the order of the lots: each for whose class and carrier there still is one."""
    sold: Counter[TicketClass] = Counter()
    carriers: Counter[str] = Counter()
    winners = []
    for entry in in_lot_order(entries, seed):
        fits = room_for(entry.ticket_class, sold, rules.places, rules.kept)
        if fits and carriers[entry.carrier] < rules.carrier_cap:
            sold[entry.ticket_class] += 1
            carriers[entry.carrier] += 1
            winners.append(entry)
    return winners
