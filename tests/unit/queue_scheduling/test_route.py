"""What a route does: paused, reduced, closed, open; until when; and when it stood still."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.queue_scheduling import OpenHours, RouteStatus, RouteStatusChanged
from events.words import Direction
from services.queue_scheduling.domain.hours import Hours, calls_in
from services.queue_scheduling.domain.refusals import NotPaused, PauseIsOver
from services.queue_scheduling.domain.route import STOPPED, Change, Route, RouteHours, allowed, divided, hours_on
from services.queue_scheduling.domain.stops import Decided, stood_still
from tests.builders.queue import TEN

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FOG = Change(RouteStatus.PAUSED, "fog", TEN + HOUR)
OPEN = Change(RouteStatus.OPEN)
HOURS = Hours(7 * 60, 19 * 60, 26)
CHANGES = st.builds(
    Change,
    status=st.sampled_from(sorted(set(RouteStatus) - {RouteStatus.OPEN})),
    until=st.one_of(st.none(), st.integers(1, 90).map(lambda minutes: TEN + minutes * MINUTE)),
    export_per_hour=st.integers(0, 50),
    import_per_hour=st.integers(0, 50),
)


def a_route(*changes: Change) -> Route:
    route = Route("hn-1119")
    for change in changes:
        route.change(change, TEN)
    return route


def test_what_was_decided_with_an_end_is_over_at_its_end() -> None:
    route = a_route(FOG)
    assert route.at(TEN) == FOG
    assert route.at(TEN + HOUR) == OPEN
    with pytest.raises(PauseIsOver):
        route.change(FOG, TEN + HOUR)


def test_only_a_route_that_works_otherwise_works_as_planned_again() -> None:
    with pytest.raises(NotPaused):
        Route("hn-1119").change(OPEN, TEN)


def test_a_change_is_told_with_all_that_it_says() -> None:
    route = a_route(Change(RouteStatus.REDUCED, "one lane", None, 5, 9))
    (recorded,) = route.release()
    assert recorded.event == RouteStatusChanged(
        route="hn-1119", status=RouteStatus.REDUCED, reason="one lane", export_per_hour=5, import_per_hour=9
    )


@pytest.mark.parametrize(("limit", "per_hour"), [(5, 5), (0, 0), (26, 26), (90, 26)])
def test_a_reduced_route_takes_no_more_than_is_planned(limit: int, per_hour: int) -> None:
    hours = allowed(HOURS, Change(RouteStatus.REDUCED, "one lane", None, limit, 0), Direction.EXPORT)
    assert hours
    assert hours.capacity(TEN) == per_hour


@pytest.mark.parametrize("status", RouteStatus)
def test_a_stopped_route_has_no_hours_and_every_other_keeps_its_own(status: RouteStatus) -> None:
    hours = allowed(HOURS, Change(status), Direction.IMPORT)
    assert hours == (None if status in STOPPED else HOURS)
    assert allowed(None, Change(status), Direction.IMPORT) is None


PAUSE, NOTHING = Change(RouteStatus.PAUSED, "fog"), Change(RouteStatus.REDUCED, "no lane", None, 0, 20)
HISTORIES = {
    "a stop with an end": [(0, FOG)],
    "a stop that was ended": [(0, PAUSE), (60, OPEN)],
    "a stop that became another": [(0, FOG), (30, Change(RouteStatus.CLOSED, "flood")), (60, OPEN)],
    "reduced to nothing": [(0, NOTHING), (60, Change(RouteStatus.REDUCED, "one lane", None, 5, 5))],
}


def decided(history: list[tuple[int, Change]]) -> list[Decided]:
    return [Decided(TEN + minute * MINUTE, change) for minute, change in history]


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
@pytest.mark.parametrize(
    ("since", "until", "still"),
    [
        (-2 * HOUR, -HOUR, 0),
        (-2 * HOUR, timedelta(), 0),
        (-HOUR, MINUTE, 1),
        (10 * MINUTE, 20 * MINUTE, 10),
        (59 * MINUTE, 2 * HOUR, 1),
        (-HOUR, 2 * HOUR, 60),
        (HOUR, 2 * HOUR, 0),
    ],
)
def test_nobody_was_called_between_a_stop_and_the_end_of_it(
    history: list[tuple[int, Change]], since: timedelta, until: timedelta, still: int
) -> None:
    assert stood_still(decided(history), Direction.EXPORT, TEN + since, TEN + until) == still * MINUTE


def test_a_direction_that_still_takes_trucks_did_not_stand_still() -> None:
    assert not stood_still(decided([(0, NOTHING)]), Direction.IMPORT, TEN, TEN + HOUR)


@given(st.lists(st.tuples(st.integers(0, 30), CHANGES), max_size=8), st.integers(0, 200), st.integers(0, 200))
def test_a_route_stood_still_exactly_where_a_minute_by_minute_look_finds_it(
    told: list[tuple[int, Change]], first: int, more: int
) -> None:
    route, minute, history = Route("hn-1119"), 0, list[Decided]()
    still: list[bool] = []

    def look(minutes: int) -> None:
        still.extend(
            route.at(TEN + (minute + ahead) * MINUTE).stands_still(Direction.EXPORT) for ahead in range(minutes)
        )

    for pause, change in told:
        now = TEN + (minute + pause) * MINUTE
        if change.until is None or change.until > now:
            look(pause)
            minute += pause
            route.change(change, now)
            history.append(Decided(now, change))
    look(500)
    since, until = TEN + first * MINUTE, TEN + (first + more) * MINUTE
    assert stood_still(history, Direction.EXPORT, since, until) == sum(still[first : first + more]) * MINUTE


@pytest.mark.parametrize(
    ("start", "end", "calls"),
    [
        (timedelta(), HOUR, 26),
        (timedelta(), 30 * MINUTE, 13),
        (8 * HOUR, 24 * HOUR, 26 * 4),
        (10 * HOUR, 11 * HOUR, 0),
    ],
)
def test_the_calls_of_a_span_are_those_of_its_open_minutes(start: timedelta, end: timedelta, calls: int) -> None:
    assert calls_in([HOURS, HOURS], TEN + start, TEN + end) == calls


@pytest.mark.parametrize(("starts", "ends", "is_open"), [(-1, 1, 59), (59, 90, 59), (60, 90, 60), (10, 50, 20)])
def test_what_is_open_of_a_calls_validity_is_what_no_closure_takes(starts: int, ends: int, is_open: int) -> None:
    ten = 10 * 60
    hours = Hours(7 * 60, 19 * 60, 26, ((ten + starts, ten + ends),))
    assert hours.open_between(TEN, TEN + HOUR) == is_open * MINUTE
    assert hours.open_between(TEN + 8 * HOUR + 50 * MINUTE, TEN + 10 * HOUR) == 10 * MINUTE


def open_from(opens: str, closes: str, trucks: int, weekday: int = 1) -> OpenHours:
    return OpenHours(weekday=weekday, opens=opens, closes=closes, export_per_hour=trucks, import_per_hour=2 * trucks)


@pytest.mark.parametrize(
    ("others", "parts"),
    [
        ([], [("07:00", "19:00", 26)]),
        ([("12:00", "13:00", 9)], [("07:00", "12:00", 26), ("12:00", "13:00", 9), ("13:00", "19:00", 26)]),
        (
            [("06:00", "08:00", 9), ("18:00", "24:00", 8)],
            [("07:00", "08:00", 9), ("08:00", "18:00", 26), ("18:00", "19:00", 8)],
        ),
        (
            [("12:00", "14:00", 9), ("13:00", "15:00", 30)],
            [("07:00", "12:00", 26), ("12:00", "14:00", 9), ("14:00", "15:00", 30), ("15:00", "19:00", 26)],
        ),
        ([("00:00", "24:00", 9)], [("07:00", "19:00", 9)]),
    ],
)
def test_a_days_hours_are_cut_where_other_trucks_an_hour_hold(
    others: list[tuple[str, str, int]], parts: list[tuple[str, str, int]]
) -> None:
    week = [open_from("07:00", "19:00", 26), open_from("08:00", "12:00", 5, weekday=2)]
    found = divided(week, [open_from(*other) for other in others])
    assert [(one.opens, one.closes, one.export_per_hour) for one in found if one.weekday == 1] == parts
    assert [one for one in found if one.weekday == 2] == week[1:]
    tuesday = hours_on(date(2025, 7, 1), Direction.IMPORT, RouteHours(found, ()))
    assert tuesday
    assert [
        (f"{first // 60:02}:{first % 60:02}", f"{last // 60:02}:{last % 60:02}", rate // 2)
        for first, last, rate in tuesday.stretches()
    ] == parts


def test_a_day_may_be_open_twice() -> None:
    twice = [open_from("13:00", "17:00", 10), open_from("07:00", "11:00", 26)]
    hours = hours_on(date(2025, 7, 1), Direction.EXPORT, RouteHours(twice, ()))
    assert hours
    assert [*hours.stretches()] == [(7 * 60, 11 * 60, 26), (13 * 60, 17 * 60, 10)]
