"""Lanes and roads: the lines a map draws under its trucks, read from GeoJSON (RFC 7946) as other systems write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from itertools import pairwise
from typing import Annotated, Any, Literal

import numpy as np
import shapely
from pydantic import BaseModel, Field
from shapely.geometry import LineString, box, shape
from shapely.geometry.base import BaseGeometry

from bordergate.errors import Invalid, Wrong
from bordergate.geo import EARTH_RADIUS_M

MOST_FEATURES, MOST_WAYS, MOST_PLACES, MOST_FAULTS = 20_000, 5_000, 30_000, 20
LARGEST_FILE = 4 * 1024 * 1024
GRID = 0.00001
"""Degrees: about a metre; a line is kept as steps on this grid."""
NEARBY = 0.25
"""Degrees around the corridor within which a road still belongs on the map: the other side of the border too."""
LONGEST_NAME = 60
LINES = ("LineString", "MultiLineString")
ROUTE = re.compile(r"[a-z]{2}-\d{4}")


class WayKind(StrEnum):
    """What a line on the map is."""

    LANE = "LANE"
    ROAD = "ROAD"


FINEST = {WayKind.LANE: 0.000005, WayKind.ROAD: 0.00005}
"""Degrees that a drawn line may lie beside the one sent: half a metre of a lane, five of a road."""


class BadWays(Invalid):
    """A file of lanes or roads that cannot be drawn; `problems` holds every place that is wrong, up to some."""

    code = "tracking.bad_ways"

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(count=len(wrong))
        self.problems = list(wrong)[:MOST_FAULTS]


@dataclass(frozen=True)
class Way:
    """A lane of a route's gate or a road; `steps` are [x, y, dx, dy, dx, dy, …] on the grid."""

    kind: WayKind
    steps: tuple[int, ...]
    name: str = ""
    route: str | None = None

    @property
    def places(self) -> int:
        """Of how many corners it is drawn."""
        return len(self.steps) // 2


class WayFile(BaseModel):
    """Lines as GeoJSON: whatever else a feature says beside its line, its name and its route is not kept."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: Annotated[list[dict[str, Any]], Field(max_length=MOST_FEATURES)]


@dataclass(frozen=True)
class WaysRead:
    """What a file holds: the lines for the map, and how many features were left out as no lines or far away."""

    ways: Sequence[Way]
    no_lines: int = 0
    far_away: int = 0

    @property
    def metres(self) -> int:
        """The length of all lines on the ground."""
        return round(sum(_metres(way.steps) for way in self.ways))


def read_ways(kind: WayKind, file: WayFile, ground: BaseGeometry) -> WaysRead:
    """The lines of a file that lie on the ground or near; raises BadWays with each feature that cannot be drawn."""
    nearby = box(*ground.buffer(NEARBY).bounds)
    found: list[Way] = []
    wrong: list[Wrong] = []
    no_lines = far_away = 0
    for place, feature in enumerate(file.features):
        if not _is_line(feature):
            no_lines += 1
            continue
        read = _line_of(feature, kind, place)
        if isinstance(read, Wrong):
            wrong.append(read)
        elif not nearby.intersects(read):
            far_away += 1
        else:
            found += _ways(read, kind, _told(feature))
    if wrong:
        raise BadWays(wrong)
    _must_be_some(kind, found, file, nearby)
    return WaysRead(found, no_lines, far_away)


def _must_be_some(kind: WayKind, found: Sequence[Way], file: WayFile, nearby: BaseGeometry) -> None:
    """Refuse more than a page can draw, and a file of which nothing is left: none, elsewhere, or turned round."""
    if len(found) > MOST_WAYS or sum(way.places for way in found) > MOST_PLACES:
        raise BadWays([Wrong("$.features", "tracking.too_many_ways", {"most": MOST_WAYS, "places": MOST_PLACES})])
    if found or not file.features:
        return
    lines = (_line_of(feature, kind, 0) for feature in file.features if _is_line(feature))
    turned = any(not isinstance(line, Wrong) and nearby.intersects(_turned(line)) for line in lines)
    raise BadWays([Wrong("$.features", "tracking.ways_turned" if turned else "tracking.no_ways")])


def _is_line(feature: Mapping[str, Any]) -> bool:
    geometry = feature.get("geometry")
    return isinstance(geometry, dict) and geometry.get("type") in LINES


def _line_of(feature: Mapping[str, Any], kind: WayKind, place: int) -> BaseGeometry | Wrong:
    """A feature's line, or what is wrong with it."""
    at = f"$.features[{place}]"
    try:
        line = shapely.force_2d(shape(feature["geometry"]))
        drawable = not line.is_empty and bool(np.isfinite(shapely.get_coordinates(line)).all()) and line.length > 0
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, shapely.GEOSException):
        drawable = False
    if not drawable:
        return Wrong(f"{at}.geometry", "tracking.way_no_line", {"feature": place + 1})
    if kind is WayKind.LANE and not ROUTE.fullmatch(str(_told(feature).get("route", ""))):
        return Wrong(f"{at}.properties.route", "tracking.lane_of_no_route", {"feature": place + 1})
    return line


def _turned(line: BaseGeometry) -> BaseGeometry:
    """The line with latitude and longitude exchanged."""
    return shapely.transform(line, lambda places: places[:, ::-1])


def _told(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    told = feature.get("properties")
    return told if isinstance(told, dict) else {}


def _ways(line: BaseGeometry, kind: WayKind, told: Mapping[str, Any]) -> list[Way]:
    name = str(told.get("name") or told.get("ref") or "").strip()[:LONGEST_NAME]
    route = str(told["route"]) if kind is WayKind.LANE else None
    plain = shapely.simplify(line, FINEST[kind], preserve_topology=False)
    parts = [part for part in shapely.get_parts(plain) if not part.is_empty]
    return [Way(kind, steps, name, route) for part in parts if len(steps := _steps(part)) > 2]  # noqa: PLR2004 - one place is no line


def _steps(line: LineString) -> tuple[int, ...]:
    """A line as steps on the grid, those that go nowhere left out."""
    on_grid = [(round(x / GRID), round(y / GRID)) for x, y in line.coords]
    apart = [on_grid[0], *(here for before, here in pairwise(on_grid) if here != before)]
    return tuple(to[axis] - here[axis] for here, to in pairwise([(0, 0), *apart]) for axis in (0, 1))


def _metres(steps: Sequence[int]) -> float:
    """How long a line is on the ground, near enough for a list."""
    places = np.cumsum(np.array(steps, dtype=float).reshape(-1, 2), axis=0) * GRID
    radians = np.radians(places)
    moved = np.diff(radians, axis=0)
    east = moved[:, 0] * np.cos(radians[1:, 1])
    return float(np.hypot(east, moved[:, 1]).sum()) * EARTH_RADIUS_M


def lane_routes(before: Iterable[Way], after: Iterable[Way]) -> frozenset[str]:
    """The routes of which some lane is added, taken away or altered."""
    return frozenset(way.route for way in {*before} ^ {*after} if way.route)


def shipped_lanes(ground: BaseGeometry) -> Sequence[Way]:
    """The lanes that come with the gate; illustrative."""
    shipped = files("services.tracking") / "reference" / "lanes.geojson"
    file = WayFile.model_validate(json.loads(shipped.read_text(encoding="utf-8")))
    return read_ways(WayKind.LANE, file, ground).ways
