"""The measure of the order of calls measures what it says: optimum, intervals, scenes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from events.words import TicketClass
from services.queue_scheduling.dispatch.urgency import value_lost
from services.queue_scheduling.simulator.site import Ending, Held, Truck, Visit, Whose
from services.queue_scheduling.slots.buckets import BOOKABLE
from tests.bench import policy
from tests.bench.parts import scenes, trials
from tests.bench.parts.intervals import change
from tests.bench.parts.optimum import least_loss, losses
from tests.bench.parts.peers import first_come, fixed_pattern
from tests.bench.parts.scenes import Draw
from tests.bench.parts.slot_trials import Gate

DAY = scenes.small(Draw(2), 1.3)


def a_visit(number: int, arrives: float, called: float, life: float | None) -> Visit:
    ticket_class = TicketClass.P2 if life else TicketClass.P4
    truck = Truck(number, arrives, ticket_class, life=life, declared=life)
    return Visit(truck, Ending.SERVED, called, called + 0.5, called + 0.7, 1)


@pytest.mark.parametrize("seed", range(6))
def test_the_optimum_is_the_best_of_all_orders(seed: int) -> None:
    dice = np.random.default_rng(seed)
    arrives, called = np.sort(dice.uniform(0, 30, 6)), np.sort(dice.uniform(30, 90, 6))
    lives = [None if dice.random() < 0.3 else float(dice.uniform(20, 90)) for _ in range(6)]
    visits = [a_visit(n, *row) for n, row in enumerate(zip(arrives, called, lives, strict=True))]
    promises = {number: number + int(dice.integers(1, 4)) for number in range(6)}

    def loss(order: tuple[int, ...]) -> float:
        at = dict(zip(order, called, strict=True))
        return sum(value_lost(at[v.truck.number] + 0.5 - v.truck.arrives, v.truck.life) for v in visits if v.truck.life)

    orders = list(itertools.permutations(range(6)))
    kept = [order for order in orders if all(order.index(number) < promises[number] for number in order)]
    assert least_loss(visits) == pytest.approx(min(map(loss, orders)))
    assert least_loss(visits, promises) == pytest.approx(min(map(loss, kept)))


def test_promises_that_nobody_could_keep_are_no_optimum() -> None:
    visits = [a_visit(0, 0, 1, None), a_visit(1, 0, 2, None)]
    with pytest.raises(AssertionError, match="not everybody"):
        least_loss(visits, {0: 1, 1: 1})


def test_no_order_loses_less_than_the_optimum() -> None:
    optimum = least_loss(trials.played(DAY, first_come()).visits)
    assert optimum <= trials.played(DAY, first_come()).loss()
    assert optimum <= trials.promised(DAY, graces=scenes.SMALL_GRACES).loss() + 1e-9


def test_the_loss_at_many_waits_is_the_dispatchs_own() -> None:
    waits = np.linspace(0, 90, 200)
    assert losses(waits, 54.0) == pytest.approx([value_lost(wait, 54.0) for wait in waits])


def test_a_change_is_certain_when_every_seed_says_the_same() -> None:
    found = change([5, 10, 20], [10, 20, 40])
    assert (found.per_cent, found.half_width) == pytest.approx((-50, 0))
    assert change([5, 16, 20], [10, 20, 40]).upper > -50


def test_an_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    dice = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        base = dice.uniform(5, 15, 20)
        found = change(base * 0.8 + dice.normal(0, 1, 20), base)
        held += found.per_cent - found.half_width <= -20 <= found.upper
    assert 0.90 <= held / 400 <= 0.99


def test_orders_meet_the_same_trucks_and_let_in_as_many() -> None:
    runs = [trials.played(DAY, order) for order in (first_come(), fixed_pattern())]
    entered = [sorted(round(visit.entered, 6) for visit in run.visits) for run in runs]
    assert entered[0] == pytest.approx(entered[1], abs=0.2)
    assert runs[0].loss() != runs[1].loss()


def test_the_fixed_pattern_calls_five_standard_trucks_of_eight() -> None:
    order = fixed_pattern()
    classes = [TicketClass.P2, TicketClass.P3, TicketClass.P4, TicketClass.P5]
    for number in range(80):
        order.join(Truck(number, 0.0, classes[number % 4]), 0.0)
    called = [order.next() for _ in range(16)]
    assert sum(truck is not None and truck.ticket_class is TicketClass.P4 for truck in called) == 10


@pytest.mark.parametrize(("whose", "place"), [(Whose.OWN, 3), (Whose.OURS, 0)])
def test_first_come_passes_who_cannot_come_as_the_promised_number_does(*, whose: Whose, place: int) -> None:
    order, held = first_come(), Truck(0, 0.0, held=Held(0.0, 1.0, whose))
    trucks = [held, *(Truck(number, 0.0) for number in range(1, 5))]
    for truck in trucks:
        order.join(truck, 0.0)
    order.hold(held)
    assert order.next() is trucks[1]
    order.release(held, 1.0)
    assert [order.next() for _ in range(4)].index(held) == place


def test_trouble_comes_to_about_as_many_as_it_should_and_within_their_wait() -> None:
    scene = scenes.surge(Draw(1))
    first = trials.played(scene, first_come()).visits
    troubled = scenes.with_trouble(scene, first, 1).trucks
    withdrawn = [(t.withdraws, visit) for t, visit in zip(troubled, first, strict=True) if t.withdraws is not None]
    assert len(withdrawn) / len(troubled) == pytest.approx(0.05, abs=0.01)
    assert sum(truck.held is not None for truck in troubled) / len(troubled) == pytest.approx(0.03, abs=0.01)
    assert all(visit.truck.arrives <= at <= visit.called for at, visit in withdrawn)


def test_liars_and_groups_change_what_is_told_and_not_what_is() -> None:
    told, who = scenes.with_liars(DAY, 2.0, 1)
    assert who
    for before, after in zip(DAY.trucks, told.trucks, strict=True):
        assert after.life == before.life
        assert after.declared == (before.life * 2 if before.number in who and before.life else before.life)
    groups = {truck.declared for truck in scenes.in_groups(DAY).trucks}
    assert groups <= {None, 30.0, 54.0, 95.0}


def test_a_seed_makes_the_same_scene_whoever_asks() -> None:
    assert scenes.busy(Draw(4)) == scenes.busy(Draw(4))
    assert scenes.busy(Draw(4)).trucks != scenes.busy(Draw(5)).trucks


def test_a_scene_can_be_played_alone_and_nothing_is_told_of_others() -> None:
    assert set(policy.work(["crisis"])) == {"crisis", "crisis, spread", "crisis, other regimes", "liars, crisis"}
    assert len(policy.work()) > 15
    with pytest.raises(SystemExit, match="no scene has monsoon"):
        policy.work(["monsoon"])
    rows = policy.rows_of({"small surge": [trials.small_day("surge", seed) for seed in range(2)]})
    assert [row.name for row in rows] == [
        "small surge days above the optimum",
        "broken promises, late or overtaken standard trucks",
        "trucks left over",
        "fullest apron",
    ]


@pytest.mark.parametrize("just_in_time", [True, False])
def test_slots_are_tried_beside_the_same_trucks_without_any(*, just_in_time: bool) -> None:
    gate = Gate(DAY, "", just_in_time)
    without = gate.booked(DAY)
    found = gate.told("half", scenes.with_hours_booked(DAY, "0.5", BOOKABLE, 1), without)
    assert found["half.broken"] == found["half.left over"] == 0
    assert found["half.used"] + found["half.late"] + found["half.ours"] == found["half.slots"] > 30
    nobody = gate.told("none", DAY, without)
    assert nobody["none.loss"] == nobody["none.live loss"] == nobody["none.live loss without"]


def test_hours_are_sold_to_the_same_wishes_whatever_is_sold_of_them() -> None:
    some, most = (scenes.with_hours_booked(DAY, share, BOOKABLE, 1).trucks for share in ("0.2", "1"))
    assert 0 < sum(truck.slot is not None for truck in some) < sum(truck.slot is not None for truck in most)
    assert all(b.slot is not None for a, b in zip(some, most, strict=True) if a.slot is not None)
