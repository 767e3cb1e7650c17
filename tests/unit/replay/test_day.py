"""A day is read from its table, and every truck of it is plain, generic and valid."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordergate.border import ChinesePlate, ContainerNumber, DeclarationNumber, VietnamesePlate
from events.words import Direction
from services.replay.day import BadDay, VehicleKind, between, read_day, trucks_of

PUBLISHED = (files("services.replay") / "published_day.csv").read_text("utf-8")
HEAD = "time,route,direction,vehicle,goods,count\n"
VOLUMES = {
    ("hn-1119", Direction.EXPORT): 262,
    ("hn-1119", Direction.IMPORT): 608,
    ("tt-1088", Direction.EXPORT): 145,
    ("tt-1088", Direction.IMPORT): 438,
    ("cn-1104", Direction.EXPORT): 43,
    ("cn-1104", Direction.IMPORT): 33,
    ("cm-1223", Direction.EXPORT): 41,
    ("cm-1223", Direction.IMPORT): 189,
}


def test_the_shipped_day_has_the_published_volumes() -> None:
    counted: Counter[tuple[str, Direction]] = Counter()
    for line in read_day(PUBLISHED):
        counted[line.route, line.direction] += line.count
    assert counted == VOLUMES


def test_every_truck_of_the_shipped_day_holds_every_check_and_is_there_once() -> None:
    trucks = trucks_of(read_day(PUBLISHED), seed=1)
    assert len(trucks) == sum(VOLUMES.values())
    for truck in trucks:
        (VietnamesePlate if truck.country == "VN" else ChinesePlate)(truck.plate)
        assert (truck.container is not None) == (truck.vehicle is VehicleKind.CONTAINER)
        if truck.container:
            ContainerNumber(truck.container)
        if truck.declaration:
            DeclarationNumber(truck.declaration)
            assert truck.declaration.startswith("30" if truck.direction is Direction.EXPORT else "10")
    for numbers in ([one.plate for one in trucks], [one.container for one in trucks if one.container]):
        assert len(set(numbers)) == len(numbers)


def test_trucks_come_in_the_order_of_arrival_within_their_hour() -> None:
    trucks = trucks_of(read_day(PUBLISHED), seed=1)
    assert [truck.arrives for truck in trucks] == sorted(truck.arrives for truck in trucks)
    assert timedelta(hours=6) <= trucks[0].arrives < timedelta(hours=7)
    assert timedelta(hours=17) <= trucks[-1].arrives < timedelta(hours=18)


def test_the_same_seed_makes_the_same_trucks_and_another_makes_others() -> None:
    day = read_day(HEAD + "7,hn-1119,EXPORT,TRUCK,FRUIT,5\n")
    assert trucks_of(day, 1) == trucks_of(day, 1)
    assert {truck.plate for truck in trucks_of(day, 1)}.isdisjoint(truck.plate for truck in trucks_of(day, 2))


def test_a_line_may_name_a_minute() -> None:
    (truck,) = trucks_of(read_day(HEAD + "07:30,hn-1119,EXPORT,TRUCK,EMPTY,1\n"), seed=1)
    assert timedelta(hours=7, minutes=30) <= truck.arrives < timedelta(hours=7, minutes=31)
    assert truck.declaration is None


def test_a_part_of_the_day_may_be_taken() -> None:
    part = between(read_day(PUBLISHED), timedelta(hours=7), timedelta(hours=9))
    assert {line.at for line in part} == {timedelta(hours=7), timedelta(hours=8)}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("25,hn-1119,EXPORT,TRUCK,FRUIT,1", "Line 2"),
        ("7,hn-1119,SIDEWAYS,TRUCK,FRUIT,1", "SIDEWAYS"),
        ("7,hn-1119,EXPORT,BOAT,FRUIT,1", "BOAT"),
        ("7,hn-1119,EXPORT,TRUCK,GOLD,1", "goods"),
        ("7,hn-1119,EXPORT,TRUCK,FRUIT,many", "many"),
        ("7,hn-1119,EXPORT,TRUCK,FRUIT,-1", "count"),
        ("7,,EXPORT,TRUCK,FRUIT,1", "route"),
        ("7,hn-1119,EXPORT,TRUCK,FRUIT,20001", "20000"),
    ],
)
def test_a_line_that_is_wrong_is_named(line: str, why: str) -> None:
    with pytest.raises(BadDay, match=why):
        read_day(HEAD + line + "\n")


def test_a_file_without_its_columns_is_no_day() -> None:
    with pytest.raises(BadDay, match="time,route"):
        read_day("hour;trucks\n7;3\n")


@given(st.integers(0, 2**32), st.integers(0, 40))
def test_as_many_trucks_come_as_the_line_says(seed: int, count: int) -> None:
    assert len(trucks_of(read_day(HEAD + f"7,hn-1119,IMPORT,CONTAINER,FABRIC,{count}\n"), seed)) == count
