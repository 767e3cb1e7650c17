"""The shipped ground stands, and no plan without sound areas comes into force."""

from __future__ import annotations

from itertools import combinations

import pytest
from pydantic import ValidationError
from shapely import Polygon, box

from bordergate.geo import size_m2
from events.tracking import AreaKind
from services.tracking.domain import (
    Area,
    AreaTooLarge,
    AreaTwice,
    Corridor,
    UnsoundArea,
    must_be_a_plan,
    overlaps,
    routes_changed,
)
from services.tracking.ground import AreaPlan, shipped_areas, shipped_corridor
from tests.builders.tracking import a_square, an_area

ROUTES = ("cm-1223", "cn-1104", "hn-1119", "tt-1088")


def test_every_route_is_shipped_with_a_waiting_area_a_gate_and_a_yard() -> None:
    shipped = [(area.route, area.kind) for area in shipped_areas().areas()]
    assert sorted(shipped) == sorted((route, kind) for route in ROUTES for kind in AreaKind)


def test_shipped_areas_are_sound_lie_in_the_corridor_and_apart() -> None:
    areas, corridor = shipped_areas().areas(), Corridor([row["outline"] for row in shipped_corridor()])
    must_be_a_plan(areas)
    for area in areas:
        area.must_be_sound("$")
        assert all(corridor.holds(lon, lat) for lon, lat in area.outline.exterior.coords)
    assert not any(one.outline.intersects(other.outline) for one, other in combinations(areas, 2))


def test_the_corridor_is_as_large_as_the_province() -> None:
    (row,) = shipped_corridor()
    assert size_m2(row["outline"]) == pytest.approx(8_310.18e6, rel=0.005)


def test_a_plan_is_read_as_it_was_written() -> None:
    assert AreaPlan.read(shipped_areas().areas()) == shipped_areas()


@pytest.mark.parametrize(
    "outline",
    [
        Polygon([(106, 21), (106.01, 21.01), (106.01, 21), (106, 21.01), (106, 21)]),
        box(179.99, 21, 180.01, 21.01),
        Polygon(),
    ],
)
def test_an_outline_that_nobody_can_be_inside_of_is_refused(outline: Polygon) -> None:
    with pytest.raises(UnsoundArea):
        Area("x", AreaKind.YARD, "hn-1119", outline).must_be_sound("$")


def test_an_area_as_large_as_a_commune_is_refused() -> None:
    with pytest.raises(AreaTooLarge):
        Area("x", AreaKind.YARD, "hn-1119", a_square((106.5, 21.5), 0.05)).must_be_sound("$")


def test_two_areas_of_one_code_are_refused() -> None:
    with pytest.raises(AreaTwice):
        must_be_a_plan([an_area("gate"), an_area("gate")])


def a_feature(ring: list[list[float]], **particulars: str) -> dict[str, object]:
    told = {"code": "gate", "kind": "GATE", "route": "hn-1119"} | particulars
    return {"type": "Feature", "properties": told, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.mark.parametrize(
    "feature",
    [
        a_feature([[106, 21], [106, 21]]),
        a_feature([[106], [106, 21], [107, 21], [106]]),
        a_feature([[106, 21], [107, 21], [107, 22], [106, 21]], kind="PARK"),
        a_feature([[106, 21], [107, 21], [107, 22], [106, 21]], code="Gate 1"),
        {"type": "Feature", "properties": {}, "geometry": None},
    ],
)
def test_what_is_no_geojson_of_areas_is_refused(feature: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AreaPlan.model_validate({"type": "FeatureCollection", "features": [feature]})


def test_a_plan_without_areas_has_none_that_overlap() -> None:
    assert overlaps([]) == []


def test_a_plan_changes_the_routes_whose_areas_it_adds_removes_or_alters() -> None:
    here, there = an_area("gate"), Area("yard", AreaKind.YARD, "tt-1088", a_square((106.6, 21.5)))
    moved = Area("yard", AreaKind.YARD, "cm-1223", there.outline)
    larger = Area("gate", AreaKind.GATE, "hn-1119", a_square((106.5, 21.5), 0.03))
    assert routes_changed([here, there], [there, an_area("gate")]) == frozenset()
    assert routes_changed([here], [here, there]) == {"tt-1088"}
    assert routes_changed([here, there], [there]) == {"hn-1119"}
    assert routes_changed([here, there], [larger, there]) == {"hn-1119"}
    assert routes_changed([here, there], [here, moved]) == {"tt-1088", "cm-1223"}
