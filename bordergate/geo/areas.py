"""Which area a position lies in: communes, waiting areas, gates, yards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry import shape

from bordergate.errors import Invalid

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from shapely.geometry.base import BaseGeometry

    Area = tuple[str, BaseGeometry]

EARTH_RADIUS_M = 6_371_007.2
"""Of the sphere that has the Earth's surface."""

_CODES = ("code", "ward_code")
_AREAS = ("Polygon", "MultiPolygon")


class BadAreas(Invalid):
    """A document that should hold areas holds something else; `details["why"]` says what."""

    code = "geo.bad_areas"


def size_m2(area: BaseGeometry) -> float:
    """An area's size on the ground in square metres; its coordinates are degrees of longitude and latitude."""
    return float(shapely.transform(area, _equal_area).area) * EARTH_RADIUS_M**2


def _equal_area(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    radians = np.radians(degrees)
    return np.column_stack((radians[:, 0], np.sin(radians[:, 1])))


class AreaIndex:
    """Areas by place, to ask for many positions at once which smallest area covers each of them."""

    def __init__(self, areas: Iterable[Area]) -> None:
        ordered = sorted(areas, key=lambda area: size_m2(area[1]))
        self.codes = [code for code, _ in ordered]
        self._shapes = np.array([outline for _, outline in ordered], dtype=object)
        shapely.prepare(self._shapes)
        self._tree = shapely.STRtree(self._shapes)

    def covering(self, lons: ArrayLike, lats: ArrayLike) -> list[str | None]:
        """For each position the code of the smallest area that covers it, its boundary included; None for none."""
        points = np.atleast_1d(np.asarray(shapely.points(np.asarray(lons, dtype=float), np.asarray(lats, dtype=float))))
        which, candidates = self._tree.query(points)
        inside = shapely.covers(self._shapes[candidates], points[which])
        smallest = np.full(len(points), len(self.codes))
        np.minimum.at(smallest, which[inside], candidates[inside])
        return [self.codes[rank] if rank < len(self.codes) else None for rank in smallest]


def smallest_covering(areas: Iterable[Area], points: Sequence[tuple[float, float]]) -> list[str | None]:
    """For each (longitude, latitude) the code of the smallest area that covers it, or None."""
    positions = np.array(points, dtype=float).reshape(-1, 2)
    return AreaIndex(areas).covering(positions[:, 0], positions[:, 1])


def areas_of(document: Any) -> list[Area]:  # noqa: ANN401 - whatever JSON holds
    """The areas of a GeoJSON FeatureCollection by their codes; anything else is refused as a whole."""
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise BadAreas(why="it is no GeoJSON FeatureCollection")
    return [_area_of(feature, place) for place, feature in enumerate(features)]


def _area_of(feature: Any, place: int) -> Area:  # noqa: ANN401 - whatever JSON holds
    at = f"$.features[{place}]"
    try:
        code = next((feature["properties"][name] for name in _CODES if name in feature["properties"]), None)
        outline = shape(feature["geometry"])
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, shapely.GEOSException):
        raise BadAreas(field=at, why="it is no feature with properties and a geometry") from None
    if code is None:
        raise BadAreas(field=f"{at}.properties", why="it has no code")
    if outline.geom_type not in _AREAS or outline.is_empty or not outline.is_valid:
        raise BadAreas(field=f"{at}.geometry", why="it is no Polygon or MultiPolygon with a sound outline")
    return str(code), shapely.force_2d(outline)
