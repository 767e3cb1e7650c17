"""Forecasts that learn from how earlier ones turned out: by the signs of the instant, and never a point."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.domain.hours import Hours
from services.queue_scheduling.forecast.foresight import Experience, Foreseen, Method, Outcome
from services.queue_scheduling.forecast.learned import Learned, opened, train
from services.queue_scheduling.forecast.signs import NEVER, SIGNS, Crowd, signs_of
from services.queue_scheduling.forecast.timeline import Timeline
from services.queue_scheduling.forecast.widths import HELD, WIDEST, Spread, Widths
from tests.builders.queue import TEN

HOUR = timedelta(hours=1)
WEEK = [Hours(7 * 60, 19 * 60, 30)] * 8
PLAN = Timeline(TEN, WEEK)
CROWD = Crowd(waiting=80, perishables=20, calls_last_hour=25, calls_last_day=300)
LESSONS = 3_000


@dataclass(frozen=True)
class Stands:
    """A truck as it stood."""

    rank: int = 9
    line: Line = Line.STANDARD
    perishables_ahead: int = 0
    numbers_ahead: int = 9
    joined_at: datetime = TEN - 2 * HOUR
    spoils_at: datetime | None = None


def instants(told: Foreseen) -> list[datetime]:
    found = [told.p10, told.p50, told.p90]
    return [one for one in found if one is not None]


@pytest.fixture(scope="module")
def taught() -> Learned:
    """Trees from a queue whose perishables are called after half as many calls as stand before them, others twice."""
    dice = np.random.default_rng(7)
    trucks = [
        Stands(int(dice.integers(0, 80)), Line.PERISHABLE if turn % 2 else Line.STANDARD) for turn in range(LESSONS)
    ]
    scores = np.array([0.7 if one.line is Line.STANDARD else -0.7 for one in trucks]) + dice.normal(0, 0.1, LESSONS)
    return opened(train(signs_of(trucks, CROWD, PLAN, TEN), scores))


def test_signs_say_what_was_known_at_the_instant() -> None:
    perishable = Stands(3, Line.PERISHABLE, perishables_ahead=2, numbers_ahead=7, spoils_at=TEN + 5 * HOUR)
    told = [dict(zip(SIGNS, row, strict=True)) for row in signs_of([Stands(), perishable], CROWD, PLAN, TEN).tolist()]
    assert [one["rank"] for one in told] == pytest.approx([np.log1p(9), np.log1p(3)])
    assert [one["hours_to_spoil"] for one in told] == [NEVER, 5]
    assert [one["numbers_ahead"] for one in told] == [1, 2]
    assert told[1]["perishables_ahead"] == 0.5
    assert (told[0]["hour"], told[0]["hours_waited"], told[0]["perishables"]) == (10, 2, 0.25)
    assert told[0]["room_today"] == 9 * 30 - 9, "what is left of the day's plan, less those who stand before it"
    assert (told[0]["calls_last_hour"], told[0]["calls_last_day"]) == (25, 300)


def test_nobody_waits_and_nothing_is_told(taught: Learned) -> None:
    foreseen, signs = Experience(learned=taught).foresee([], CROWD, PLAN, TEN)
    assert foreseen == []
    assert signs.shape == (0, len(SIGNS))


def test_trees_tell_apart_what_the_rank_does_not(taught: Learned) -> None:
    known = Experience(learned=taught)
    standard, perishable = known.foresee([Stands(40), Stands(40, Line.PERISHABLE)], CROWD, PLAN, TEN)[0]
    assert standard.method is perishable.method is Method.LEARNED
    sooner, later = instants(perishable), instants(standard)
    assert sooner == sorted(sooner)
    assert sooner[-1] < later[0] < later[1] < later[2]
    plain = Experience().foresee([Stands(40)], CROWD, PLAN, TEN)[0][0]
    assert plain.method is Method.PLAN_AND_RANK
    assert plain.p50 == PLAN.when(40)


def test_eight_of_ten_lie_within_what_was_learned(taught: Learned) -> None:
    dice = np.random.default_rng(8)
    trucks = [Stands(int(dice.integers(0, 80))) for _ in range(LESSONS)]
    came = 0.7 + dice.normal(0, 0.1, LESSONS)
    low, _, high = taught.scores(signs_of(trucks, CROWD, PLAN, TEN)).T
    assert np.mean((low <= came) & (came <= high)) == pytest.approx(HELD, abs=0.05)


def test_the_same_lessons_give_the_same_trees() -> None:
    dice = np.random.default_rng(9)
    signs, scores = dice.random((400, len(SIGNS))), dice.random(400)
    assert train(signs, scores) == train(signs, scores)


def test_a_spread_follows_ranges_that_hold_too_seldom_and_too_often() -> None:
    assert Spread().of(-1, 0, 2) == (-1, 0, 2)
    wide, narrow = Spread(), Spread()
    for _ in range(100):
        wide, narrow = wide.learn(0.5), narrow.learn(1.0)
    assert narrow.by < 1 < wide.by
    assert wide.of(-1, 0, 2) == (-wide.by, 0, 2 * wide.by)
    assert wide.samples == narrow.samples == 100


@given(st.lists(st.floats(0, 1), max_size=300))
def test_a_spread_stays_within_its_bounds(held: list[float]) -> None:
    spread = Spread()
    for one in held:
        spread = spread.learn(one)
    assert 1 / WIDEST <= spread.by <= WIDEST


@pytest.mark.parametrize("sigma", [0.2, 0.8])
def test_ranges_hold_as_often_as_they_should_though_the_trees_are_wrong(sigma: float) -> None:
    dice, spread, within = Random(3), Spread(), 0  # noqa: S311 - a test's own dice
    for _ in range(8_000):
        low, _, high = spread.of(-0.4, 0, 0.4)
        held = low <= dice.gauss(0, sigma) <= high
        within, spread = within + held, spread.learn(float(held))
    assert within / 8_000 == pytest.approx(HELD, abs=0.03)


def test_who_was_told_by_trees_moves_their_spread_and_not_that_of_the_plan() -> None:
    known, one = Experience(), UUID(int=1)
    learned = [Outcome(one, 30, Line.STANDARD, Method.LEARNED, 0.5, held=False) for _ in range(3)]
    widths, lines = known.learn(learned)
    assert (widths, lines) == ({2}, {Line.STANDARD})
    assert known.spreads[Line.STANDARD] == Spread().learn(0)
    assert known.widths[2].spread == Widths().spread
    assert known.widths[2].middle > 0, "how far off a rank is, is learned by either"
    known.learn([Outcome(one, 30, Line.STANDARD, Method.PLAN_AND_RANK, 0.5, held=False)])
    assert known.widths[2].spread > Widths().spread
    assert known.spreads[Line.STANDARD].samples == 1
