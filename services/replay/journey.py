"""What a called truck and the authorities around it do, minute by minute; pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from events.words import Direction
from services.replay.day import Truck

Place = tuple[float, float]
"""Longitude, latitude."""

EVERY = timedelta(minutes=4)
INLAND_SHARE = 0.2
STEP_BEYOND = 0.5


@dataclass(frozen=True)
class Sites:
    """Where a route's areas are; `border` lies just beyond the gate, seen from the yard."""

    waiting: Place
    gate: Place
    yard: Place

    @property
    def border(self) -> Place:
        """Where trucks leave the country: as far as a device may report."""
        return tuple(at + (at - of) * STEP_BEYOND / 8 for at, of in zip(self.gate, self.yard, strict=True))  # type: ignore[return-value] # two and two


@dataclass(frozen=True)
class Seen:
    """The truck's device reports a place, and the speed in km/h."""

    place: Place
    speed_kmh: float = 0


@dataclass(frozen=True)
class Stated:
    """An authority states a fact."""

    kind: str
    authority: str


@dataclass(frozen=True)
class PlateRead:
    """The reader in a lane reads the plate, wrongly now and then; then somebody looks at it."""

    lane: str
    wrongly: bool

    def of(self, plate: str) -> str:
        """What is told: read wrongly, the last place is another."""
        return plate if not self.wrongly else f"{plate[:-1]}{'8' if plate[-1] == '0' else '0'}"


Act = Seen | Stated | PlateRead
Timed = tuple[timedelta, Act]


def sites_of(areas: Mapping[str, object]) -> dict[str, Sites]:
    """Each route's sites: the middles of its areas, from the GeoJSON that the gate shows to everybody."""
    middles: dict[str, dict[str, Place]] = {}
    features = areas["features"]
    if not isinstance(features, list):
        raise TypeError("no areas")
    for feature in features:
        told = feature["properties"]
        middles.setdefault(told["route"], {})[told["kind"].lower()] = _middle(feature["geometry"]["coordinates"][0])
    return {route: Sites(**found) for route, found in middles.items() if len(found) == 3}  # noqa: PLR2004 - one of each kind


def arrival(truck: Truck, sites: Sites) -> list[Timed]:
    """Before any call: an exporter comes to the waiting area; an importer waits abroad, where nobody follows him."""
    if truck.direction is Direction.IMPORT:
        return []
    return [(timedelta(), Seen(sites.waiting))]


def way(truck: Truck, sites: Sites, chance: random.Random) -> list[Timed]:
    """From the call to the end, times counted from when the truck can start."""
    made = _export(sites, chance) if truck.direction is Direction.EXPORT else _import(sites, chance)
    return sorted(made, key=lambda timed: timed[0])


def _export(sites: Sites, chance: random.Random) -> Iterator[Timed]:
    at = _minutes(chance, 1, 6)
    yield from drive(sites.waiting, sites.gate, at, at := at + _minutes(chance, 9, 14))
    yield from _confirm(at, chance)
    at += CHECKED_BY
    yield from drive(sites.gate, sites.yard, at, at := at + _minutes(chance, 3, 5))
    yield at, Stated("ENTERED_YARD", "YARD")
    at += _minutes(chance, 12, 45)
    yield at, Stated("GOODS_RELEASED", "CUSTOMS")
    at += _minutes(chance, 3, 9)
    yield from drive(sites.yard, sites.border, at, at := at + _minutes(chance, 5, 8))
    yield at, Stated("CROSSED_BORDER", "BORDER_GUARD")


def _import(sites: Sites, chance: random.Random) -> Iterator[Timed]:
    at = _minutes(chance, 8, 15)
    yield from drive(sites.border, sites.gate, at, at := at + timedelta(minutes=2))
    yield from _confirm(at, chance)
    at += CHECKED_BY
    yield at, Stated("CROSSED_BORDER", "BORDER_GUARD")
    yield from drive(sites.gate, sites.yard, at, at := at + _minutes(chance, 3, 6))
    yield at, Stated("ENTERED_YARD", "YARD")
    at += _minutes(chance, 12, 45)
    yield at, Stated("GOODS_RELEASED", "CUSTOMS")
    at += _minutes(chance, 6, 20)
    yield at, Stated("LEFT_YARD", "YARD")
    if chance.random() < INLAND_SHARE:
        yield from drive(sites.yard, sites.waiting, at, at := at + _minutes(chance, 5, 9))
        yield at, Stated("WENT_INLAND", "BORDER_GUARD")
        return
    yield from drive(sites.yard, sites.border, at, at := at + _minutes(chance, 6, 10))
    yield at, Stated("LEFT_COUNTRY", "BORDER_GUARD")


MISREAD_SHARE, LANES = 1 / 60, 4
"""How often a lane's reader mistakes a plate; the many it reads rightly are not told, to spare the day's pace."""
CHECKED_BY = timedelta(minutes=12)
"""By then both authorities have confirmed, the slower one too."""


def _confirm(at: timedelta, chance: random.Random) -> Iterator[Timed]:
    """Both confirm the truck, either first; now and then the second takes longer than the five minutes allowed."""
    order = ["BORDER_GUARD", "CUSTOMS"]
    chance.shuffle(order)
    first = at + _minutes(chance, 0.5, 2)
    lag = timedelta(minutes=min(chance.expovariate(1 / 2), 9))
    yield first, Stated("ARRIVAL_CONFIRMED", order[0])
    yield first + lag, Stated("ARRIVAL_CONFIRMED", order[1])
    if chance.random() < MISREAD_SHARE:
        lane = str(chance.randint(1, LANES))
        yield at, PlateRead(lane, wrongly=True)
        yield at + _minutes(chance, 3, 8), PlateRead(lane, wrongly=False)


def drive(start: Place, end: Place, begin: timedelta, finish: timedelta) -> Iterator[Timed]:
    """Positions along a straight road, the last one at its end."""
    pieces = max(1, round((finish - begin) / EVERY))
    for piece in range(1, pieces + 1):
        share = piece / pieces
        place = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        yield begin + (finish - begin) * share, Seen(place, 0 if piece == pieces else 25)


def _minutes(chance: random.Random, least: float, most: float) -> timedelta:
    return timedelta(minutes=chance.uniform(least, most))


def _middle(ring: list[list[float]]) -> Place:
    corners = ring[:-1]
    return (sum(corner[0] for corner in corners) / len(corners), sum(corner[1] for corner in corners) / len(corners))
