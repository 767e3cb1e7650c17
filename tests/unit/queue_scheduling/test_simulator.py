"""The virtual gate: it repeats itself, loses nobody, and the order it plays keeps every promise."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings

from events.words import TicketClass
from services.queue_scheduling.simulator.laws import BUSY_HOURS, LIFE, Laws, Spread, hours_of_day, trucks_of
from services.queue_scheduling.simulator.order import PromisedNumbers
from services.queue_scheduling.simulator.run import Run
from services.queue_scheduling.simulator.site import Ending, Held, Site, Span, Truck, Visit, Whose, a_day, never_closed
from tests.bench.parts.peers import first_come
from tests.builders.simulated import Scene, a_scene, scenes

OVER = {Ending.SERVED, Ending.MISSED, Ending.WITHDRAWN}
FREE = never_closed(1)


def told(visits: list[Visit]) -> list[tuple[Ending, int, float]]:
    return [(visit.state, visit.calls, 0.0 if math.isnan(visit.left) else visit.left) for visit in visits]


def test_the_same_seed_is_the_same_day_to_the_last_truck() -> None:
    first, again = (a_scene(seed=7) for _ in range(2))
    assert told(first.play(first.order)) == told(again.play(again.order))


def test_another_seed_is_another_day() -> None:
    first, other = a_scene(seed=7), a_scene(seed=8)
    assert told(first.play(first.order)) != told(other.play(other.order))


def test_every_truck_that_came_is_served_in_the_end() -> None:
    scene = a_scene(seed=3)
    visits = scene.play(scene.order)
    assert Counter(visit.state for visit in visits) == {Ending.SERVED: len(scene.trucks)}
    missed = [visit for visit in visits if visit.truck.misses]
    assert missed
    assert all(visit.calls == 2 for visit in missed)


def test_a_truck_is_served_after_its_journey_and_in_opening_hours() -> None:
    scene = a_scene(seed=5, trucks=70)
    for visit in scene.play(scene.order):
        assert visit.entered >= visit.called + visit.truck.travel
        assert visit.called >= visit.truck.arrives
        assert 7 <= visit.entered % 24 < 19


def test_a_closed_gate_calls_nobody_and_then_goes_on() -> None:
    site = Site([a_day(0, 1, changes=[Span(9, 11, 0)])], per_lane=6, places=2)
    trucks = [Truck(number, 7.0) for number in range(20)]
    scene = Scene(site, trucks, [1 / 6] * 20)
    visits = scene.play(first_come())
    assert not [visit for visit in visits if 9 <= visit.called < 11]
    assert max(visit.left for visit in visits) == pytest.approx(7 + 20 / 6 + 2, abs=0.2)


def test_fewer_lanes_serve_fewer_trucks() -> None:
    day = a_day(0, 4, changes=[Span(9, 12, 2)])
    assert [(span.start, span.end, span.lanes) for span in day.spans] == [(7, 9, 4), (9, 12, 2), (12, 19, 4)]
    scene = Scene(Site([day], per_lane=1), [Truck(number, 7.0) for number in range(40)], [1.0] * 40)
    begun = Counter(int(visit.entered) for visit in scene.play(first_come()))
    assert (begun[8], begun[10], begun[13]) == (4, 2, 4)


def test_trucks_wait_on_the_apron_when_the_lanes_open() -> None:
    scene = Scene(
        Site([a_day(0, 2)], 60 / 9, travel=0.4, places=5), [Truck(n, 0.0, travel=0.4) for n in range(30)], [0.15] * 30
    )
    run = Run(scene.site, scene.trucks, scene.services, first_come())
    visits = run.play()
    assert min(visit.called for visit in visits) == pytest.approx(7 - 0.4 - 0.25)
    assert sorted(visit.entered for visit in visits)[:2] == [7, 7]
    assert 4 <= run.fullest_apron <= 6


def test_a_full_place_turns_trucks_back() -> None:
    trucks = [Truck(number, float(number) / 100) for number in range(5)]
    visits = Scene(Site([FREE], per_lane=1, room=3), trucks, [1.0] * 5).play(first_come())
    assert [visit.state for visit in visits] == [Ending.SERVED] * 3 + [Ending.TURNED_BACK] * 2


def test_who_withdraws_while_waiting_is_not_called() -> None:
    trucks = [Truck(0, 0.0), Truck(1, 0.1), Truck(2, 0.2, withdraws=0.5), Truck(3, 0.3, withdraws=9.0)]
    visits = Scene(Site([FREE], per_lane=1), trucks, [1.0] * 4).play(first_come())
    assert [visit.state for visit in visits] == [Ending.SERVED, Ending.SERVED, Ending.WITHDRAWN, Ending.SERVED]
    assert [visit.calls for visit in visits] == [1, 1, 0, 1]


@pytest.mark.parametrize(("whose", "first"), [(Whose.OWN, False), (Whose.OURS, True)])
def test_a_truck_called_over_while_held_comes_first_afterwards_only_if_the_gate_had_held_it(
    *, whose: Whose, first: bool
) -> None:
    held = Truck(1, 0.1, held=Held(0.1, 2.5, whose))
    trucks = [Truck(0, 0.0), held, *(Truck(number, 0.2) for number in range(2, 8))]
    scene = Scene(Site([FREE], per_lane=1), trucks, [1.0] * 8)
    order = scene.order
    visits = scene.play(order)
    assert visits[1].called == (3.0 if first else 7.0)
    assert not order.witness.faults


@settings(max_examples=60, deadline=None)
@given(scene=scenes())
def test_in_any_short_scene_nobody_is_lost_and_no_promise_is_broken(scene: Scene) -> None:
    order = scene.order
    visits = scene.play(order)
    assert [visit.truck.number for visit in visits] == list(range(len(scene.trucks)))
    waiting = [visit for visit in visits if visit.state not in OVER]
    assert {UUID(int=visit.truck.number) for visit in waiting if visit.state is Ending.WAITING} >= set(
        order.book._places
    )
    assert all(visit.state in {Ending.WAITING, Ending.ON_APRON} for visit in waiting)
    assert order.witness.faults == Counter()


def test_a_crisis_saves_what_can_be_saved_and_breaks_nothing() -> None:
    trucks = [
        *(Truck(n, -100 + n / 10, TicketClass.P2, 0.4, 24.0, 24.0) for n in range(150)),
        *(Truck(n, n / 10, TicketClass.P2, 0.4, 30.0, 30.0) for n in range(150, 200)),
    ]
    site = Site([a_day(day, 1) for day in range(6)], 60 / 9, 0.4, 5)
    calm = Scene(site, trucks, [0.15] * 200, tight=True)
    crisis = replace(calm, crisis=((0.0, 999.0),))
    orders = [calm.order, crisis.order]
    fresh = [
        sum(v.entered - v.truck.arrives < 20 for v in scene.play(o))
        for scene, o in zip((calm, crisis), orders, strict=True)
    ]
    assert fresh[1] > fresh[0]
    assert orders[1].witness.exchanged > 50
    assert [order.witness.faults for order in orders] == [Counter(), Counter()]


def test_arrivals_follow_the_profile_of_the_day() -> None:
    hours = hours_of_day(BUSY_HOURS, 100_000, np.random.default_rng(1))
    shares = {(start, end): np.mean((hours >= start) & (hours < end)) for start, end, _ in BUSY_HOURS}
    assert shares == pytest.approx({(start, end): share for start, end, share in BUSY_HOURS}, abs=0.005)
    assert 0 <= hours.min() < hours.max() < 24


def test_laws_have_the_mean_and_the_spread_they_are_given() -> None:
    dice = np.random.default_rng(1)
    drawn = Spread(9, 0.5).draw(dice, 200_000)
    assert (drawn.mean(), drawn.std() / drawn.mean()) == pytest.approx((9, 0.5), rel=0.01)
    assert np.quantile(LIFE.draw(dice, 200_000), [0.05, 0.95]) == pytest.approx([24, 120], rel=0.01)


def test_trucks_are_drawn_in_their_shares() -> None:
    trucks = trucks_of(Laws(0.5, 0.05), [4_000] * 5, np.random.default_rng(1))
    shares = Counter(truck.ticket_class for truck in trucks)
    assert shares[TicketClass.P2] / len(trucks) == pytest.approx(0.5, abs=0.02)
    assert shares[TicketClass.P4] / len(trucks) == pytest.approx(0.35, abs=0.02)
    assert sum(truck.misses for truck in trucks) / len(trucks) == pytest.approx(0.05, abs=0.01)
    assert all((truck.life is not None) == (truck.ticket_class is TicketClass.P2) for truck in trucks)


class SellsPlaces(PromisedNumbers):
    """A corrupt order: now and then somebody at the end is called under the next number."""

    def next(self) -> Truck | None:
        places = [place for place in self.book._places.values() if place.line.value == "STANDARD"]
        if self.book.queue.called % 7 == 3 and len(places) > 5:
            place = max(places, key=lambda place: place.turn)
            self.book.queue.called += 1
            self.book.unseat(place.crossing_id)
            self.book.queue.numbered -= 1
            self.book.drop(place.line, self.book.largest(place.line) or 0)
            self.witness.called(place.crossing_id, self.book.queue.called)
            return self._trucks[place.crossing_id]
        return super().next()


class ForgetsNumbers(PromisedNumbers):
    """A faulty order: now and then a number is left out."""

    def next(self) -> Truck | None:
        if self.book.queue.called % 7 == 3:
            self.book.queue.called += 1
        return super().next()


class FallsTooFar(PromisedNumbers):
    """A faulty order: in a crisis the spoiled fall back further than their receipts say."""

    def refresh(self, at: float) -> None:
        for crossing in list(self._fresh):
            place = self.book.place_of(crossing)
            if place is not None and place.second is not None:
                self.book.unseat(crossing)
                self.book.seat(replace(place, second=place.second + 500))
        super().refresh(at)


@pytest.mark.parametrize(
    ("faulty", "found"),
    [
        (SellsPlaces, "a standard truck overtook one that could come"),
        (ForgetsNumbers, "a number left out or used twice"),
        (FallsTooFar, "an exchange that no receipt allows"),
    ],
)
def test_a_planted_fault_in_the_order_is_found(faulty: type[PromisedNumbers], found: str) -> None:
    scene = replace(a_scene(seed=11, trucks=120, days=2), crisis=((0.0, 999.0),))
    trucks = [replace(truck, life=truck.life and 3.0, declared=truck.life and 3.0) for truck in scene.trucks]
    scene = replace(scene, trucks=trucks)
    honest = scene.order
    order = faulty(honest.site, honest.terms, honest.second, honest.crisis)
    scene.play(order)
    assert order.witness.faults[found]
    scene.play(honest)
    assert honest.witness.faults == Counter()
