"""Positions, areas, and a crossing's way through them; pure."""

from __future__ import annotations

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
from bordergate.geo import size_m2
from events.tracking import AreaEntered, AreaKind, AreaLeft
from events.words import Direction

TOPIC = "bordergate.positions"
KEPT_FOR = timedelta(hours=24)
AHEAD_AT_MOST = timedelta(minutes=5)
MOST_AREAS, MOST_CORNERS, LARGEST_M2 = 500, 2_000, 50_000_000


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
    TOO_OLD = "too_old"
    FROM_THE_FUTURE = "from_the_future"


class Corridor:
    """The ground on which positions may be taken at all."""

    def __init__(self, outlines: Sequence[Polygon]) -> None:
        self._ground = shapely.union_all(list(outlines))
        shapely.prepare(self._ground)

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a position lies inside, the boundary included."""
        return bool(shapely.intersects_xy(self._ground, lon, lat))


def judge(position: Position, crossing: UUID | None, corridor: Corridor, now: datetime) -> Result:
    """What becomes of a known device's position: only those of an active crossing, inside, and of today."""
    if not corridor.holds(position.lon, position.lat):
        return Result.OUTSIDE_CORRIDOR
    if crossing is None:
        return Result.NO_ACTIVE_CROSSING
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

    def is_same(self, other: Area | None) -> bool:
        """Whether another outline of its code means the same place, wherever its ring begins."""
        return (
            other is not None
            and (self.kind, self.route) == (other.kind, other.route)
            and self.outline.normalize() == other.outline.normalize()
        )

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
    altered = [
        area
        for plan, other in ((old, new), (new, old))
        for code, area in plan.items()
        if not area.is_same(other.get(code))
    ]
    return frozenset(area.route for area in altered)


Places = Mapping[str, AreaKind]
"""The areas around a position: code and kind."""


class Areas:
    """All areas, to ask for many positions at once which of them lie around each."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._areas = list(areas)
        self._tree = shapely.STRtree([area.outline for area in self._areas])

    def around(self, positions: Sequence[Position]) -> list[Places]:
        """For each position the areas that hold it, their boundaries included."""
        points = shapely.points(np.array([(one.lon, one.lat) for one in positions], dtype=float).reshape(-1, 2))
        found: list[dict[str, AreaKind]] = [{} for _ in positions]
        for which, area in self._tree.query(points, predicate="intersects").T:
            found[which][self._areas[area].code] = self._areas[area].kind
        return [*found]


@dataclass(eq=False)
class Truck(Aggregate):
    """A crossing as tracking knows it: whose device counts for it, and which areas it is inside of.

    `inside` is the areas by code; `seen_at` the time of the latest position, before which nothing moves it.
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
    version: int = 0

    def move(self, at: datetime, places: Places) -> None:
        """Be inside these areas from a moment on, and say which were left and which entered."""
        for code in sorted(self.inside.keys() - places.keys()):
            kind = AreaKind(self.inside[code])
            self.record(AreaLeft(crossing_id=self.crossing_id, area=code, kind=kind), occurred=at)
        for code in sorted(places.keys() - self.inside.keys()):
            self.record(AreaEntered(crossing_id=self.crossing_id, area=code, kind=places[code]), occurred=at)
        self.inside = {code: kind.value for code, kind in places.items()}

    def end(self, at: datetime) -> None:
        """The crossing is over: where the truck is is nobody's business any more."""
        self.ended_at, self.inside = at, {}

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
