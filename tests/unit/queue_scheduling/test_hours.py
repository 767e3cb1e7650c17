"""Hours, capacity, and calls spread evenly over the hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordergate.clock import HANOI
from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import Queue
from services.queue_scheduling.domain.hours import (
    MINUTE,
    Hours,
    calls_due,
    calls_left,
    dangerous_may,
    hour_of,
    minutes,
    next_round,
    open_within,
    paced_from,
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


@pytest.mark.parametrize(
    ("opens", "clock_time", "room"),
    [
        ("07:00", "05:59", 0),
        ("07:00", "06:00", 14),
        ("07:00", "07:00", 26),
        ("07:30", "05:59", 0),
        ("07:30", "06:00", 14),
        ("07:30", "07:29", 13 + 14),
        ("07:30", "08:00", 26),
        ("07:00", "11:59", 26),
        ("07:00", "12:00", 14),
        ("07:00", "13:00", 26),
    ],
)
def test_before_an_opening_there_is_room_for_those_who_fill_lanes_and_apron(
    opens: str, clock_time: str, room: int
) -> None:
    hours = Hours(minutes(opens), 19 * 60, 26, ((12 * 60, 13 * 60),), early=14)
    assert hours.room(at(clock_time)) == room
    assert replace(hours, early=0).room(at(clock_time)) == hours.capacity(at(clock_time))


def test_of_a_pause_only_what_falls_into_opening_hours_keeps_anybody_out() -> None:
    overnight = (at("20:00"), at("07:10", day=2))
    assert open_within([HOURS, HOURS], at("18:50"), [overnight]) == timedelta(minutes=10)
    assert open_within([HOURS, HOURS], at("18:50"), [(at("18:55"), at("07:10", day=2))]) == timedelta(minutes=15)
    assert open_within([HOURS, HOURS], at("18:50"), []) == timedelta()


def test_a_closed_or_paused_route_makes_no_call() -> None:
    queue = Queue("hn-1119", Direction.EXPORT)
    night = TEN - timedelta(hours=7)
    assert (calls_due(queue, HOURS, 0, night), calls_left(queue, HOURS, night), calls_left(queue, None, TEN)) == (
        0,
        0,
        0,
    )


def test_calls_already_made_this_hour_are_not_due_again() -> None:
    queue = Queue("hn-1119", Direction.EXPORT)
    late = TEN + timedelta(minutes=59)
    for _ in range(20):
        queue.count(hour_of(late), TicketClass.P4)
    assert (calls_due(queue, HOURS, 0, late), calls_left(queue, HOURS, late)) == (3, 6)
    for _ in range(4):
        queue.count(hour_of(late), TicketClass.P4)
    assert (calls_due(queue, HOURS, 0, late), calls_left(queue, HOURS, late)) == (2, 2)


def spread_over(hours: Hours, minutes: Iterable[int]) -> list[int]:
    """The calls of each minute from ten on in which rounds are made, while nobody runs short."""
    queue, made = Queue("hn-1119", Direction.EXPORT), list[datetime]()
    for minute in minutes:
        now = TEN + minute * MINUTE
        lately = sum(at >= paced_from(now) for at in made)
        for _ in range(calls_due(queue, hours, lately, now)):
            queue.count(hour_of(now), TicketClass.P4)
            made.append(now)
    return [made.count(TEN + minute * MINUTE) for minute in minutes]


def test_what_was_missed_in_a_stop_is_not_called_in_one_minute() -> None:
    after = spread_over(HOURS, range(50, 60))
    assert (after[0], max(after), sum(after)) == (3, 3, 6), (
        "of twenty-two, by an even spread at most five in ten minutes"
    )
    assert sum(spread_over(HOURS, range(50, 90))[10:]) == 13


def test_a_short_outage_is_caught_up_at_once() -> None:
    assert sum(spread_over(HOURS, [*range(20), *range(24, 60)])[:21]) == HOURS.quota(at("10:24"))


@given(per_hour=st.integers(0, 300))
def test_the_pace_never_holds_an_even_spread_back(per_hour: int) -> None:
    hours = Hours(7 * 60, 19 * 60, per_hour)
    calls = spread_over(hours, range(120))
    assert list(accumulate(calls[:60])) == [hours.quota(TEN + minute * MINUTE) for minute in range(60)]
    assert list(accumulate(calls[60:])) == [hours.quota(TEN + minute * MINUTE) for minute in range(60, 120)]


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


def test_from_time_to_time_an_hour_has_room_for_fewer() -> None:
    hours = Hours(
        7 * 60, 19 * 60, 26, ((12 * 60 + 30, 13 * 60),), fewer=((12 * 60, 14 * 60, 13), (18 * 60, 19 * 60, 0))
    )
    room = [hours.capacity(at(f"{hour}:00")) for hour in (11, 12, 13, 14, 18)]
    assert room == [26, 6, 13, 26, 0]
    assert (hours.rate(at("12:10")), hours.pace(at("12:10")), hours.pace(at("14:00"))) == (13, 2, 3)
    assert hours.calls_between(11 * 60 + 30, 14 * 60) == 13 + 6.5 + 13
    assert [*hours.stretches()] == [
        (7 * 60, 12 * 60, 26),
        (12 * 60, 12 * 60 + 30, 13),
        (13 * 60, 14 * 60, 13),
        (14 * 60, 18 * 60, 26),
        (18 * 60, 19 * 60, 0),
    ]
    assert [hours.at_most(20).capacity(at(f"{hour}:00")) for hour in (11, 13, 18)] == [20, 13, 0]
    assert [hours.at_most(10).capacity(at(f"{hour}:00")) for hour in (11, 13, 18)] == [10, 10, 0]
    assert hours.at_most(30) is hours.at_most(None) is hours


@given(
    fewer=st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440), st.integers(0, 25)), max_size=1),
    closed=st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440)), max_size=2),
    start=st.integers(0, 1440),
    end=st.integers(0, 1440),
)
def test_what_lies_between_is_what_the_stretches_have(
    fewer: list[tuple[int, int, int]], closed: list[tuple[int, int]], start: int, end: int
) -> None:
    hours = Hours(7 * 60, 19 * 60, 26, tuple(closed), fewer=tuple(fewer))
    parts = sum(max(0, min(last, end) - max(first, start)) * rate for first, last, rate in hours.stretches())
    assert hours.calls_between(start, end) == parts / 60
