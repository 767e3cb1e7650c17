"""Anybody's check of a draw: what its record may say, and against what it is held."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest

from bordergate.ledger import canonical
from events.words import Direction, TicketClass
from services.queue_scheduling.ledger.leaf import Kind, Leaf
from services.queue_scheduling.ledger.verify import Report
from services.queue_scheduling.slots.draw import Rules, drawn, seed_hash
from services.queue_scheduling.slots.openings import instant, revealed, rules_of, shares_told
from services.queue_scheduling.slots.record import MalformedDraw
from services.queue_scheduling.slots.verify import Shown, verify_draw
from tests.builders.slots import NOON, TERMS, a_bucket, entries

SEED, OPENS = bytes(32), NOON - timedelta(days=7)
CLOSES = OPENS + timedelta(minutes=10)
A_SECOND = timedelta(seconds=1)
BEFORE: dict[str, Any] = {
    "route": "hn-1119",
    "direction": "EXPORT",
    "slot": instant(NOON),
    "minutes": 60,
    "opens": instant(OPENS),
    "closes": instant(CLOSES),
    "seed_hash": seed_hash(SEED),
}
RULES = rules_of(a_bucket(5), TERMS)
WHOLE = BEFORE | shares_told(TERMS) | revealed(SEED, RULES, [], [])
RECORD = canonical(WHOLE)


def announced(at: datetime) -> bytes:
    told = {"slot": NOON, "minutes": 60, "digest": seed_hash(SEED)}
    return Leaf(kind=Kind.ANNOUNCED, direction=Direction.EXPORT, at=at, **told).written()


def made(at: datetime = CLOSES) -> bytes:
    digest = hashlib.sha256(RECORD).hexdigest()
    return Leaf(kind=Kind.DRAWN, direction=Direction.EXPORT, at=at, slot=NOON, digest=digest).written()


def found(**shown: Any) -> list[str]:  # noqa: ANN401 - what a draw is held against
    return [wrong.code.removeprefix("lottery.") for wrong in verify_draw(RECORD, Shown(**shown))]


@pytest.mark.parametrize(
    ("leaves", "codes"),
    [
        (None, []),
        ([announced(OPENS), made()], []),
        ([announced(OPENS + A_SECOND), made()], ["not_announced"]),
        ([made(), announced(OPENS)], ["not_announced"]),
        ([], ["not_announced", "other_record"]),
        ([announced(OPENS), made(CLOSES - A_SECOND)], ["drawn_early"]),
    ],
)
def test_a_seed_is_announced_before_its_window_opens_and_drawn_after_it_and_an_empty_log_does_neither(
    leaves: list[bytes] | None, codes: list[str]
) -> None:
    assert found(leaves=leaves) == codes


def test_it_is_said_what_a_draw_was_held_against_and_how_to_hold_it_against_the_rest() -> None:
    nothing, everything = Shown(), Shown(canonical(BEFORE), [], Report(), ["00" * 32])
    assert (nothing.checked, [*nothing.not_checked]) == (["lots"], ["before", "ledger", "heads", "entry"])
    assert (everything.checked, everything.not_checked) == (["lots", "before", "ledger", "heads", "entry"], {})


def test_a_log_is_that_of_the_draws_route_and_as_it_was_signed() -> None:
    changed = Report(log="hn-1119")
    changed.add(3, "ledger.other_root", size=3)
    logs = (Report(log="hn-1119"), Report(log="tt-1088"), changed)
    assert [found(log=log) for log in logs] == [[], ["other_log"], ["log_changed"]]


@pytest.mark.parametrize(
    "change",
    [
        {"closes": instant(OPENS)},
        {"opens": instant(CLOSES + A_SECOND)},
        {"closes": instant(NOON + A_SECOND)},
        {"slot": "2025-07-01 05:00:00Z"},
        {"carrier_cap": 3},
        {"carrier_least": 1},
        {"carrier_share": "0.9"},
        {"carrier_share": 0.1},
        {"kept": {"P4": 1, "P5": 0}},
        {"places": "5"},
        {"places": -1},
        {"seed": "00"},
        {"entries": [{"commitment": "00" * 32, "class": "P4"}]},
        {"note": "drawn by hand"},
    ],
)
def test_a_record_says_what_a_draw_says_and_what_follows_from_it(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedDraw):
        verify_draw(canonical(WHOLE | change), Shown())


@pytest.mark.parametrize("name", WHOLE)
def test_a_record_leaves_nothing_out(name: str) -> None:
    with pytest.raises(MalformedDraw):
        verify_draw(canonical({one: value for one, value in WHOLE.items() if one != name}), Shown())


def test_what_was_public_before_a_draw_is_no_record_made_after_it() -> None:
    assert found(before=canonical(BEFORE)) == []
    assert found(before=canonical(BEFORE | {"minutes": 30})) == ["announced_otherwise"]
    with pytest.raises(MalformedDraw):
        found(before=RECORD)


def test_a_record_of_rules_that_favour_a_carrier_is_refused_though_its_lots_are_right() -> None:
    wanted = entries(9, classes=(TicketClass.P4,), carriers=1)
    favoured = Rules(5, RULES.kept, 5)
    told = revealed(SEED, favoured, wanted, drawn(wanted, favoured, SEED))
    assert len(told["won"]) == 5
    with pytest.raises(MalformedDraw):
        verify_draw(canonical(WHOLE | told), Shown())
