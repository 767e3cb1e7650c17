"""An export's and an import's whole way, over HTTP, through all services."""

from __future__ import annotations

import random

import pytest

from events.words import Direction
from tests.builders.journey import ENDED, REGISTRATION, Travellers


@pytest.mark.parametrize("direction", list(Direction))
def test_a_truck_goes_its_whole_way_on_the_real_broker(live_travellers: Travellers, direction: Direction) -> None:
    crossing = live_travellers.files(direction, declarations=[live_travellers.declares(direction)])
    assert live_travellers.is_called(crossing)["promise"] is not None
    for stated in live_travellers.the_way(direction):
        live_travellers.clock.forward(minutes=3)
        live_travellers.states(crossing, stated)
    live_travellers.let_happen(lambda: live_travellers.end_of(crossing) == ENDED)


def test_a_crossing_filed_before_its_declaration_waits_for_it(travellers: Travellers) -> None:
    early = travellers.files(Direction.EXPORT, declarations=["300000000007"])
    travellers.gate.settle()
    told = travellers.firm.get(f"{REGISTRATION}/crossings/{early}").json()
    assert [failure["code"] for failure in told["failures"] if failure["severity"] == "BLOCK"] == ["R004"]
    assert travellers.declares(Direction.EXPORT, serial=7) == "300000000007"
    assert travellers.is_called(early)["ticket_class"] == "P2"


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("seed", range(4))
def test_facts_in_any_order_and_each_twice_end_the_same(
    travellers: Travellers, direction: Direction, seed: int
) -> None:
    crossing = travellers.files(direction)
    travellers.is_called(crossing)
    way = travellers.the_way(direction) * 2
    random.Random(seed).shuffle(way)  # noqa: S311 - an order, not a secret
    travellers.clock.forward(minutes=40)
    for stated in way:
        travellers.states(crossing, stated)
        travellers.gate.settle()
    assert travellers.end_of(crossing) == ENDED
    assert travellers.gate.parked() == []


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("seed", range(4))
def test_events_delivered_twice_with_their_streams_mixed_end_the_same(
    travellers: Travellers, direction: Direction, seed: int
) -> None:
    travellers.gate.chance = random.Random(seed)  # noqa: S311 - an order, not a secret
    declared = [[travellers.declares(direction, serial)] for serial in range(1, 5)]
    crossings = [travellers.files(direction, declarations=numbers) for numbers in declared]
    for crossing in crossings:
        travellers.is_called(crossing)
    steps = [(crossing, stated) for crossing in crossings for stated in travellers.the_way(direction) * 2]
    travellers.gate.chance.shuffle(steps)
    travellers.clock.forward(minutes=40)
    for place, (crossing, stated) in enumerate(steps):
        travellers.states(crossing, stated)
        if place % 5 == 0:
            travellers.gate.settle()
    travellers.gate.settle()
    assert [travellers.end_of(crossing) for crossing in crossings] == [ENDED] * len(crossings)
    assert travellers.gate.parked() == []
