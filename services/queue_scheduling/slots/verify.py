"""Anybody's check of a draw, from published files alone: the seed was settled before, and the lots are its lots."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.ledger.verify import Report
from services.queue_scheduling.slots.draw import drawn, seed_hash
from services.queue_scheduling.slots.openings import instant
from services.queue_scheduling.slots.record import Announced, Record

LOTS = "lots"
HOW: Mapping[str, str] = {
    "before": "lottery.how.before",
    "ledger": "lottery.how.ledger",
    "heads": "lottery.how.heads",
    "entry": "lottery.how.entry",
}
"""What a draw may be held against, and how to."""


class Wrong(NamedTuple):
    """What is wrong with a draw, and what fills its text."""

    code: str
    details: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Shown:
    """What a draw is held against, as far as it is there.

    `before` is what was published of it before, `leaves` the public ledger's, `log` what their roots said of them, and
    `mine` the commitments of entries that must be among its own.
    """

    before: bytes | None = None
    leaves: Sequence[bytes] | None = None
    log: Report | None = None
    mine: Sequence[str] = ()

    @property
    def checked(self) -> list[str]:
        """All that the draw is held against; its lots are always drawn again."""
        there = {"before": self.before, "ledger": self.leaves, "heads": self.log, "entry": self.mine or None}
        return [LOTS, *(name for name, one in there.items() if one is not None)]

    @property
    def not_checked(self) -> dict[str, str]:
        """What it is not held against, each with the code of how to."""
        return {name: how for name, how in HOW.items() if name not in self.checked}


def verify_draw(record: bytes, shown: Shown) -> list[Wrong]:
    """All that is wrong with a draw's record, held against what is shown; raises MalformedDraw."""
    told = Record.read(record)
    found = [*_of_lots(told), *_of_entries(told, shown.mine)]
    if shown.before is not None:
        found += _of_announcement(told, Announced.read(shown.before))
    if shown.leaves is not None:
        found += _of_ledger(told, hashlib.sha256(record).hexdigest(), [Leaf.read(line) for line in shown.leaves])
    return found if shown.log is None else [*found, *_of_log(told, shown.log)]


def _of_lots(told: Record) -> Iterator[Wrong]:
    """The seed is the one whose hash is told, and drawn again, the same win."""
    seed, entries = bytes.fromhex(told.seed), told.drawn_for()
    if seed_hash(seed) != told.seed_hash:
        yield Wrong("lottery.other_seed")
    if len({entry.commitment for entry in entries}) != len(entries):
        yield Wrong("lottery.entered_twice")
    if [winner.commitment for winner in drawn(entries, told.rules, seed)] != told.won:
        yield Wrong("lottery.other_winners")


def _of_announcement(told: Record, before: Announced) -> Iterator[Wrong]:
    """Bucket, window and seed are those that were told before anybody entered."""
    for name, value in before:
        if getattr(told, name) != value:
            yield Wrong("lottery.announced_otherwise", {"name": name})


def _of_entries(told: Record, mine: Sequence[str]) -> Iterator[Wrong]:
    """Nobody was left out."""
    known = {entry.commitment for entry in told.entries}
    for commitment in mine:
        if commitment not in known:
            yield Wrong("lottery.left_out", {"name": commitment})


def _of_ledger(told: Record, digest: str, lines: Sequence[Leaf]) -> Iterator[Wrong]:
    """The public ledger announced this seed before the window, after it drew this record, and gave these slots."""
    here = [
        leaf for leaf in lines if leaf.direction is told.direction and leaf.slot and instant(leaf.slot) == told.slot
    ]
    kinds = [leaf.kind for leaf in here if leaf.kind in (Kind.ANNOUNCED, Kind.DRAWN)]
    announced = next((leaf for leaf in here if leaf.kind is Kind.ANNOUNCED), None)
    in_time = announced is not None and instant(announced.at) <= told.opens and kinds[0] is Kind.ANNOUNCED
    if announced is None or announced.digest != told.seed_hash or not in_time:
        yield Wrong("lottery.not_announced")
    made = next((leaf for leaf in here if leaf.kind is Kind.DRAWN), None)
    if made is None or made.digest != digest:
        yield Wrong("lottery.other_record")
    elif instant(made.at) < told.closes:
        yield Wrong("lottery.drawn_early", {"at": instant(made.at), "closes": told.closes})
    booked = {leaf.commitment for leaf in here if leaf.kind is Kind.BOOKED}
    for commitment in told.won:
        if commitment not in booked:
            yield Wrong("lottery.not_given", {"name": commitment})


def _of_log(told: Record, log: Report) -> Iterator[Wrong]:
    """The leaves are the ones that the gate signed, of this route."""
    if log.findings:
        yield Wrong("lottery.log_changed", {"count": len(log.findings)})
    elif log.log != told.route:
        yield Wrong("lottery.other_log", {"log": log.log, "route": told.route})
