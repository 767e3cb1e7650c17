"""Periods are made of cells exactly, quantiles are as near as promised, and small groups stay hidden."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.clock import HANOI
from events.queue_scheduling import OpenHours
from events.words import Direction
from services.analytics.domain import (
    ERROR,
    FLOOR,
    MOST_HOURS,
    SKETCH,
    BadPeriod,
    By,
    Grain,
    Rollup,
    TooMany,
    by_the_hour,
    country_of,
    hidden,
    quantiles,
    rollup_for,
    tiles,
)

HOUR = timedelta(hours=1)
hours = st.integers(0, 24 * 800).map(lambda number: datetime(2025, 1, 1, tzinfo=HANOI) + number * HOUR)


@given(
    since=hours, length=st.integers(1, 24 * 500), by=st.sampled_from([by for by in By if by not in (By.HOUR, By.DAY)])
)
def test_a_period_is_covered_exactly_by_whole_cells(since: datetime, length: int, by: By) -> None:
    until = since + length * HOUR
    covered = tiles(since, until, by)
    assert covered[0].since == since
    assert covered[-1].until == until
    assert all(one.until == other.since for one, other in pairwise(covered))
    for tile in covered:
        if tile.grain is Grain.DAY:
            assert tile.since.hour == tile.until.hour == 0
        if tile.grain in (Grain.MONTH, Grain.WEEK):
            assert (tile.since.day, tile.since.hour, tile.until.day, tile.until.hour) == (1, 0, 1, 0)
        if tile.grain in (Grain.YEAR, Grain.WEEKS):
            assert {(edge.month, edge.day, edge.hour) for edge in (tile.since, tile.until)} == {(1, 1, 0)}


def test_a_year_is_one_cell_and_not_its_hours() -> None:
    covered = tiles(datetime(2025, 1, 1, tzinfo=HANOI), datetime(2026, 2, 1, tzinfo=HANOI), By.ROUTE)
    assert [tile.grain for tile in covered] == [Grain.YEAR, Grain.MONTH]


def test_a_question_reads_the_fewest_cells_that_tell_apart_what_it_names() -> None:
    assert rollup_for(()) is Rollup.ALL
    assert rollup_for({"direction"}) is Rollup.PLACE
    assert rollup_for({"country"}) is Rollup.COUNTRY
    assert rollup_for({"route", "ticket_class"}) is Rollup.FULL


@pytest.mark.parametrize("length", [timedelta(0), -HOUR, timedelta(minutes=90)])
def test_a_period_that_is_none_is_refused(length: timedelta) -> None:
    since = datetime(2025, 1, 1, tzinfo=HANOI)
    with pytest.raises(BadPeriod):
        tiles(since, since + length, By.NOTHING)


def test_more_hours_than_can_be_told_apart_are_refused() -> None:
    since = datetime(2025, 1, 1, tzinfo=HANOI)
    assert len(tiles(since, since + MOST_HOURS * HOUR, By.HOUR)) == 1
    with pytest.raises(TooMany):
        tiles(since, since + (MOST_HOURS + 1) * HOUR, By.HOUR)


@given(seconds=st.lists(st.floats(1, 3e6), min_size=1, max_size=300))
def test_a_quantile_is_within_the_stated_error_of_the_true_one(seconds: list[float]) -> None:
    shares = (0.1, 0.5, 0.9, 0.95)
    counts = Counter(SKETCH.key(value) for value in seconds)
    (found,) = quantiles(np.array([[counts[bucket] for bucket in range(max(counts) + 1)]]), shares)
    exact = [sorted(seconds)[int(share * (len(seconds) - 1))] for share in shares]
    assert all(abs(one - other) <= ERROR * other * 1.0001 for one, other in zip(found, exact, strict=True))


@given(counts=st.dictionaries(st.text("abc", max_size=2), st.integers(0, 12)))
def test_a_small_group_is_hidden_and_never_alone(counts: dict[str, int]) -> None:
    unseen = hidden(counts)
    assert {group for group, count in counts.items() if 0 < count < FLOOR} <= unseen
    others = [group for group, count in counts.items() if count >= FLOOR]
    assert len(unseen) != 1 or not others


def test_half_an_hour_takes_half_an_hours_trucks() -> None:
    day = OpenHours(weekday=2, opens="07:30", closes="09:00", export_per_hour=10, import_per_hour=20)
    exported = [told for told in by_the_hour([day]) if told.direction is Direction.EXPORT]
    assert [(told.slot, told.trucks, told.begins, told.ends) for told in exported] == [
        (2 * 24 + 7, 5.0, 450, 480),
        (2 * 24 + 8, 10.0, 480, 540),
    ]


@pytest.mark.parametrize(("plate", "country"), [("12C12345", "VN"), ("AP9684", "CN"), ("桂AP9684", "CN")])
def test_a_plate_says_where_a_truck_is_registered(plate: str, country: str) -> None:
    assert country_of(plate) == country
