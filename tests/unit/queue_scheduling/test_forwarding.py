"""The system calls just in time: never beyond the hour's capacity, never more than the gate has room for (I1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import Queue
from services.queue_scheduling.dispatch.forward import Underway, calls_to_make
from services.queue_scheduling.domain.forwarding import (
    Forwarding,
    Plan,
    Waits,
    calls_now,
    early_of,
    first_call,
    next_look,
)
from services.queue_scheduling.domain.hours import Hours, calls_left, hour_of
from tests.builders.queue import TEN

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SEVEN = TEN - 3 * HOUR
DAY = Hours(7 * 60, 19 * 60, 60, early=14)
NOBODY = Underway(0, 0, 0)
GATE = Forwarding(just_in_time=True, lanes=4, places=10, travel=0.5, no_shows=0.0, deviations=2.0)


SPREAD = replace(GATE, just_in_time=False)


def a_queue() -> Queue:
    return Queue("hn-1119", Direction.EXPORT)


def planned(
    forwarding: Forwarding,
    queue: Queue | None = None,
    hours: Hours | None = DAY,
    there: Underway = NOBODY,
    now: datetime = TEN,
) -> Plan:
    return calls_now(forwarding, queue or a_queue(), hours, now, there=there, lately=0)


def test_calls_are_made_until_as_many_are_underway_as_are_wanted() -> None:
    plan = planned(GATE)
    assert plan.calls == 44, "four in the lanes, thirty on a journey of half an hour, ten on the apron"
    assert plan.waits is Waits.NOTHING
    assert planned(GATE, there=Underway(4, 10, 30)).waits is Waits.ENOUGH_UNDERWAY
    assert planned(GATE, there=Underway(4, 9, 30)).calls == 1


@pytest.mark.parametrize(
    ("at", "calls", "waits"),
    [
        (SEVEN - 46 * MINUTE, 0, Waits.NOT_OPEN_YET),
        (SEVEN - 45 * MINUTE, 14, Waits.NOTHING),
        (SEVEN, 44, Waits.NOTHING),
        (SEVEN + 12 * HOUR - 10 * MINUTE, 10, Waits.NOTHING),
        (SEVEN + 12 * HOUR, 0, Waits.NOT_OPEN_YET),
    ],
)
def test_calling_begins_a_journey_before_the_opening_and_ends_with_what_can_still_be_served(
    at: datetime, calls: int, waits: Waits
) -> None:
    plan = planned(GATE, now=at)
    assert (plan.calls, plan.waits) == (calls, waits)
    assert plan.at == (max(at, SEVEN) if calls else at), "who is called before the opening comes from then on"


def test_calls_before_the_opening_leave_the_hour_that_it_begins_all_its_own() -> None:
    queue = a_queue()
    for _ in range(planned(GATE, queue, now=SEVEN - MINUTE).calls):
        queue.count(hour_of(SEVEN - MINUTE), TicketClass.P4)
    assert planned(GATE, queue, now=SEVEN - MINUTE).waits is Waits.HOUR_FULL
    assert calls_left(queue, DAY, SEVEN) == 60


def test_before_the_closing_nobody_is_called_for_nothing() -> None:
    assert planned(GATE, there=Underway(4, 6, 0), now=SEVEN + 12 * HOUR - 10 * MINUTE).waits is Waits.CLOSING


def test_a_stopped_route_calls_nobody_and_a_full_hour_nobody_more() -> None:
    queue = a_queue()
    assert planned(GATE, queue, None).waits is Waits.STOPPED
    for _ in range(60):
        queue.count(hour_of(TEN), TicketClass.P4)
    plan = planned(GATE, queue)
    assert (plan.calls, plan.waits) == (0, Waits.HOUR_FULL)


def test_without_the_regime_calls_are_spread_over_the_hour() -> None:
    plan = planned(SPREAD, now=TEN + 2 * MINUTE)
    assert (plan.calls, plan.waits) == (3, Waits.SPREAD)
    assert next_look(SPREAD, SEVEN - HOUR, [DAY]) == SEVEN


@pytest.mark.parametrize(("minute", "waits"), [(29, Waits.SPREAD), (30, Waits.NOT_OPEN_YET), (59, Waits.NOT_OPEN_YET)])
def test_nobody_is_called_in_a_closure_whatever_its_hour_has_left(minute: int, waits: Waits) -> None:
    hours = Hours(7 * 60, 19 * 60, 26, ((10 * 60 + 30, 11 * 60 + 30),))
    plan = planned(SPREAD, hours=hours, now=TEN + minute * MINUTE)
    assert (plan.calls > 0, plan.waits) == (waits is Waits.SPREAD, waits)


def test_a_long_journey_begins_no_earlier_than_the_hour_before_whose_calls_count() -> None:
    far = Forwarding(just_in_time=True, lanes=4, places=10, travel=3.0, no_shows=0.0, deviations=2.0)
    assert first_call(far, SEVEN) == SEVEN - HOUR
    assert first_call(far, SEVEN + 30 * MINUTE) == SEVEN - HOUR
    assert next_look(far, SEVEN - 5 * HOUR, [DAY]) == SEVEN - HOUR
    assert next_look(far, SEVEN - 50 * MINUTE, [DAY]) == SEVEN - 49 * MINUTE


@given(target=st.floats(0, 500), counted=st.floats(0, 500), no_shows=st.floats(0, 0.5), left=st.integers(0, 200))
def test_so_many_are_called_that_the_last_was_still_wanted_and_the_next_is_not(
    target: float, counted: float, no_shows: float, left: int
) -> None:
    calls = calls_to_make(target, counted, no_shows, left)
    assert 0 <= calls <= left
    if calls:
        assert counted + (calls - 1) * (1 - no_shows) < target
    if calls < left:
        assert counted + calls * (1 - no_shows) >= target - 1e-6


class GateMachine(RuleBasedStateMachine):
    """A gate whose waiting area lies beside it: whoever is called stands on the apron at once."""

    @initialize(
        lanes=st.integers(1, 6), places=st.integers(0, 20), per_hour=st.integers(1, 120), starts=st.integers(0, 800)
    )
    def opens(self, lanes: int, places: int, per_hour: int, starts: int) -> None:
        self.gate = Forwarding(True, lanes, places, 0.0, 0.0, 2.0)  # noqa: FBT003 - just in time
        closed = ((12 * 60, 13 * 60),)
        self.hours = Hours(7 * 60, 19 * 60, per_hour, closed, early_of(lanes, places, just_in_time=True))
        self.queue, self.now = a_queue(), SEVEN - 2 * HOUR + starts * MINUTE
        self.lanes = self.apron = 0
        self.paused = False
        self.made: dict[datetime, int] = {}

    @rule(minutes=st.integers(1, 45))
    def time_goes_on(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule()
    def pauses_or_goes_on(self) -> None:
        self.paused = not self.paused

    @rule(per_hour=st.integers(0, 120))
    def is_reduced(self, per_hour: int) -> None:
        self.hours = replace(self.hours, per_hour=per_hour)

    @rule(trucks=st.integers(1, 8))
    def lanes_are_served(self, trucks: int) -> None:
        self.lanes -= min(self.lanes, trucks)
        self._drive_up()

    @rule()
    def calls(self) -> None:
        there = Underway(self.lanes, self.apron, 0)
        plan = planned(self.gate, self.queue, None if self.paused else self.hours, there, self.now)
        for _ in range(plan.calls):
            self.queue.count(hour_of(self.now), TicketClass.P4)
            self.apron += 1
        if plan.calls:
            hour = hour_of(self.now)
            self.made[hour] = self.made.get(hour, 0) + plan.calls
            assert not self.paused
            assert self.made[hour] <= self.hours.room(self.now), "I1: more calls than the capacity of the moment"
            assert self.hours.is_open(plan.at)
        self._drive_up()

    def _drive_up(self) -> None:
        moving = min(self.gate.lanes - self.lanes, self.apron)
        self.lanes, self.apron = self.lanes + moving, self.apron - moving

    @invariant()
    def the_apron_never_holds_more_than_its_places(self) -> None:
        if hasattr(self, "gate"):
            assert self.apron <= self.gate.places


GateMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None, print_blob=True)
TestNeverAboveTheApronsPlaces = GateMachine.TestCase
