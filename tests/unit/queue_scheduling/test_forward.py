"""Calling forward: enough trucks on their way that no lane idles, and no more than the apron holds."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.queue_scheduling.dispatch.forward import Ways, begins, levels, underway, wanted

TEN_LANES = Ways(lanes=10, per_hour=66.7, travel=25 / 60, places=40)
WAYS = st.builds(
    Ways, lanes=st.integers(1, 30), per_hour=st.floats(0.5, 300), travel=st.floats(0, 3), places=st.integers(0, 500)
)


def test_lanes_journeys_and_a_reserve_are_wanted() -> None:
    assert wanted(TEN_LANES, servable=600) == pytest.approx(10 + 27.8 + 2 * math.sqrt(27.8), abs=0.1)


def test_a_gate_next_to_its_waiting_area_calls_only_for_free_lanes() -> None:
    assert wanted(Ways(3, 20, 0, 0), servable=180) == 3


def test_before_opening_no_more_are_called_than_there_is_room_for() -> None:
    narrow = Ways(lanes=4, per_hour=60, travel=1, places=10)
    assert wanted(narrow, servable=600, opened=False) == 14


def test_before_closing_no_more_are_called_than_will_be_served() -> None:
    assert wanted(TEN_LANES, servable=6.67) == 6.67
    assert wanted(TEN_LANES, servable=0) == wanted(TEN_LANES, servable=-1) == 0


def test_of_those_on_their_way_only_who_will_come_counts() -> None:
    assert underway(in_lanes=10, on_apron=5, moving=20, no_shows=0.05) == pytest.approx(34)


def test_the_apron_has_a_lower_and_an_upper_level() -> None:
    assert levels(TEN_LANES) == (5, 27)
    assert levels(Ways(10, 66.7, 25 / 60, places=20)) == (5, 20)


def test_calling_begins_a_journey_and_a_quarter_of_an_hour_before_the_lanes_open() -> None:
    assert begins(TEN_LANES, 7) == pytest.approx(7 - 40 / 60)


@given(ways=WAYS, servable=st.floats(0, 2000), opened=st.booleans())
def test_the_apron_is_never_asked_to_hold_more_than_its_places(ways: Ways, servable: float, *, opened: bool) -> None:
    target = wanted(ways, servable=servable, opened=opened)
    assert 0 <= target <= ways.lanes + ways.on_the_way + ways.places + 1e-9


@given(ways=WAYS, more=st.floats(1, 3), servable=st.floats(0, 2000))
def test_a_longer_journey_never_wants_fewer(ways: Ways, more: float, servable: float) -> None:
    further = Ways(ways.lanes, ways.per_hour, ways.travel * more, ways.places)
    assert wanted(further, servable=servable) >= wanted(ways, servable=servable) - 1e-9


@given(ways=WAYS)
def test_the_lower_level_is_never_above_the_upper(ways: Ways) -> None:
    low, high = levels(ways)
    assert 0 <= low <= high <= ways.places
