"""The ground as GeoJSON (RFC 7946): areas as a plan of them is sent and shown, and what is shipped."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from importlib.resources import files
from typing import Annotated, Any, Literal, Self

import shapely
from pydantic import BaseModel, Field
from shapely.geometry import Polygon, mapping, shape

from events.tracking import AreaKind
from events.words import RouteCode
from services.tracking.domain import MOST_AREAS, MOST_CORNERS, Area, UnsoundArea

Degrees = Annotated[list[float], Field(min_length=2, max_length=3)]
Ring = Annotated[list[Degrees], Field(min_length=4, max_length=MOST_CORNERS)]


class Outline(BaseModel):
    """A polygon: an outer ring, then holes; each point longitude, latitude."""

    type: Literal["Polygon"] = "Polygon"
    coordinates: Annotated[list[Ring], Field(min_length=1, max_length=20)]


class AreaParticulars(BaseModel):
    """What an area is: its code, its kind, the route it serves."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
    kind: AreaKind
    route: RouteCode


class AreaFeature(BaseModel):
    """One area."""

    type: Literal["Feature"] = "Feature"
    properties: AreaParticulars
    geometry: Outline

    @classmethod
    def of(cls, area: Area) -> Self:
        """An area as it is shown."""
        told = AreaParticulars(code=area.code, kind=area.kind, route=area.route)
        return cls(properties=told, geometry=Outline.model_validate(mapping(area.outline)))


class AreaPlan(BaseModel):
    """All areas of the gate; sent, it replaces the plan before."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: Annotated[list[AreaFeature], Field(max_length=MOST_AREAS)]

    @classmethod
    def read(cls, areas: Iterable[Area]) -> Self:
        """The areas as they are shown."""
        return cls(features=[AreaFeature.of(area) for area in areas])

    def areas(self) -> list[Area]:
        """The areas it speaks of; raises UnsoundArea for a ring that does not close."""
        return [_area(feature, place) for place, feature in enumerate(self.features)]


def _area(feature: AreaFeature, place: int) -> Area:
    told = feature.properties
    try:
        outline = shapely.force_2d(shape(feature.geometry.model_dump()))
    except (ValueError, shapely.GEOSException):
        outline = None
    if not isinstance(outline, Polygon):
        raise UnsoundArea(field=f"$.features[{place}].geometry", area=told.code)
    return Area(told.code, told.kind, told.route, outline)


def shipped_areas() -> AreaPlan:
    """The areas that come with the gate; illustrative."""
    return AreaPlan.model_validate(_document("areas.geojson"))


def shipped_corridor() -> list[dict[str, Any]]:
    """The corridor's rows that come with the gate: the province's boundary of 2025."""
    document = _document("corridor.geojson")
    return [
        {
            "code": feature["properties"]["code"],
            "valid_from": date.fromisoformat(feature["properties"]["valid_from"]),
            "valid_to": None,
            "source": document["source"],
            "illustrative": document["illustrative"],
            "outline": shape(feature["geometry"]),
        }
        for feature in document["features"]
    ]


def _document(name: str) -> Any:  # noqa: ANN401 - JSON is anything
    return json.loads((files("services.tracking") / "reference" / name).read_text(encoding="utf-8"))
