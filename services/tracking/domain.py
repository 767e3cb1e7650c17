"""Positions, areas, and a crossing's way through them; pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import numpy as np
import shapely
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from shapely import Polygon

from bordergate.aggregate import Aggregate
from bordergate.border import Moment
from bordergate.errors import Invalid, Unauthenticated, Unavailable
from bordergate.geo import EARTH_RADIUS_M, size_m2
from events.tracking import AreaEntered, AreaKind, AreaLeft, TruckCameNear, TruckWentAway
from events.words import Direction

TOPIC = "bordergate.positions"
KEPT_FOR = timedelta(hours=24)
AHEAD_AT_MOST = timedelta(minutes=5)
MOST_AREAS, MOST_CORNERS, LARGEST_M2 = 500, 2_000, 50_000_000
KM_PER_DEGREE = math.radians(EARTH_RADIUS_M) / 1000
AWAY = 1.1
"""A truck that came near is away only this much farther out: one that stands on the line is not told of for ever."""


class UnknownDevice(Unauthenticated):
    """No enrolled device calls itself so."""

    code = "tracking.unknown_device"


class UnreadablePosition(Invalid):
    """What a device sent is no position."""

    code = "tracking.unreadable_position"


class FeedBusy(Unavailable):
    """The feed does not take positions now; the device keeps them and comes back."""

    code = "tracking.feed_busy"


class UnsoundArea(Invalid):
    """An outline that crosses itself or leaves the Earth: nobody could say who is inside."""

    code = "tracking.unsound_area"


class AreaTooLarge(Invalid):
    """An area larger or finer than any place at the gate."""

    code = "tracking.area_too_large"


class AreaTwice(Invalid):
    """Two areas of one code could not be told apart."""

    code = "tracking.area_twice"


class PlanNotSeen(Invalid):
    """Whoever replaces the areas says which plan he has seen, or he would undo what others did meanwhile."""

    code = "tracking.plan_not_seen"


class TooManyAreas(Invalid):
    """More areas than anybody could look after."""

    code = "tracking.too_many_areas"


class Position(BaseModel):
    """Where a device was, and when by its own clock; WGS 84 degrees, km/h, degrees from north, metres."""

    model_config = ConfigDict(frozen=True)

    at: Moment
    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    speed_kmh: Annotated[float | None, Field(ge=0, le=2_000)] = None
    course: Annotated[float | None, Field(ge=0, lt=360)] = None
    altitude_m: Annotated[float | None, Field(ge=-500, le=9_000)] = None
    accuracy_m: Annotated[float | None, Field(ge=0, le=1_000_000)] = None


class Report(BaseModel):
    """A position on its way through the feed: whose device, for which crossing."""

    model_config = ConfigDict(frozen=True)

    device_id: UUID
    crossing_id: UUID
    received: AwareDatetime
    position: Position


@dataclass(frozen=True)
class Heard:
    """What one request of a device said; `device` is what it calls itself."""

    device: str
    positions: tuple[Position, ...]


class Result(StrEnum):
    """What becomes of a position at the gate's edge; all but ACCEPTED are counted and forgotten."""

    ACCEPTED = "accepted"
    UNKNOWN_DEVICE = "unknown_device"
    OUTSIDE_CORRIDOR = "outside_corridor"
    NO_ACTIVE_CROSSING = "no_active_crossing"
    NO_CONSENT = "no_consent"
    TOO_OLD = "too_old"
    FROM_THE_FUTURE = "from_the_future"


class Corridor:
    """The ground on which positions may be taken at all."""

    def __init__(self, outlines: Sequence[Polygon]) -> None:
        self.ground = shapely.union_all(list(outlines))
        shapely.prepare(self.ground)

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a position lies inside, the boundary included."""
        return bool(shapely.intersects_xy(self.ground, lon, lat))


def judge(
    position: Position, crossing: UUID | None, corridor: Corridor, now: datetime, *, consented: bool = True
) -> Result:
    """What becomes of a known device's position: only those of an active crossing, inside, and of today.

    `consented` says whether the driver who is named for the crossing, if one is, lets his truck be followed.
    """
    if not corridor.holds(position.lon, position.lat):
        return Result.OUTSIDE_CORRIDOR
    if crossing is None:
        return Result.NO_ACTIVE_CROSSING
    if not consented:
        return Result.NO_CONSENT
    if position.at > now + AHEAD_AT_MOST:
        return Result.FROM_THE_FUTURE
    if position.at < now - KEPT_FOR:
        return Result.TOO_OLD
    return Result.ACCEPTED


@dataclass(frozen=True)
class Area:
    """A waiting area, gate or yard of a route."""

    code: str
    kind: AreaKind
    route: str
    outline: Polygon

    def is_as(self, other: Area | None) -> bool:
        """Whether another plan says the same of it, wherever its outline begins and whichever way it runs."""
        if other is None or (self.kind, self.route) != (other.kind, other.route):
            return False
        return bool(self.outline.normalize() == other.outline.normalize())

    def must_be_sound(self, at: str) -> None:
        """Refuse an outline that crosses itself, leaves the Earth, or is too large; `at` is its JSONPath."""
        if self.outline.is_empty or not self.outline.is_valid or not _on_earth(self.outline):
            raise UnsoundArea(field=at, area=self.code)
        if shapely.get_num_coordinates(self.outline) > MOST_CORNERS or size_m2(self.outline) > LARGEST_M2:
            raise AreaTooLarge(field=at, area=self.code, corners=MOST_CORNERS, km2=LARGEST_M2 // 1_000_000)


def _on_earth(outline: Polygon) -> bool:
    west, south, east, north = outline.bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90  # noqa: PLR2004 - the Earth's degrees


def must_be_a_plan(areas: Sequence[Area]) -> None:
    """Refuse a plan with two areas of one code, an unsound area, or more areas than anybody could look after."""
    if len(areas) > MOST_AREAS:
        raise TooManyAreas(field="$.features", most=MOST_AREAS)
    codes: set[str] = set()
    for place, area in enumerate(areas):
        if area.code in codes:
            raise AreaTwice(field=f"$.features[{place}].properties.code", area=area.code)
        codes.add(area.code)
    for place, area in enumerate(areas):
        area.must_be_sound(f"$.features[{place}].geometry")


def overlaps(areas: Sequence[Area]) -> list[tuple[str, str]]:
    """Areas of one kind that cover the same ground: a truck there would be in both, which is seldom meant."""
    outlines = np.array([area.outline for area in areas], dtype=object)
    found = []
    for one, other in shapely.STRtree(outlines).query(outlines, predicate="overlaps").T:
        if one < other and areas[one].kind is areas[other].kind:
            found.append((areas[one].code, areas[other].code))
    return sorted(found)


def routes_changed(before: Iterable[Area], after: Iterable[Area]) -> frozenset[str]:
    """The routes on which a new plan adds, removes or alters an area; one moved to another route changes both."""
    old, new = ({area.code: area for area in plan} for plan in (before, after))
    altered = {area for code, area in old.items() if not area.is_as(new.get(code))}
    altered |= {area for code, area in new.items() if not area.is_as(old.get(code))}
    return frozenset(area.route for area in altered)


Places = Mapping[str, AreaKind]
"""The areas around a position: code and kind."""


class Areas:
    """All areas, to ask for many positions at once which of them lie around each, and how far the gate is."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._areas = list(areas)
        self._tree = shapely.STRtree([area.outline for area in self._areas])
        self._gates: dict[str, list[tuple[float, float]]] = {}
        for area in self._areas:
            if area.kind is AreaKind.GATE:
                middle = area.outline.centroid
                self._gates.setdefault(area.route, []).append((middle.x, middle.y))

    @property
    def routes(self) -> Mapping[str, str]:
        """Which route each area belongs to."""
        return {area.code: area.route for area in self._areas}

    def around(self, positions: Sequence[Position]) -> list[Places]:
        """For each position the areas that hold it, their boundaries included."""
        points = shapely.points(np.array([(one.lon, one.lat) for one in positions], dtype=float).reshape(-1, 2))
        found: list[dict[str, AreaKind]] = [{} for _ in positions]
        for which, area in self._tree.query(points, predicate="intersects").T:
            found[which][self._areas[area].code] = self._areas[area].kind
        return [*found]

    def km_to_gate(self, route: str, positions: Sequence[Position]) -> list[float]:
        """How far each position is from the nearest gate of a route, in kilometres; endless where it has none."""
        gates = np.array(self._gates.get(route, []), dtype=float).reshape(-1, 2)
        points = np.array([(one.lon, one.lat) for one in positions], dtype=float).reshape(-1, 2)
        apart = points[:, np.newaxis, :] - gates[np.newaxis, :, :]
        apart[:, :, 0] *= np.cos(np.radians(points[:, 1]))[:, np.newaxis]
        distances = np.hypot(apart[:, :, 0], apart[:, :, 1]) * KM_PER_DEGREE
        return [float(one) for one in distances.min(axis=1, initial=np.inf)]


@dataclass(eq=False)
class Truck(Aggregate):
    """A crossing as tracking knows it: whose device counts for it, which areas it is inside of, and if it is near.

    `inside` is the areas by code; `consented` is whether its driver, if one is named, lets it be followed.
    """

    crossing_id: UUID
    reference: str
    vehicle_id: UUID
    route: str
    direction: Direction
    parties: list[UUID]
    ready_at: datetime
    ended_at: datetime | None = None
    inside: dict[str, str] = field(default_factory=dict)
    driver_id: UUID | None = None
    consented: bool = True
    near: bool = False
    version: int = 0

    def move(self, at: datetime, places: Places, routes: Mapping[str, str] | None = None) -> None:
        """Be inside these areas from a moment on, and say which were left and which entered, of which of the routes."""
        for code in sorted(self.inside.keys() - places.keys()):
            kind = AreaKind(self.inside[code])
            self.record(AreaLeft(crossing_id=self.crossing_id, area=code, kind=kind), occurred=at)
        for code in sorted(places.keys() - self.inside.keys()):
            route = (routes or {}).get(code)
            entered = AreaEntered(crossing_id=self.crossing_id, area=code, kind=places[code], route=route)
            self.record(entered, occurred=at)
        self.inside = {code: kind.value for code, kind in places.items()}

    def approach(self, at: datetime, within_km: int) -> None:
        """Be near the gate from a moment on."""
        self.near = True
        self.record(TruckCameNear(crossing_id=self.crossing_id, within_km=within_km), occurred=at)

    def go_away(self, at: datetime) -> None:
        """Be far from it again."""
        self.near = False
        self.record(TruckWentAway(crossing_id=self.crossing_id), occurred=at)

    def end(self, at: datetime) -> None:
        """The crossing is over: where the truck is is nobody's business any more."""
        self.ended_at, self.inside, self.near = at, {}, False

    def drive(self, driver_id: UUID | None, *, consented: bool) -> None:
        """Somebody drives it who lets it be followed, or does not: then it is nowhere from now on."""
        self.driver_id, self.consented = driver_id, consented
        if not consented:
            self._be_nowhere()

    def haul(self, vehicle_id: UUID) -> None:
        """Another tractor makes the way: where the one before was says nothing of where it is."""
        self.vehicle_id = vehicle_id
        self._be_nowhere()

    def _be_nowhere(self) -> None:
        """Be seen nowhere; whoever counts on its being near hears that nobody knows that any more."""
        self.inside = {}
        if self.near:
            self.near = False
            self.record(TruckWentAway(crossing_id=self.crossing_id))

    def resume(self) -> None:
        """A correction showed that the crossing is not over: from the next position on the truck is somewhere again."""
        self.ended_at = None


@dataclass(frozen=True)
class Step:
    """A position that brought a truck into or out of an area."""

    at: datetime
    places: Places


def steps(inside: Iterable[str], seen_at: datetime | None, way: Iterable[tuple[Position, Places]]) -> list[Step]:
    """The positions of one truck's way that change where it is, in the order of the device's clock.

    A position that is not newer than the latest one seen says nothing any more.
    """
    here, latest = frozenset(inside), seen_at
    found = []
    for position, places in sorted(way, key=lambda one: one[0].at):
        if latest is not None and position.at <= latest:
            continue
        latest = position.at
        if frozenset(places) != here:
            here = frozenset(places)
            found.append(Step(position.at, places))
    return found


def is_near(km: float, within_km: int, *, was_near: bool) -> bool:
    """Whether a truck counts as near its gate at this distance."""
    return km <= within_km * (AWAY if was_near else 1)
