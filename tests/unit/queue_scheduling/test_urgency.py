"""How a perishable's value falls while it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.ids import new_id
from events.words import TicketClass
from services.queue_scheduling.dispatch.book import Line, Place
from services.queue_scheduling.dispatch.urgency import changed, lot_of, urgencies, urgency, urgency_of, value_lost
from services.queue_scheduling.domain.hours import Hours
from services.queue_scheduling.domain.terms import Terms, horizon_at
from tests.builders.queue import TEN

TWO_HOURS = timedelta(hours=2)
HOURS = st.floats(0.1, 200)
TERMS = Terms(
    graces={},
    call_valid=timedelta(hours=1),
    dangerous_share=Decimal("0.5"),
    horizon=TWO_HOURS,
    horizon_over_night=timedelta(hours=14),
    urgency_every=timedelta(minutes=15),
    perishable_chapters=frozenset(),
)


@pytest.mark.parametrize(("waited", "lost"), [(0, 0), (4, 0), (30, 0.25), (40, 0.625), (50, 1), (70, 1), (17, 0.125)])
def test_value_falls_slowly_then_fast_then_is_gone(waited: float, lost: float) -> None:
    assert value_lost(waited, 50) == pytest.approx(lost)


@given(waited=HOURS, more=HOURS, shelf_life=HOURS)
def test_value_never_comes_back(waited: float, more: float, shelf_life: float) -> None:
    assert 0 <= value_lost(waited, shelf_life) <= value_lost(waited + more, shelf_life) <= 1


@given(shelf_life=HOURS, beyond=st.floats(0, 100))
def test_nothing_is_urgent_once_nothing_is_left_to_save(shelf_life: float, beyond: float) -> None:
    assert urgency(shelf_life + beyond, shelf_life, 2) == 0
    assert urgency(0, 0, 2) == urgency(0, -3, 2) == 0


def test_a_shorter_life_is_more_urgent() -> None:
    assert urgency(20, 30, 2) > urgency(20, 54, 2) > urgency(20, 95, 2) > 0


def test_equal_loads_in_the_same_stretch_are_equally_urgent_to_the_last_digit() -> None:
    assert len({urgency(waited / 7, 54, 2) for waited in range(50, 200)}) == 1


@given(loads=st.lists(st.tuples(HOURS, st.floats(-5, 200)), min_size=1), horizon=st.sampled_from((2.0, 14.0)))
def test_many_loads_are_as_urgent_as_each_alone_to_the_last_digit(
    loads: list[tuple[float, float]], horizon: float
) -> None:
    waited, lives = np.array(loads).T
    assert urgencies(waited, lives, horizon).tolist() == [urgency(*load, horizon) for load in loads]


def test_nobody_waiting_means_nothing_changed() -> None:
    assert changed([], TEN, TWO_HOURS) == {}


def test_only_what_crossed_into_another_stretch_is_written_again() -> None:
    place = Place(new_id(), TicketClass.P2, Line.PERISHABLE, joined_at=TEN, spoils_at=TEN + timedelta(hours=54))
    at = TEN + timedelta(hours=10)
    known = replace(place, urgency=urgency_of(place, at, TWO_HOURS))
    assert changed([known], at + timedelta(hours=1), TWO_HOURS) == {}
    assert list(changed([known], TEN + timedelta(hours=40), TWO_HOURS)) == [known.crossing_id]


def test_what_does_not_spoil_is_never_urgent() -> None:
    assert urgency_of(Place(new_id(), TicketClass.P4, Line.STANDARD, joined_at=TEN), TEN, TWO_HOURS) == 0


def test_a_ticket_draws_the_same_lot_every_time_and_another_on_another_day() -> None:
    crossing = new_id()
    assert lot_of(b"monday", crossing) == lot_of(b"monday", crossing) != lot_of(b"tuesday", crossing)


def test_before_closing_the_night_counts() -> None:
    hours = Hours(7 * 60, 19 * 60, 26)
    assert horizon_at(TERMS, hours, TEN + timedelta(hours=7)) == TWO_HOURS
    assert horizon_at(TERMS, hours, TEN + timedelta(hours=7, minutes=1)) == timedelta(hours=14)
    assert horizon_at(TERMS, None, TEN) == timedelta(hours=14)
