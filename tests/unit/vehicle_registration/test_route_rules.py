"""R040 and R041: a truck comes to an open route, with goods the route takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bordergate.clock import HANOI
from events.queue_scheduling import Closure, ClosureCause, OpenHours, RefusedGoods
from events.words import Direction, Goods
from services.vehicle_registration.domain.dossier import Dossier
from services.vehicle_registration.domain.route_plan import RoutePlan
from services.vehicle_registration.domain.route_rules import route_opens_in_the_window, route_takes_the_goods
from tests.builders.registration import a_filing

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
