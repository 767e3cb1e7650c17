"""Anybody's check of a draw, from published files alone: the seed was settled before, and the lots are its lots."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bordergate.errors import Invalid
from bordergate.ledger import NotCanonical, read_canonical
from events.words import TicketClass
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.slots.draw import Entry, Rules, drawn, seed_hash

ANNOUNCED = ("route", "direction", "slot", "minutes", "opens", "closes", "seed_hash")


class MalformedDraw(Invalid):
    """It is no record of a draw that was made."""

    code = "lottery.malformed"


class Wrong(NamedTuple):
    """What is wrong with a draw, and what fills its text."""

    code: str
    details: Mapping[str, Any] = {}


def verify_draw(
    record: bytes, *, before: bytes | None, leaves: Iterable[bytes] | None, mine: Iterable[str]
) -> list[Wrong]:
    """All that is wrong with a draw's record.

    `before` is what was published of it before, `leaves` the public ledger's (None: it is not looked at), `mine` the
    commitments of entries that must be among its own. Raises MalformedDraw.
    """
    told = _read(record)
    try:
        found = [*_of_seed(told, before), *_of_lots(told), *_of_entries(told, mine)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedDraw from error
    return found if leaves is None else [*found, *_of_ledger(told, record, [Leaf.read(line) for line in leaves])]


def _read(record: bytes) -> dict[str, Any]:
    try:
        return read_canonical(record)
    except NotCanonical as error:
        raise MalformedDraw from error


def _of_seed(told: Mapping[str, Any], before: bytes | None) -> Iterator[Wrong]:
    """The seed is the one whose hash was told before anybody entered."""
    if seed_hash(bytes.fromhex(told["seed"])) != told["seed_hash"]:
        yield Wrong("lottery.other_seed")
    if before is not None:
        announced = _read(before)
        for name in ANNOUNCED:
            if announced.get(name) != told[name]:
                yield Wrong("lottery.announced_otherwise", {"name": name})


def _of_lots(told: Mapping[str, Any]) -> Iterator[Wrong]:
    """Drawn again, the same win."""
    entries = [Entry(one["commitment"], TicketClass(one["class"]), one["carrier"]) for one in told["entries"]]
    if len({entry.commitment for entry in entries}) != len(entries):
        yield Wrong("lottery.entered_twice")
    kept = {TicketClass(name): count for name, count in told["kept"].items()}
    rules = Rules(told["places"], kept, told["carrier_cap"])
    if [winner.commitment for winner in drawn(entries, rules, bytes.fromhex(told["seed"]))] != told["won"]:
        yield Wrong("lottery.other_winners")


def _of_entries(told: Mapping[str, Any], mine: Iterable[str]) -> Iterator[Wrong]:
    """Nobody was left out."""
    known = {entry["commitment"] for entry in told["entries"]}
    for commitment in mine:
        if commitment not in known:
            yield Wrong("lottery.left_out", {"name": commitment})


def _of_ledger(told: Mapping[str, Any], record: bytes, lines: Sequence[Leaf]) -> Iterator[Wrong]:
    """The public ledger announced this seed before the window opened, then drew this record, and gave these slots."""
    here = [
        leaf for leaf in lines if leaf.direction == told["direction"] and leaf.slot and _told(leaf.slot) == told["slot"]
    ]
    kinds = [leaf.kind for leaf in here if leaf.kind in (Kind.ANNOUNCED, Kind.DRAWN)]
    announced = next((leaf for leaf in here if leaf.kind is Kind.ANNOUNCED), None)
    in_time = announced is not None and _told(announced.at) <= told["opens"] and kinds[0] is Kind.ANNOUNCED
    if announced is None or announced.digest != told["seed_hash"] or not in_time:
        yield Wrong("lottery.not_announced")
    made = next((leaf for leaf in here if leaf.kind is Kind.DRAWN), None)
    if made is None or made.digest != hashlib.sha256(record).hexdigest():
        yield Wrong("lottery.other_record")
    booked = {leaf.commitment for leaf in here if leaf.kind is Kind.BOOKED}
    for commitment in told["won"]:
        if commitment not in booked:
            yield Wrong("lottery.not_given", {"name": commitment})


def _told(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
