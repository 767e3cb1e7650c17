"""A called truck goes its whole way, its authorities state what the gate needs, and its device stays inside."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.gate_operations import Authority, FactKind
from events.words import Direction
from services.replay.day import Truck, VehicleKind
from services.replay.journey import PlateRead, Seen, Sites, Stated, Timed, arrival, sites_of, way
from services.tracking.domain import Corridor
from services.tracking.ground import shipped_areas, shipped_corridor

AREAS: dict[str, Any] = shipped_areas().model_dump(mode="json")
SITES = sites_of(AREAS)
CORRIDOR = Corridor([row["outline"] for row in shipped_corridor()])


def a_truck(direction: Direction, route: str = "hn-1119") -> Truck:
    declaration = "300000000001" if direction is Direction.EXPORT else "100000000001"
    return Truck(1, timedelta(hours=7), route, direction, VehicleKind.TRUCK, "FRUIT", "12C12345", None, declaration)


def chance_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a simulation


def facts(made: list[Timed]) -> list[tuple[str, str]]:
    return [(act.kind, act.authority) for _, act in made if isinstance(act, Stated)]


def test_every_route_has_its_sites() -> None:
    assert sorted(SITES) == ["cm-1223", "cn-1104", "hn-1119", "tt-1088"]


@given(st.sampled_from(sorted(SITES)), st.sampled_from(list(Direction)), st.integers(0, 2**32))
def test_a_device_reports_from_inside_the_corridor_only_and_in_order(
    route: str, direction: Direction, seed: int
) -> None:
    truck, sites = a_truck(direction, route), SITES[route]
    made = [*arrival(truck, sites), *way(truck, sites, chance_of(seed))]
    assert all(CORRIDOR.holds(*act.place) for _, act in made if isinstance(act, Seen))
    moments = [at for at, _ in made]
    assert moments == sorted(moments)
    assert moments[-1] < timedelta(hours=3)


@given(st.integers(0, 2**32))
def test_an_export_is_confirmed_parked_released_and_crosses(seed: int) -> None:
    stated = facts(way(a_truck(Direction.EXPORT), SITES["hn-1119"], chance_of(seed)))
    assert sorted(stated[:2]) == [("ARRIVAL_CONFIRMED", "BORDER_GUARD"), ("ARRIVAL_CONFIRMED", "CUSTOMS")]
    assert stated[2:] == [("ENTERED_YARD", "YARD"), ("GOODS_RELEASED", "CUSTOMS"), ("CROSSED_BORDER", "BORDER_GUARD")]


@given(st.integers(0, 2**32))
def test_an_import_crosses_first_and_ends_at_home_or_inland(seed: int) -> None:
    stated = facts(way(a_truck(Direction.IMPORT), SITES["hn-1119"], chance_of(seed)))
    assert [kind for kind, _ in stated[2:-1]] == ["CROSSED_BORDER", "ENTERED_YARD", "GOODS_RELEASED", "LEFT_YARD"]
    assert stated[-1] in (("LEFT_COUNTRY", "BORDER_GUARD"), ("WENT_INLAND", "BORDER_GUARD"))


@given(st.integers(0, 2**32), st.sampled_from(list(Direction)))
def test_the_authorities_words_are_the_gates(seed: int, direction: Direction) -> None:
    for kind, authority in facts(way(a_truck(direction), SITES["hn-1119"], chance_of(seed))):
        assert FactKind(kind)
        assert Authority(authority)


def test_a_route_without_all_its_areas_has_no_sites() -> None:
    gates = {"features": [one for one in AREAS["features"] if one["properties"]["kind"] == "GATE"]}
    assert sites_of(gates) == {}


def test_what_is_no_map_is_refused() -> None:
    with pytest.raises(TypeError):
        sites_of({"features": None})


def test_the_border_lies_beyond_the_gate() -> None:
    assert Sites(waiting=(0, 3), gate=(0, 1), yard=(0, 2)).border == (0, 1 - 1 / 16)


def test_a_plate_that_is_misread_now_and_then_is_looked_at_soon_after() -> None:
    truck = a_truck(Direction.EXPORT)
    ways = [way(truck, SITES["hn-1119"], chance_of(seed)) for seed in range(300)]
    reads = [read for made in ways if (read := [(at, act) for at, act in made if isinstance(act, PlateRead)])]
    assert 1 <= len(reads) < 15
    for (first, wrong), (then, right) in reads:
        assert timedelta() < then - first < timedelta(minutes=9)
        assert wrong.of(truck.plate) != truck.plate == right.of(truck.plate)
