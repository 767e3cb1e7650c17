"""A demonstration's past is a plain one: the usual trucks, called in the open hours, the same every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.resources import files

import pytest

from bordergate.clock import HANOI
from bordergate.event import Envelope
from events.gate_operations import TruckCrossed, TruckLeftYard
from events.queue_scheduling import TruckCalled
from events.streams import CrossingEvent
from events.vehicle_registration import CrossingReady
from services.analytics.past import CLOSES, OPENS, Usual, a_week, day_before_which, lines_of, usual_day

UNTIL = datetime(2026, 5, 4, tzinfo=HANOI)
USUAL = usual_day((files("services.replay") / "published_day.csv").read_text("utf-8"))
FEW = [line for line in USUAL if line.route == "cn-1104"]


def stated(weeks_ago: int, usual: Sequence[Usual] = FEW) -> list[Envelope[CrossingEvent]]:
    return [*a_week(UNTIL, weeks_ago, usual)]


def test_the_usual_day_is_the_published_one() -> None:
    assert sum(line.trucks for line in USUAL) == 1_759


def test_each_week_has_about_seven_usual_days_in_it_and_no_truck_beyond() -> None:
    for weeks_ago in (1, 4):
        ready = [told.happened for told in stated(weeks_ago) if isinstance(told.data, CrossingReady)]
        assert 0.75 < len(ready) / (7 * sum(line.trucks for line in FEW)) < 1.05
        week = UNTIL - timedelta(weeks=weeks_ago)
        assert all(week - timedelta(hours=4) < at < week + timedelta(weeks=1) for at in ready)


def test_trucks_are_called_in_the_open_hours_and_go_their_whole_way() -> None:
    ways: dict[object, list[Envelope[CrossingEvent]]] = {}
    for told in stated(1):
        ways.setdefault(told.data.crossing_id, []).append(told)
    for way in ways.values():
        moments = [told.happened for told in way]
        assert moments == sorted(moments)
        assert isinstance(way[0].data, CrossingReady)
        assert isinstance(way[-1].data, TruckCrossed | TruckLeftYard)
    calls = Counter(told.happened.astimezone(HANOI).hour for told in stated(1) if isinstance(told.data, TruckCalled))
    assert min(calls) >= OPENS // timedelta(hours=1)
    assert sum(calls[hour] for hour in range(CLOSES // timedelta(hours=1), 24)) < calls.total() / 20


def test_the_same_days_are_invented_in_the_same_way() -> None:
    assert lines_of(UNTIL, FEW, 2) == lines_of(UNTIL, FEW, 2)
    assert lines_of(UNTIL, FEW, 2) != lines_of(UNTIL, FEW, 3)


@pytest.mark.parametrize(
    ("first", "now", "until"),
    [(None, 4, 4), (None, 16, 5), (7, 16, 4)],
    ids=["before the first papers", "too late for today", "once the log has a first day"],
)
def test_the_past_ends_where_the_first_day_begins(first: int | None, now: int, until: int) -> None:
    known = UNTIL + timedelta(hours=first) if first else None
    assert day_before_which(known, UNTIL + timedelta(hours=now)) == UNTIL + timedelta(days=until - 4)
