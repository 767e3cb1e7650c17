"""The clock is slowed before anything would be dropped, and quickened only after a calm while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.replay.pace import Pacer, Reading


def test_who_is_late_goes_slower() -> None:
    assert Pacer(60).watch(late=3, real=100) == 36


def test_after_a_change_it_waits_until_the_change_shows() -> None:
    pacer = Pacer(60)
    pacer.watch(late=3, real=100)
    assert pacer.watch(late=9, real=103) is None
    assert pacer.watch(late=9, real=107) == 21.6


def test_who_is_in_time_for_a_while_goes_faster_again_up_to_what_was_wanted() -> None:
    pacer = Pacer(60)
    pacer.watch(late=3, real=100)
    speeds = [speed for real in range(101, 200) if (speed := pacer.watch(late=0.1, real=real))]
    assert speeds == [45, 56.25, 60]


def test_a_moments_lateness_breaks_the_calm() -> None:
    pacer = Pacer(60)
    pacer.watch(late=3, real=100)
    assert all(pacer.watch(late=1.0 if real % 5 == 0 else 0.1, real=real) is None for real in range(101, 200))


def test_a_wish_beyond_what_the_gate_follows_is_cut() -> None:
    assert Pacer(1000).speed == 120
    assert Pacer(0.1).speed == 1


@given(st.lists(st.floats(0, 100), max_size=200))
def test_the_speed_stays_between_real_time_and_what_was_wanted(lateness: list[float]) -> None:
    pacer = Pacer(90)
    for real, late in enumerate(lateness):
        speed = pacer.watch(late, float(real))
        assert speed is None or 1 <= speed <= 90


def test_a_clock_that_was_read_runs_on() -> None:
    eight = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
    assert Reading(eight, 10, 60).at(12) == eight + timedelta(minutes=2)
