"""Hours, capacity, and calls spread evenly over the hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordergate.clock import HANOI
from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import Queue
from services.queue_scheduling.domain.hours import (
    Hours,
    calls_due,
    calls_left,
    dangerous_may,
    hour_of,
    minutes,
    next_round,
    open_within,
)
from tests.builders.queue import TEN

HOURS = Hours(7 * 60, 19 * 60, 26)


def at(clock_time: str, day: int = 1) -> datetime:
    hour, minute = clock_time.split(":")
    return datetime(2025, 7, day, int(hour), int(minute), tzinfo=HANOI)


@pytest.mark.parametrize(
    ("clock_time", "capacity", "quota"),
    [("06:59", 0, 0), ("07:00", 26, 0), ("07:29", 26, 13), ("07:59", 26, 26), ("18:59", 26, 26), ("19:00", 0, 0)],
)
def test_the_hours_capacity_is_called_by_its_last_minute(clock_time: str, capacity: int, quota: int) -> None:
    assert (HOURS.capacity(at(clock_time)), HOURS.quota(at(clock_time))) == (capacity, quota)


def test_an_hour_only_half_open_has_half_the_calls() -> None:
    half = Hours(minutes("07:30"), minutes("24:00"), 26)
    assert (half.capacity(at("07:45")), half.quota(at("07:29")), half.quota(at("07:59"))) == (13, 0, 13)
    assert half.capacity(at("23:10")) == 26


def test_of_a_pause_only_what_falls_into_opening_hours_keeps_anybody_out() -> None:
    overnight = (at("20:00"), at("07:10", day=2))
    assert open_within([HOURS, HOURS], at("18:50"), [overnight]) == timedelta(minutes=10)
    assert open_within([HOURS, HOURS], at("18:50"), [(at("18:55"), at("07:10", day=2))]) == timedelta(minutes=15)
    assert open_within([HOURS, HOURS], at("18:50"), []) == timedelta()


def test_a_closed_or_paused_route_makes_no_call() -> None:
    queue = Queue("hn-1119", Direction.EXPORT)
    assert calls_due(queue, None, TEN) == calls_left(queue, None, TEN) == 0


def test_calls_already_made_this_hour_are_not_due_again() -> None:
    queue = Queue("hn-1119", Direction.EXPORT)
    late = TEN + timedelta(minutes=59)
    for _ in range(20):
        queue.count(hour_of(late), TicketClass.P4)
    assert (calls_due(queue, HOURS, late), calls_left(queue, HOURS, late)) == (6, 6)


def test_dangerous_goods_have_half_the_hour_and_one_call_at_least() -> None:
    queue, half = Queue("hn-1119", Direction.EXPORT), Decimal("0.5")
    assert dangerous_may(queue, Hours(0, 1440, 1), half, TEN)
    for _ in range(13):
        assert dangerous_may(queue, HOURS, half, TEN)
        queue.count(hour_of(TEN), TicketClass.P1)
    assert not dangerous_may(queue, HOURS, half, TEN)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at("09:30"), at("09:31")),
        (at("18:59"), at("07:00", day=2)),
        (at("03:00"), at("07:00")),
        (at("19:00", day=4), at("07:00", day=6)),
    ],
)
def test_rounds_go_on_while_open_and_wait_for_the_next_opening(now: datetime, then: datetime) -> None:
    week = [HOURS] * 5 + [None, HOURS]
    days = [week[(now.weekday() + ahead) % 7] for ahead in range(9)]
    assert next_round(now, days) == then


def test_a_route_that_never_opens_is_looked_at_again_tomorrow() -> None:
    assert next_round(at("09:30"), [None] * 9) == at("09:31", day=2)


NOON = Hours(7 * 60, 19 * 60, 60, ((12 * 60, 13 * 60 + 30), (13 * 60, 14 * 60)))


@pytest.mark.parametrize(
    ("clock_time", "capacity", "is_open"),
    [("11:59", 60, True), ("12:00", 0, False), ("13:59", 0, False), ("14:00", 60, True), ("18:59", 60, True)],
)
def test_closures_that_overlap_take_their_hours_from_the_day(clock_time: str, capacity: int, *, is_open: bool) -> None:
    assert (NOON.capacity(at(clock_time)), NOON.is_open(at(clock_time))) == (capacity, is_open)


def test_calls_stop_at_a_closure_within_the_hour_and_go_on_after_it() -> None:
    short = Hours(7 * 60, 19 * 60, 60, ((10 * 60 + 15, 10 * 60 + 45),))
    quotas = [short.quota(at(f"10:{minute}")) for minute in ("14", "15", "44", "45", "59")]
    assert quotas == [15, 15, 15, 16, 30]


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at("11:58"), at("11:59")),
        (at("11:59"), at("14:00")),
        (at("13:10"), at("14:00")),
        (at("23:59"), at("07:00", day=2)),
    ],
)
def test_rounds_wait_until_a_closure_is_over(now: datetime, then: datetime) -> None:
    assert next_round(now, [NOON] * 9) == then


@settings(max_examples=40)
@given(
    st.tuples(st.integers(0, 1440), st.integers(0, 1440)).map(sorted),
    st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda gap: gap[0] < gap[1]), max_size=4),
)
def test_a_day_has_the_capacity_of_its_open_minutes(day: list[int], gaps: list[tuple[int, int]]) -> None:
    hours = Hours(day[0], day[1], 60, tuple(gaps))
    instants = [at("00:00") + timedelta(minutes=minute) for minute in range(1440)]
    open_minutes = sum(
        day[0] <= minute < day[1] and not any(a <= minute < b for a, b in gaps) for minute in range(1440)
    )
    assert sum(hours.capacity(instant) for instant in instants[::60]) == open_minutes
    assert sum(map(hours.is_open, instants)) == open_minutes
