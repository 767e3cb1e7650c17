"""The virtual gate with slots: holders come in their hour, numbers are kept beside them, no hour has too many calls."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import Queue
from services.queue_scheduling.simulator.booking import Demand, Sale, with_slots
from services.queue_scheduling.simulator.holders import BookedHours
from services.queue_scheduling.simulator.hourly import HourlyRun
from services.queue_scheduling.simulator.moment import Moment
from services.queue_scheduling.simulator.site import (
    Ending,
    Held,
    Site,
    Span,
    Truck,
    Visit,
    Whose,
    a_day,
    instant,
)
from services.queue_scheduling.simulator.slot_witness import AN_HOUR, BEFORE_DUE, OUTSIDE, OVERFULL, SENT_AWAY, TAKEN
from services.queue_scheduling.slots.buckets import BOOKABLE, kept_for
from services.queue_scheduling.slots.turn import Holder
from tests.bench.parts.peers import first_come
from tests.builders.simulated import Scene, a_scene, booked_scenes, sale_at
from tests.builders.slots import TERMS

WAITING, WAY = 30, 0.25


def queue_and(*holders: Truck, closed: Span | None = None) -> Scene:
    """One lane of six an hour, thirty who wait for it from the night on, and others."""
    site = Site([a_day(0, 1, changes=[closed] if closed else []), a_day(1, 1)], 6.0, WAY, places=5)
    trucks = [*(Truck(number, number / 100, travel=WAY) for number in range(WAITING)), *holders]
    return Scene(site, trucks, [1 / 6] * len(trucks))


def a_holder(arrives: float, slot: float, number: int = 0) -> Truck:
    return Truck(WAITING + number, arrives, travel=WAY, slot=slot)


def four_of_seven() -> list[Truck]:
    """Holders of the first hour who are there before it."""
    return [a_holder(5.0, 7.0, number) for number in range(4)]


def played(scene: Scene) -> tuple[BookedHours, Visit]:
    """The order, and what the holder did."""
    order = scene.booked_order
    visits = scene.hourly(order).visits
    assert order.witness.faults == Counter()
    assert {visit.state for visit in visits} == {Ending.SERVED}
    return order, visits[WAITING]


@settings(max_examples=40, deadline=None)
@given(booked=booked_scenes(), just_in_time=st.booleans())
def test_with_any_slots_no_promise_is_broken_no_hour_is_overfull_and_everybody_is_served_once(
    booked: tuple[Scene, Sale], *, just_in_time: bool
) -> None:
    scene, sale = booked
    order = scene.booked_order
    run = scene.hourly(order, just_in_time=just_in_time)
    assert order.witness.faults == Counter()
    assert all(sum(bucket.sold.values()) <= bucket.places for bucket in sale.buckets.values())
    most = max(scene.site.calls_an_hour(span.lanes) for day in scene.site.days for span in day.spans)
    early = max(len(day.spans) and day.spans[0].lanes for day in scene.site.days) + scene.site.places
    opening = {instant(day.opens - 1) for day in scene.site.days} if just_in_time else set()
    assert all(calls <= (early if hour in opening else most) for hour, calls in run.calls.items())
    assert sum(run.calls.values()) == sum(visit.calls for visit in run.visits)
    for visit in run.visits:
        again = visit.truck.misses and visit.truck.rejoins
        assert visit.state is not Ending.SERVED or visit.calls == (2 if again else 1)
    waiting = {v.truck.number for v in run.visits if v.state is Ending.WAITING}
    assert {crossing.int for crossing in order.book._places} <= waiting
    assert order.used + order.ended.total() <= sum(truck.slot is not None for truck in scene.trucks)


def test_a_holder_is_called_in_his_hour_while_others_wait_by_number() -> None:
    order, visit = played(queue_and(a_holder(8.5, slot=9.0)))
    assert visit.called == pytest.approx(9, abs=0.2)
    assert (order.used, order.ended) == (1, Counter())


def test_a_holder_who_comes_within_his_hour_is_still_called_in_it() -> None:
    order, visit = played(queue_and(a_holder(9.1, slot=9.0)))
    assert (order.used, order.ended) == (1, Counter())
    assert visit.called < 9.3


def test_a_holder_who_comes_when_his_hour_has_no_calls_left_comes_first_in_the_next() -> None:
    scene = queue_and(a_holder(9.5, slot=9.0))
    order, visit = played(replace(scene, services=[1 / 30] * len(scene.trucks)))
    assert (order.used, order.ended) == (0, {Whose.OURS: 1})
    assert visit.called == pytest.approx(10, abs=0.01)


def test_a_holder_who_comes_after_his_hour_takes_a_number() -> None:
    order, visit = played(queue_and(a_holder(10.1, slot=9.0)))
    assert order.ended == {Whose.OWN: 1}
    assert order.book.queue.called == WAITING + 1
    assert visit.called > 11


def test_a_holder_whose_hour_was_closed_comes_before_the_numbers() -> None:
    order, visit = played(queue_and(a_holder(8.5, slot=9.0), closed=Span(8.9, 11, 0)))
    assert order.ended == {Whose.OURS: 1}
    assert order.book.queue.called == WAITING
    assert visit.called == pytest.approx(11, abs=0.2)


@pytest.mark.parametrize(("whose", "first"), [(Whose.OWN, False), (Whose.OURS, True)])
def test_a_holder_held_over_his_hour_is_late_unless_the_gate_held_him(*, whose: Whose, first: bool) -> None:
    holder = replace(a_holder(8.5, slot=9.0), held=Held(8.6, 10.5, whose))
    order, visit = played(queue_and(holder))
    assert order.ended == {whose: 1}
    assert (visit.called < 11.1) is first
    assert order.book.queue.called == WAITING + (not first)


def test_a_holder_who_missed_his_call_joins_by_number() -> None:
    order, visit = played(queue_and(replace(a_holder(8.5, slot=9.0), misses=True, rejoins=True)))
    assert (order.used, visit.calls) == (1, 2)
    assert order.book.queue.called == WAITING + 1


def test_calls_before_the_opening_leave_the_first_hours_places_to_holders_who_are_there() -> None:
    scene = queue_and(*four_of_seven())
    visits = scene.hourly(scene.booked_order).visits
    early = [visit for visit in visits if visit.called < 7]
    assert len(early) == 5
    assert all(7 <= visit.called < 8 for visit in visits[WAITING:])


def test_any_order_is_held_to_the_hours_calls() -> None:
    scene = queue_and()
    quick = replace(scene, services=[1 / 30] * WAITING)
    assert sum(7 <= visit.called < 8 for visit in quick.play(first_come())) > 6
    for just_in_time in (True, False):
        run = quick.hourly(first_come(), just_in_time=just_in_time)
        assert max(run.calls.values()) == 6
        assert sum(7 <= visit.called < 8 for visit in run.visits) == 6


def test_without_calling_just_in_time_calls_are_spread_over_the_open_hour() -> None:
    scene = queue_and()
    called = [visit.called for visit in scene.hourly(first_come(), just_in_time=False).visits[:6]]
    assert called == pytest.approx([7 + (call * 10 - 1) / 60 for call in range(1, 7)])


def sold_at(share: str, demand: Demand) -> tuple[Sale, list[Truck]]:
    scene = a_scene(seed=1, trucks=400, days=3, lanes=8)
    sale = sale_at(scene.site, share)
    return sale, with_slots(sale, scene.trucks, demand, np.random.default_rng(1))


def test_an_hour_sells_its_share_and_keeps_places_for_standard_and_empty_trucks() -> None:
    sale, trucks = sold_at("0.2", Demand(asks=1.0))
    for starts, bucket in sale.buckets.items():
        sold = Counter(truck.ticket_class for truck in trucks if truck.slot == starts)
        assert sold == Counter({one: count for one, count in bucket.sold.items() if count})
        others = sum(kept_for(bucket.places, TERMS.least).values())
        assert sold[TicketClass.P2] <= bucket.places - others
    full = [bucket for bucket in sale.buckets.values() if sum(bucket.sold.values()) == bucket.places]
    assert len(full) > 20
    share = int(0.2 * sale.site.calls_an_hour(8) / 0.9)
    assert {bucket.places for bucket in full} == {share, share + 1}, "spread over the day"


def test_who_is_not_late_is_ready_when_his_hour_begins_and_waits_for_it_no_longer_than_a_night() -> None:
    _, punctual = sold_at("0.4", Demand(late=0.0))
    booked = [truck for truck in punctual if truck.slot is not None]
    assert len(booked) > 200
    assert all(0 <= truck.slot - truck.arrives < 15 for truck in booked if truck.slot is not None)
    _, half = sold_at("0.4", Demand(late=0.5))
    late = [truck for truck in half if truck.slot is not None and truck.arrives > truck.slot]
    assert 0.2 < len(late) / len([truck for truck in half if truck.slot is not None]) < 0.5


def test_only_classes_that_ask_have_slots() -> None:
    _, trucks = sold_at("0.4", Demand(classes=set(BOOKABLE) - {TicketClass.P2}))
    classes = {truck.ticket_class for truck in trucks if truck.slot is not None}
    assert classes == set(BOOKABLE) - {TicketClass.P2}


class AsksNobody(BookedHours):
    """A faulty order: holders are not asked for, so that the live queue has their places."""

    def from_slots(self, moment: Moment) -> tuple[bool, Truck | None]:
        self.witness.looks(moment)
        return False, None


class AnHourEarly(BookedHours):
    """A faulty order: holders are called before their hour."""

    def _of_hour(self, hour: datetime) -> list[Holder]:
        self._holders.setdefault(hour, []).extend(self._holders.pop(hour + AN_HOUR, ()))
        return super()._of_hour(hour)


class SendsAway(BookedHours):
    """A faulty order: whoever was not called in his hour is told that it was his own doing."""

    def hour_ends(self, hour: float) -> None:
        for crossing in self._holders.get(instant(hour - 1), ()):
            if self._seat(crossing):
                self.book.set_callable(crossing, can_come=False)
        super().hour_ends(hour)


class CountsNothing(HourlyRun):
    """A faulty gate: every hour has room for more."""

    def _next_at(self, moment: Moment) -> Truck | None:
        self._counts = Queue("simulated", Direction.EXPORT)
        return super()._next_at(moment)


def test_faults_planted_in_the_hours_are_found() -> None:
    scene, closed = queue_and(*four_of_seven()), queue_and(*four_of_seven(), closed=Span(7, 9, 0))
    found = {}
    for faulty, at in ((AsksNobody, scene), (AnHourEarly, scene), (SendsAway, closed)):
        honest = at.booked_order
        order = faulty(honest.site, honest.terms)
        at.hourly(order)
        found[faulty] = set(order.witness.faults)
    assert {BEFORE_DUE, TAKEN} <= found[AsksNobody]
    assert OUTSIDE in found[AnHourEarly]
    assert SENT_AWAY in found[SendsAway]
    order = scene.booked_order
    CountsNothing(scene.site, scene.trucks, [1 / 30] * len(scene.trucks), order).play()
    assert OVERFULL in order.witness.faults
