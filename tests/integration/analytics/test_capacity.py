"""The capacity of the hours so far, with what closures take from it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bordergate.ids import new_id
from events.queue_scheduling import Closure, ClosureCause, OpenHours, RoutePublished, TruckCalled
from events.words import Direction
from services.analytics.domain import By, Figure
from services.analytics.queries import Group, Question, figures_of
from tests.builders.days import MIDNIGHT
from tests.builders.news import as_record, enveloped
from tests.builders.queue import a_ready_crossing
from tests.gates import StillGate

DAY = timedelta(days=1)
MONDAY = date(2026, 4, 27)
HOURS = tuple(
    OpenHours(weekday=day, opens="07:30", closes="12:00", export_per_hour=20, import_per_hour=40) for day in range(7)
)


def a_closure(starts: str, ends: str, first: date = MONDAY, days: int | None = 1) -> Closure:
    after = first + days * DAY if days else None
    return Closure(first_day=first, after=after, starts=starts, ends=ends, cause=ClosureCause.WEATHER)


def publish(gate: StillGate, *closures: Closure, sequence: int = 1, at: timedelta = timedelta()) -> None:
    plan = RoutePublished(
        route="hn-1119", gate="gate", label="hn-1119", opposite="", hours=HOURS, closures=tuple(closures)
    )
    gate.publish(as_record(enveloped(plan, sequence, source="queue_scheduling", time=MIDNIGHT + at)))
    gate.settle()


def call(gate: StillGate, at: datetime) -> None:
    """A truck is called."""
    crossing = new_id()
    about = {"crossing_id": crossing, "route": "hn-1119", "direction": Direction.EXPORT}
    called = TruckCalled(**about, number=1, valid_until=at + timedelta(hours=1))
    gate.publish(as_record(enveloped(a_ready_crossing(crossing), source="vehicle_registration", time=at)))
    gate.publish(as_record(enveloped(called, source="queue_scheduling", time=at)))
    gate.settle()


def capacity(gate: StillGate, day: int = 0, now: datetime = MIDNIGHT + 30 * DAY) -> dict[str, float | None]:
    """Trucks of both directions by the clock's hour, of one day."""
    question = Question(MIDNIGHT + day * DAY, MIDNIGHT + (day + 1) * DAY, By.CLOCK)
    groups = gate.look("analytics", lambda session: figures_of(session, question, now))
    told = {group.key: group.capacity for group in map(Group.model_validate, groups)}
    return {hour: trucks for hour, trucks in told.items() if trucks}


@pytest.mark.parametrize(
    ("closures", "left"),
    [
        ((), {"7": 30, "8": 60, "9": 60, "10": 60, "11": 60}),
        ((a_closure("08:00", "09:30"),), {"7": 30, "9": 30, "10": 60, "11": 60}),
        ((a_closure("08:00", "10:00"), a_closure("09:00", "11:45")), {"7": 30, "11": 15}),
        ((a_closure("00:00", "24:00", days=None),), {}),
        ((a_closure("07:00", "07:45"), a_closure("23:00", "24:00")), {"7": 15, "8": 60, "9": 60, "10": 60, "11": 60}),
    ],
)
def test_closures_take_their_share_of_an_hours_capacity(
    still_gate: StillGate, closures: tuple[Closure, ...], left: dict[str, float]
) -> None:
    publish(still_gate, *closures)
    assert capacity(still_gate) == pytest.approx(left)


def test_a_closure_ends_with_its_last_day(still_gate: StillGate) -> None:
    publish(still_gate, a_closure("00:00", "24:00", MONDAY, 2))
    assert [sum(filter(None, capacity(still_gate, day).values())) for day in range(3)] == [0, 0, 270]


def test_a_closure_counts_from_when_it_was_published_and_no_longer_than_it_was(still_gate: StillGate) -> None:
    publish(still_gate)
    publish(still_gate, a_closure("00:00", "24:00", days=None), sequence=2, at=DAY)
    publish(still_gate, sequence=3, at=2 * DAY)
    assert [sum(filter(None, capacity(still_gate, day).values())) for day in range(3)] == [270, 0, 270]


@pytest.mark.parametrize(
    ("minutes", "so_far"),
    [
        (7 * 60 + 29, {}),
        (7 * 60 + 30, {"7": 1}),
        (7 * 60 + 59, {"7": 30}),
        (8 * 60 + 14, {"7": 30, "8": 15}),
        (9 * 60 + 14, {"7": 30, "8": 60, "9": 0}),
        (9 * 60 + 44, {"7": 30, "8": 60, "9": 15}),
    ],
)
def test_of_the_present_hour_counts_what_the_queue_may_have_called(
    still_gate: StillGate, minutes: int, so_far: dict[str, float]
) -> None:
    publish(still_gate, a_closure("09:00", "09:30"))
    told = capacity(still_gate, now=MIDNIGHT + timedelta(minutes=minutes, seconds=20))
    assert told == pytest.approx({hour: trucks for hour, trucks in so_far.items() if trucks})


def test_hours_before_the_first_plan_have_no_capacity(still_gate: StillGate) -> None:
    publish(still_gate, at=DAY + timedelta(hours=9, minutes=20))
    assert [sum(filter(None, capacity(still_gate, day).values())) for day in range(3)] == [0, 180, 270]


def test_calls_made_evenly_use_what_there_is_and_no_more(still_gate: StillGate) -> None:
    publish(still_gate)
    now = MIDNIGHT + timedelta(hours=8, minutes=29, seconds=40)
    for minute in range(7 * 60 + 30, 8 * 60 + 30):
        call(still_gate, MIDNIGHT + timedelta(minutes=minute))
    question = Question(MIDNIGHT, MIDNIGHT + DAY)
    (group,) = still_gate.look("analytics", lambda session: figures_of(session, question, now))
    assert group["figures"][Figure.CAPACITY_USED]["value"] == pytest.approx(1)
