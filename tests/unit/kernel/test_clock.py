from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.clock import Pace, RealClock, ScaledClock, pace_at

START = datetime(2026, 5, 4, tzinfo=UTC)


def test_the_real_clock_is_aware_and_moves_forward() -> None:
    clock = RealClock()
    first = clock.now()
    assert first.tzinfo is UTC
    assert clock.now() >= first


def test_without_any_pace_a_scaled_clock_shows_the_real_time() -> None:
    assert ScaledClock(list).at(START) == START


def test_a_pace_counts_from_its_own_start() -> None:
    pace = Pace(60, START, START + timedelta(days=1))
    assert pace.at(START + timedelta(seconds=10)) == START + timedelta(days=1, minutes=10)


def test_a_pace_written_ahead_is_not_yet_in_force() -> None:
    now, soon = Pace(1, START, START), Pace(60, START + timedelta(seconds=3), START + timedelta(seconds=3))
    assert pace_at([now, soon], START + timedelta(seconds=2)) == now
    assert pace_at([now, soon], START + timedelta(seconds=3)) == soon


@given(
    speeds=st.lists(st.floats(0.1, 240), min_size=1, max_size=5),
    moments=st.lists(st.floats(0, 100), min_size=2, max_size=20),
)
def test_time_is_continuous_and_never_runs_back_whatever_the_speeds(speeds: list[float], moments: list[float]) -> None:
    paces = [Pace(speeds[0], START, START)]
    for index, speed in enumerate(speeds[1:], 1):
        at = START + timedelta(seconds=20 * index)
        paces.append(Pace(speed, at, paces[-1].at(at)))
    clock = ScaledClock(lambda: paces)
    shown = [clock.at(START + timedelta(seconds=second)) for second in sorted(moments)]
    assert shown == sorted(shown)


@pytest.mark.parametrize("speed", [0.5, 60, 120])
def test_a_scaled_clock_tells_its_speed(speed: float) -> None:
    assert ScaledClock(lambda: [Pace(speed, START, START)]).speed() == speed
