"""A day as a table: how many trucks of which kind arrive when, and each of them as a plain generic truck; pure."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from enum import StrEnum

from bordergate.border.iso import container_check_digit
from events.words import Direction

COLUMNS = ("time", "route", "direction", "vehicle", "goods", "count")
HOUR = timedelta(hours=1)
MOST_TRUCKS = 20_000
PROVINCES = ("11", "12", "14", "15", "18", "29", "30", "34", "36", "37", "51", "60", "98", "99")


class BadDay(Exception):
    """The file is no day; the message says which line and why."""


class VehicleKind(StrEnum):
    """What kind of truck: a rigid one of some tonnes, or a tractor with a container."""

    TRUCK = "TRUCK"
    CONTAINER = "CONTAINER"


@dataclass(frozen=True)
class Goods:
    """A class of goods: one HS code (AHTN, 8 digits) and what a truck of it weighs in kg.

    It is described as it is declared, in Vietnamese.
    `plants` travel with a phytosanitary certificate; `growers` are the planting area and packing house of fruit.
    """

    hs_code: str
    weight_kg: int
    description: str
    plants: bool = False
    growers: tuple[str, str] | None = None


EMPTY = "EMPTY"
GOODS: dict[str, Goods | None] = {
    "FRUIT": Goods("08106000", 18_000, "Sầu riêng tươi", plants=True, growers=("VN-LSOR-0001", "VN-LSPH-001")),
    "VEGETABLES": Goods("07096000", 16_000, "Ớt tươi", plants=True),
    "FISH": Goods("03038900", 20_000, "Cá đông lạnh"),
    "STARCH": Goods("07141000", 26_000, "Sắn lát khô", plants=True),
    "ELECTRONICS": Goods("85423900", 9_000, "Mạch điện tử tích hợp"),
    "FABRIC": Goods("52083200", 14_000, "Vải bông dệt thoi"),
    "MACHINERY": Goods("84798900", 15_000, "Máy móc có chức năng riêng"),
    "PLASTICS": Goods("39021000", 24_000, "Hạt nhựa polypropylen nguyên sinh"),
    EMPTY: None,
}


@dataclass(frozen=True)
class Line:
    """So many trucks of one kind, arriving within the hour that begins at a Hà Nội time, or at that very minute."""

    at: timedelta
    spread: timedelta
    route: str
    direction: Direction
    vehicle: VehicleKind
    goods: str
    count: int


@dataclass(frozen=True)
class Truck:
    """One plain generic truck; `arrives` is Hà Nội time of the day, `number` its place in the day."""

    number: int
    arrives: timedelta
    route: str
    direction: Direction
    vehicle: VehicleKind
    goods: str
    plate: str
    container: str | None
    declaration: str | None

    @property
    def country(self) -> str:
        """Exports leave on Vietnamese trucks, imports come on Chinese ones."""
        return "VN" if self.direction is Direction.EXPORT else "CN"


def read_day(text: str) -> list[Line]:
    """The lines of a day's CSV (`#` begins a comment); raises BadDay."""
    numbered = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line and not line.startswith("#")]
    reader = csv.DictReader(io.StringIO("\n".join(line for _, line in numbered)))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise BadDay(f"The first line must be {','.join(COLUMNS)}.")
    day = [_line(row, number) for row, (number, _) in zip(reader, numbered[1:], strict=True)]
    if sum(line.count for line in day) > MOST_TRUCKS:
        raise BadDay(f"More than {MOST_TRUCKS} trucks in a day.")
    return day


def between(day: Iterable[Line], begin: timedelta, end: timedelta) -> list[Line]:
    """The part of the day whose trucks arrive from `begin` until before `end`."""
    return [line for line in day if begin <= line.at < end]


def trucks_of(day: Sequence[Line], seed: int) -> list[Truck]:
    """Every truck of the day, in the order of arrival; the same seed makes the same trucks."""
    chance = random.Random(seed)  # noqa: S311 - plain trucks, no secrets
    papers = Papers(chance)
    arriving = sorted(((moment, line) for line in day for moment in _moments(line, chance)), key=lambda one: one[0])
    return [
        Truck(
            number=number,
            arrives=moment,
            route=line.route,
            direction=line.direction,
            vehicle=line.vehicle,
            goods=line.goods,
            plate=papers.plate(line.direction),
            container=papers.container() if line.vehicle is VehicleKind.CONTAINER else None,
            declaration=papers.declaration(line.direction) if GOODS[line.goods] else None,
        )
        for number, (moment, line) in enumerate(arriving, 1)
    ]


def with_another_plate(truck: Truck, chance: random.Random) -> Truck:
    """The truck under another number: an earlier day has used its own."""
    return replace(truck, plate=Papers(chance).plate(truck.direction))


class Papers:
    """Numbers that hold every check and belong to nobody; none is given twice."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._given: set[str] = set()

    def plate(self, direction: Direction) -> str:
        """A Vietnamese plate for an export, a Chinese one for an import."""
        return self._fresh(self._vietnamese if direction is Direction.EXPORT else self._chinese)

    def container(self) -> str:
        """A container of an owner code that stands for tests, with its check digit."""
        return self._fresh(self._container)

    def declaration(self, direction: Direction) -> str:
        """A declaration number: 30 for exports, 10 for imports."""
        prefix = "30" if direction is Direction.EXPORT else "10"
        return self._fresh(lambda: f"{prefix}{self._chance.randrange(10**10):010d}")

    def _fresh(self, draw: Callable[[], str]) -> str:
        while (drawn := draw()) in self._given:
            pass
        self._given.add(drawn)
        return drawn

    def _vietnamese(self) -> str:
        return f"{self._chance.choice(PROVINCES)}{self._chance.choice('CDH')}{self._chance.randrange(10**5):05d}"

    def _chinese(self) -> str:
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        tail = "".join(self._chance.choice("0123456789") for _ in range(4))
        return f"桂{self._chance.choice('AFLP')}{self._chance.choice(letters)}{tail}"

    def _container(self) -> str:
        number = f"TSTU{self._chance.randrange(10**6):06d}"
        return f"{number}{container_check_digit(number)}"


def _moments(line: Line, chance: random.Random) -> Iterator[timedelta]:
    """Evenly over the time they arrive in, each a little early or late."""
    for place in range(line.count):
        yield line.at + line.spread * ((place + chance.random()) / line.count)


def _line(row: dict[str, str | None], number: int) -> Line:
    told = {name: (row.get(name) or "").strip() for name in COLUMNS}
    at, spread = _time(told["time"], number)
    try:
        line = Line(
            at,
            spread,
            told["route"],
            Direction(told["direction"]),
            VehicleKind(told["vehicle"]),
            told["goods"],
            int(told["count"]),
        )
    except ValueError as error:
        raise BadDay(f"Line {number}: {error}.") from None
    if line.goods not in GOODS or line.count < 0 or not line.route:
        raise BadDay(f"Line {number}: goods must be one of {', '.join(GOODS)}, count 0 or more, route a code.")
    return line


def _time(raw: str, number: int) -> tuple[timedelta, timedelta]:
    """`7` is the hour from seven to eight, `07:30` that minute."""
    try:
        if raw.isdecimal():
            return timedelta(hours=time(int(raw)).hour), HOUR
        told = time.fromisoformat(raw)
    except ValueError:
        raise BadDay(f"Line {number}: {raw!r} is neither an hour nor a time of day.") from None
    return timedelta(hours=told.hour, minutes=told.minute), timedelta(minutes=1)
