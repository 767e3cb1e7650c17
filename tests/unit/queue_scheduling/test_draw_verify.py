"""Anybody's check of a draw against the public ledger: the seed was settled before the window opened."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest

from bordergate.ledger import canonical
from events.words import Direction
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.slots.draw import Rules, seed_hash
from services.queue_scheduling.slots.openings import instant, revealed
from services.queue_scheduling.slots.verify import verify_draw
from tests.builders.slots import NOON

SEED, OPENS = bytes(32), NOON - timedelta(days=7)
RECORD = canonical(
    {
        "route": "hn-1119",
        "direction": "EXPORT",
        "slot": instant(NOON),
        "minutes": 60,
        "opens": instant(OPENS),
        "closes": instant(OPENS + timedelta(minutes=10)),
        "seed_hash": seed_hash(SEED),
    }
    | revealed(SEED, Rules(5, {}, 2), [], [])
)


def announced(at: datetime) -> bytes:
    told = {"slot": NOON, "minutes": 60, "digest": seed_hash(SEED)}
    return Leaf(kind=Kind.ANNOUNCED, direction=Direction.EXPORT, at=at, **told).written()


def made() -> bytes:
    at, digest = OPENS + timedelta(minutes=10), hashlib.sha256(RECORD).hexdigest()
    return Leaf(kind=Kind.DRAWN, direction=Direction.EXPORT, at=at, slot=NOON, digest=digest).written()


@pytest.mark.parametrize(
    ("leaves", "codes"),
    [
        (None, []),
        ([announced(OPENS), made()], []),
        ([announced(OPENS + timedelta(seconds=1)), made()], ["not_announced"]),
        ([made(), announced(OPENS)], ["not_announced"]),
        ([], ["not_announced", "other_record"]),
    ],
)
def test_a_seed_is_announced_before_its_window_opens_and_an_empty_log_announces_none(
    leaves: list[bytes] | None, codes: list[str]
) -> None:
    found = verify_draw(RECORD, before=None, leaves=leaves, mine=[])
    assert [wrong.code.removeprefix("lottery.") for wrong in found] == codes
