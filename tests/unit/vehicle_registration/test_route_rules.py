"""R040 to R042: a truck comes to an open route, with goods the route takes, and when it should."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bordergate.clock import HANOI
from events.queue_scheduling import Closure, ClosureCause, OpenHours, RefusedGoods
from events.words import Direction, Goods, Severity
from services.vehicle_registration.domain.arrival import Arrival, Margins
from services.vehicle_registration.domain.dossier import Dossier
from services.vehicle_registration.domain.route_plan import RoutePlan
from services.vehicle_registration.domain.route_rules import (
    route_opens_in_the_window,
    route_takes_the_goods,
    truck_comes_in_its_window,
)
from tests.builders.registration import MORNING, a_filing

MONDAY = date(2026, 5, 4)
WEEK = tuple(
    OpenHours(weekday=day, opens="07:00", closes="19:00", export_per_hour=20, import_per_hour=40) for day in range(6)
)


def a_closure(starts: str, ends: str, first: date = MONDAY, days: int | None = 1) -> Closure:
    after = first + timedelta(days=days) if days else None
    return Closure(first_day=first, after=after, starts=starts, ends=ends, cause=ClosureCause.WEATHER)


def coming(start: str, end: str, *closures: Closure, day: date = MONDAY) -> Dossier:
    """A truck that means to come within Hà Nội hours of a day."""
    window = {
        name: datetime.fromisoformat(f"{day}T{clock}+07:00").astimezone(UTC)
        for name, clock in (("window_from", start), ("window_to", end))
    }
    return Dossier(a_filing(**window), plan=RoutePlan(hours=WEEK, closures=closures))


@pytest.mark.parametrize(
    ("start", "end", "closures"),
    [
        ("08:00", "10:00", ()),
        ("18:59", "23:00", ()),
        ("05:00", "07:01", ()),
        ("08:00", "10:01", (a_closure("07:00", "10:00"),)),
        ("08:00", "10:00", (a_closure("08:00", "09:00"), a_closure("09:01", "12:00"))),
        ("08:00", "10:00", (a_closure("00:00", "24:00", MONDAY + timedelta(days=1)),)),
        ("08:00", "10:00", (a_closure("00:00", "24:00", MONDAY - timedelta(days=2), days=2),)),
    ],
)
def test_one_open_minute_in_the_window_is_enough(start: str, end: str, closures: tuple[Closure, ...]) -> None:
    assert route_opens_in_the_window(coming(start, end, *closures)) is None


@pytest.mark.parametrize(
    ("start", "end", "closures"),
    [
        ("19:00", "23:00", ()),
        ("03:00", "07:00", ()),
        ("08:00", "10:00", (a_closure("07:00", "10:00"),)),
        ("08:00", "10:00", (a_closure("07:00", "09:00"), a_closure("08:30", "12:00"))),
        ("08:00", "10:00", (a_closure("00:00", "24:00", MONDAY - timedelta(days=2), days=None),)),
    ],
)
def test_a_window_in_which_the_route_is_closed_is_refused(start: str, end: str, closures: tuple[Closure, ...]) -> None:
    dossier = coming(start, end, *closures)
    failure = route_opens_in_the_window(dossier)
    assert failure is not None
    assert (failure.code, failure.field, failure.value) == ("R040", "$.window_from", "hn-1119")
    assert route_opens_in_the_window(replace(dossier, queued=True)) is None
    assert route_opens_in_the_window(replace(dossier, plan=None)) is None


def test_a_window_over_a_day_without_hours_ends_where_the_next_day_opens() -> None:
    sunday = MONDAY + timedelta(days=6)
    late = coming("06:00", "23:00", day=sunday)
    assert route_opens_in_the_window(late) is not None
    until_monday = a_filing(
        window_from=late.filing.window_from,
        window_to=datetime.combine(sunday + timedelta(days=1), datetime.min.time(), HANOI).replace(hour=7, minute=1),
    )
    assert route_opens_in_the_window(replace(late, filing=until_monday)) is None


@pytest.mark.parametrize(
    ("chapter", "direction", "first", "after", "refused"),
    [
        ("08", Direction.EXPORT, MONDAY, None, True),
        ("08", Direction.EXPORT, MONDAY, MONDAY + timedelta(days=1), True),
        ("08", Direction.EXPORT, MONDAY - timedelta(days=2), MONDAY, False),
        ("08", Direction.EXPORT, MONDAY + timedelta(days=1), None, False),
        ("08", Direction.IMPORT, MONDAY, None, False),
        ("07", Direction.EXPORT, MONDAY, None, False),
    ],
)
def test_goods_are_refused_by_chapter_direction_and_day(
    chapter: str, direction: Direction, first: date, after: date | None, *, refused: bool
) -> None:
    goods = RefusedGoods(direction=direction, chapter=chapter, first_day=first, after=after)
    dossier = replace(
        coming("08:00", "10:00"),
        plan=RoutePlan(hours=WEEK, refused_goods=(goods,)),
        goods=Goods(hs_chapters=("03", "08")),
    )
    failure = route_takes_the_goods(dossier)
    assert (failure is not None) is refused
    if failure is not None:
        assert (failure.code, failure.field, failure.value) == ("R041", "$.route", ["08"])


SLOT = MORNING + timedelta(hours=6)
MARGINS = Margins(earliest=timedelta(hours=3), latest=timedelta(minutes=10))
A_MOMENT = timedelta(seconds=1)


def come(*seen: datetime, slot: datetime | None = None, **filed: datetime) -> Dossier:
    """A truck that should come between eight and twenty, or before its slot, and was seen to come."""
    return Dossier(a_filing(**filed), arrival=Arrival(slot, seen, MARGINS))


@pytest.mark.parametrize("at", [SLOT - timedelta(hours=3), SLOT - timedelta(minutes=10), SLOT - timedelta(hours=1)])
def test_who_has_a_slot_comes_from_three_hours_to_ten_minutes_before_it(at: datetime) -> None:
    assert truck_comes_in_its_window(come(at, slot=SLOT)) is None


@pytest.mark.parametrize("at", [SLOT - timedelta(hours=3) - A_MOMENT, SLOT - timedelta(minutes=10) + A_MOMENT])
def test_who_comes_too_early_or_too_late_for_his_slot_is_told_and_not_stopped(at: datetime) -> None:
    failure = truck_comes_in_its_window(come(at, slot=SLOT))
    assert failure is not None
    assert (failure.code, failure.severity, failure.field) == ("R042", Severity.WARN, "$.window_from")
    first, last = SLOT - timedelta(hours=3), SLOT - timedelta(minutes=10)
    assert failure.value == {"first": first.isoformat(), "last": last.isoformat(), "arrived": at.isoformat()}


@pytest.mark.parametrize(("at", "in_time"), [(0, True), (12 * 3600, True), (-1, False), (12 * 3600 + 1, False)])
def test_in_the_live_queue_the_truck_comes_when_it_was_planned(at: int, in_time: bool) -> None:  # noqa: FBT001 - the parameter is the case
    assert (truck_comes_in_its_window(come(MORNING + timedelta(seconds=at))) is None) is in_time


def test_who_was_there_in_time_may_come_and_go() -> None:
    early, late = SLOT - timedelta(hours=5), SLOT + timedelta(hours=1)
    assert truck_comes_in_its_window(come(early, SLOT - timedelta(hours=1), late, slot=SLOT)) is None
    assert truck_comes_in_its_window(come(early, late, slot=SLOT)) is not None


def test_before_anybody_comes_a_plan_is_held_against_the_slot_and_nothing_against_itself() -> None:
    assert truck_comes_in_its_window(come()) is None
    assert truck_comes_in_its_window(come(window_to=MORNING - A_MOMENT)) is None  # which is refused for itself
    assert truck_comes_in_its_window(come(slot=SLOT)) is None
    last = SLOT - timedelta(minutes=10)
    touching, after = come(slot=SLOT, window_from=last), come(slot=SLOT, window_from=last + A_MOMENT)
    assert truck_comes_in_its_window(touching) is None
    failure = truck_comes_in_its_window(after)
    assert failure is not None
    assert failure.value["arrived"] is None


def test_where_the_law_says_nothing_of_slots_the_plan_is_what_counts() -> None:
    dossier = Dossier(a_filing(), arrival=Arrival(SLOT, (MORNING,), None))
    assert truck_comes_in_its_window(dossier) is None
