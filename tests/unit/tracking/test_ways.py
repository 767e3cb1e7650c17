"""Lanes and roads are read as other systems write them, and what cannot be drawn is named place by place."""

from __future__ import annotations

from typing import Any

import pytest
from shapely.geometry import LineString, Point

from bordergate.errors import wrong_places
from events.tracking import AreaKind
from services.tracking.domain import Corridor
from services.tracking.ground import shipped_areas, shipped_corridor
from services.tracking.ways import GRID, BadWays, Way, WayFile, WayKind, lane_routes, read_ways, shipped_lanes
from tests.builders.tracking import GROUND

Places = list[list[float]]
ROAD = [[106.4, 21.5], [106.5, 21.5], [106.5, 21.6]]


def a_line(places: Any = ROAD, kind: str = "LineString", **told: object) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"type": "Feature", "properties": told, "geometry": {"type": kind, "coordinates": places}}


def read(*features: dict[str, Any], kind: WayKind = WayKind.ROAD) -> Any:  # noqa: ANN401 - what was read
    return read_ways(kind, WayFile(features=list(features)), GROUND)


def faults(*features: dict[str, Any], kind: WayKind = WayKind.ROAD) -> list[tuple[str | None, str]]:
    with pytest.raises(BadWays) as refused:
        read(*features, kind=kind)
    return [(wrong.field, wrong.code) for wrong in wrong_places(refused.value)]


def drawn(way: Way) -> LineString:
    x = y = 0
    places = []
    for east, north in zip(way.steps[::2], way.steps[1::2], strict=True):
        x, y = x + east, y + north
        places.append((x * GRID, y * GRID))
    return LineString(places)


def test_a_road_is_drawn_where_it_is_with_its_name_and_its_length() -> None:
    found = read(a_line(name="Quốc lộ 1A", highway="trunk"))
    (way,) = found.ways
    assert drawn(way).equals_exact(LineString(ROAD), 1e-9)
    assert (way.name, way.route) == ("Quốc lộ 1A", None)
    assert found.metres == pytest.approx(10_347 + 11_119, rel=0.01)


def test_a_road_is_drawn_as_plainly_as_five_metres_allow() -> None:
    bent = [[106.4, 21.5], [106.45, 21.50002], [106.5, 21.5]]
    wound = [[106.4, 21.5], [106.45, 21.502], [106.5, 21.5]]
    assert [way.places for way in read(a_line(bent), a_line(wound)).ways] == [2, 3]


def test_what_is_no_line_or_lies_far_away_is_left_out_and_counted() -> None:
    point = {"type": "Feature", "properties": None, "geometry": {"type": "Point", "coordinates": [106.5, 21.5]}}
    found = read(point, {"geometry": None}, a_line([[10, 50], [11, 51]]), a_line([ROAD, ROAD[:2]], "MultiLineString"))
    assert (len(found.ways), found.no_lines, found.far_away) == (2, 2, 1)


@pytest.mark.parametrize(
    "places", [[[106.4, 21.5]], [[106.4, 21.5], [106.4, 21.5]], [["a", "b"], [1, 2]], "x", [[1e999, 1], [2, 2]], None]
)
def test_a_line_that_cannot_be_drawn_is_named_by_its_place(places: Any) -> None:  # noqa: ANN401 - any JSON
    assert faults(a_line(), a_line(places)) == [("$.features[1].geometry", "tracking.way_no_line")]


def test_every_lane_says_of_which_route_it_is() -> None:
    lanes = [a_line(name="1"), a_line(route="hn-1119", name="2"), a_line(route=4)]
    assert [field for field, _ in faults(*lanes, kind=WayKind.LANE)] == [
        "$.features[0].properties.route",
        "$.features[2].properties.route",
    ]


def test_a_file_with_latitude_first_is_told_so() -> None:
    turned = [[lat, lon] for lon, lat in ROAD]
    assert faults(a_line(turned)) == [("$.features", "tracking.ways_turned")]
    assert faults(a_line([[10, 50], [11, 51]])) == [("$.features", "tracking.no_ways")]


def test_more_than_a_page_can_draw_is_refused() -> None:
    assert faults(*[a_line()] * 5_001) == [("$.features", "tracking.too_many_ways")]


def test_an_empty_file_takes_all_roads_from_the_map() -> None:
    assert read().ways == []


def test_each_route_is_shipped_with_lanes_inside_its_gate() -> None:
    lanes = shipped_lanes(Corridor([row["outline"] for row in shipped_corridor()]).ground)
    gates = {area.route: area.outline for area in shipped_areas().areas() if area.kind is AreaKind.GATE}
    assert {lane.route for lane in lanes} == gates.keys()
    for lane in lanes:
        assert lane.route
        assert all(gates[lane.route].buffer(0.00001).covers(Point(place)) for place in drawn(lane).coords)


def test_a_load_changes_the_routes_whose_lanes_it_adds_removes_or_alters() -> None:
    one, other = (Way(WayKind.LANE, (1, 1, 2, 2), "1", route) for route in ("hn-1119", "tt-1088"))
    assert lane_routes([one, other], [other, one]) == frozenset()
    assert lane_routes([one], [one, other]) == {"tt-1088"}
    assert lane_routes([one], [Way(WayKind.LANE, (1, 1, 2, 3), "1", "hn-1119")]) == {"hn-1119"}
