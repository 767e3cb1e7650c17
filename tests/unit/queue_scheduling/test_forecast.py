"""When a truck will be called: the plan laid along time, and ranges that learn from how they turned out."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.domain.forwarding import Forwarding
from services.queue_scheduling.domain.hours import Hours
from services.queue_scheduling.forecast.foresight import Foreseen
from services.queue_scheduling.forecast.journey import Journey, to_the_gate
from services.queue_scheduling.forecast.timeline import Reduced, Timeline
from services.queue_scheduling.forecast.widths import (
    HIGH,
    LOW,
    MEASURED_APART,
    MIDDLE,
    Widths,
    bucket_of,
    score,
    stretched,
)
from tests.builders.queue import TEN

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SEVEN_TO_SEVEN = Hours(7 * 60, 19 * 60, 30)
MINUTES = st.integers(0, 24 * 60)
HOURS = st.builds(
    Hours,
    opens=st.integers(0, 12 * 60),
    closes=st.integers(12 * 60 + 1, 24 * 60),
    per_hour=st.integers(1, 90),
    closed=st.lists(st.tuples(MINUTES, MINUTES).map(lambda pair: (min(pair), max(pair))), max_size=3).map(tuple),
)
WEEKS = st.lists(st.one_of(st.none(), HOURS), min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("calls", "after"),
    [(0, timedelta()), (15, HOUR / 2), (9 * 30, 9 * HOUR), (9 * 30 + 15, 21 * HOUR + HOUR / 2), (630, 33 * HOUR)],
)
def test_calls_fall_into_open_hours_alone(calls: int, after: timedelta) -> None:
    assert Timeline(TEN, [SEVEN_TO_SEVEN, SEVEN_TO_SEVEN]).when(calls) == TEN + after


def test_what_lies_beyond_the_plan_is_not_told() -> None:
    assert Timeline(TEN, [SEVEN_TO_SEVEN]).when(9 * 30 + 1) is None
    assert Timeline(TEN, [None, None]).when(0) is None


def test_a_closed_day_and_a_closure_put_calls_off() -> None:
    cut = Hours(7 * 60, 19 * 60, 30, ((11 * 60, 15 * 60),))
    assert Timeline(TEN, [cut, None, SEVEN_TO_SEVEN]).when(31) == TEN + 5 * HOUR + HOUR / 30
    assert Timeline(TEN, [cut, None, SEVEN_TO_SEVEN]).when(151) == TEN + 45 * HOUR + HOUR / 30


def test_a_reduction_with_an_end_holds_until_then_and_no_longer() -> None:
    reduced = Timeline(TEN, [SEVEN_TO_SEVEN, SEVEN_TO_SEVEN], Reduced(10, TEN + 2 * HOUR))
    assert reduced.when(20) == TEN + 2 * HOUR
    assert reduced.when(50) == TEN + 3 * HOUR
    assert reduced.calls_by(TEN + 3 * HOUR) == 50
    for_good = Timeline(TEN, [SEVEN_TO_SEVEN, SEVEN_TO_SEVEN], Reduced(10))
    assert for_good.when(100) == TEN + 22 * HOUR
    assert Timeline(TEN, [SEVEN_TO_SEVEN], Reduced(0, TEN + HOUR)).when(0) == TEN + HOUR


def test_the_gate_is_reached_a_journey_later_and_just_in_time_a_wait_on_the_apron() -> None:
    spread = Forwarding(just_in_time=False, lanes=5, places=40, travel=1 / 3, no_shows=0.05, deviations=2)
    assert to_the_gate(spread, 36) == timedelta(minutes=20)
    in_time = to_the_gate(replace(spread, just_in_time=True), 36)
    assert in_time / HOUR == pytest.approx(1 / 3 + 2 * math.sqrt(12) / 36)


@given(WEEKS, st.floats(0, 5_000), st.floats(0, 5_000))
def test_later_calls_come_later_and_each_when_it_has_room(week: list[Hours | None], some: float, more: float) -> None:
    timeline = Timeline(TEN, week)
    first, second = timeline.when(min(some, more)), timeline.when(max(some, more))
    assume(second is not None)
    assert first is not None
    assert second is not None
    assert first <= second
    assert timeline.calls_by(first) == pytest.approx(min(some, more), abs=0.01)


@given(HOURS, MINUTES)
def test_spans_hold_exactly_the_open_minutes(hours: Hours, minute: int) -> None:
    within = any(first <= minute < last for first, last in hours.spans())
    assert within == (hours.open_from(minute) == minute and minute < 24 * 60)


@given(st.integers(0, 10_000), st.floats(0, 20_000))
def test_a_score_stands_for_its_calls(rank: int, calls: float) -> None:
    assert stretched(rank, score(rank, calls)) == pytest.approx(calls, abs=0.001)


@given(st.lists(st.floats(-3, 3), max_size=60), st.integers(0, 5_000))
def test_a_range_is_never_the_wrong_way_round(scores: list[float], rank: int) -> None:
    widths = Widths()
    for one in scores:
        widths = widths.learn(one)
    low, middle, high = widths.ranks(rank)
    assert 0 <= low <= middle <= high
    assert widths.samples == len(scores)


@pytest.mark.parametrize("seed", range(5))
def test_so_many_outcomes_lie_below_a_quantile_as_it_says_though_the_world_changes(seed: int) -> None:
    dice, widths, below, rounds = Random(seed), Widths(), [0, 0, 0], 6_000  # noqa: S311 - a test's own dice
    for turn in range(rounds):
        outcome = dice.gauss(0.4 if turn > rounds / 2 else 0.0, 0.1 if turn < rounds / 3 else 0.3)
        for place, quantile in enumerate((widths.low, widths.middle, widths.high)):
            below[place] += outcome <= quantile
        widths = widths.learn(outcome)
    assert [count / rounds for count in below] == pytest.approx([LOW, MIDDLE, HIGH], abs=0.01)


def test_a_truck_foreseen_often_weighs_no_more_than_one_foreseen_once() -> None:
    once, often = Widths().learn(1.0), Widths().learn(*[1.0] * 20)
    assert (often.low, often.middle, often.high) == pytest.approx((once.low, once.middle, once.high))
    assert once.samples == often.samples == 1


def test_what_is_near_is_measured_apart_from_what_is_far() -> None:
    assert [bucket_of(rank, Line.STANDARD) for rank in (0, 4, 5, 79, 80, 320, 9_999)] == [0, 0, 1, 2, 3, 4, 4]
    assert len({bucket_of(rank, line) for rank in (0, 5, 20, 80, 320) for line in MEASURED_APART}) == 20
    assert Widths().ranks(100) == pytest.approx((101 * 0.75 - 1, 100, 101 * 1.35 - 1))
    assert math.isclose(Widths().ranks(0)[1], 0)


def test_a_way_widens_the_range_of_a_call_but_not_by_all_of_its_own() -> None:
    minutes = [timedelta(minutes=n) for n in (10, 20, 50)]
    call = Foreseen(TEN, TEN + timedelta(minutes=40), TEN + timedelta(minutes=80), 9)
    told = Journey(*minutes).after(call)
    off = [(told[name] - TEN) / timedelta(minutes=1) for name in ("gate_p10", "gate_p50", "gate_p90")]
    assert off == pytest.approx([60 - math.hypot(40, 10), 60, 60 + math.hypot(40, 30)])


def test_of_a_call_beyond_the_plan_no_hour_at_the_gate_is_told() -> None:
    way = Journey(*[timedelta(minutes=20)] * 3)
    assert set(way.after(Foreseen(TEN, None, None, 0)).values()) == {None}
    assert way.after(Foreseen(TEN, TEN, None, 0))["gate_p90"] is None
