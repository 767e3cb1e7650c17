"""What the history tells never lets anybody be recognised: neither in a group nor by subtracting one from another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.disclosure import FLOOR
from events.words import TicketClass
from services.queue_scheduling.open_data.history import Counted, classes_told, spans, told_of
from tests.builders.queue import TEN

COUNTS = st.dictionaries(st.sampled_from(list(TicketClass)), st.integers(0, 12))


@given(by_class=COUNTS)
def test_no_class_under_five_is_told_nor_follows_from_the_total(by_class: dict[TicketClass, int]) -> None:
    told = classes_told(by_class)
    hidden = {one: by_class[one] for one, calls in told.items() if calls is None}
    assert all(calls is None or calls == by_class.get(one, 0) for one, calls in told.items())
    assert not any(0 < calls < FLOOR for calls in told.values() if calls is not None)
    total = told_of(Counted(by_class), settled=True)["calls"]
    if total is not None and hidden:
        assert len(hidden) > 1


@pytest.mark.parametrize(
    ("calls", "missed", "settled", "told"),
    [
        (40, 6, True, 6),
        (40, 0, True, 0),
        (40, 3, True, None),
        (40, 6, False, None),
        (8, 5, True, None),
        (0, 0, False, 0),
    ],
)
def test_no_shows_are_told_once_all_calls_have_run_out_and_not_of_too_few(
    calls: int,
    missed: int,
    settled: bool,  # noqa: FBT001 - a case's column
    told: int | None,
) -> None:
    counted = Counted({TicketClass.P4: calls}, no_shows=missed)
    assert told_of(counted, settled=settled)["no_shows"] == told
    counted.open = 1
    assert told_of(counted, settled=settled)["no_shows"] == (None if calls else told), "one call was made longer"


def test_waits_are_told_to_five_minutes_and_from_five_trucks_on() -> None:
    counted = Counted({TicketClass.P4: 5}, wait_p50=42.4, wait_p90=118, foreseen=5, within=0.8123)
    told = told_of(counted, settled=True)
    assert (told["wait_p50_minutes"], told["wait_p90_minutes"], told["forecast_within"]) == (40, 120, 0.81)
    few = told_of(Counted({TicketClass.P4: 4}, overrides=2, wait_p50=42), settled=True)
    assert (few["calls"], few["wait_p50_minutes"], few["overrides"]) == (None, None, 2)
    nearly = told_of(Counted({TicketClass.P4: 5}, wait_p50=2.6), settled=True)
    assert nearly["wait_p50_minutes"] == 5


def test_a_day_has_twenty_four_hours() -> None:
    assert len(spans(TEN, TEN + timedelta(days=1), timedelta(hours=1), kept_since=TEN)) == 24


def test_hours_that_were_over_when_the_history_began_are_left_out() -> None:
    begun = TEN + timedelta(hours=2, minutes=10)
    told = spans(TEN, TEN + timedelta(hours=4), timedelta(hours=1), kept_since=begun)
    assert told == [TEN + timedelta(hours=2), TEN + timedelta(hours=3)]
