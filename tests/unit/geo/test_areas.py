from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from geoalchemy2 import WKBElement
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry
from sqlalchemy import MetaData, Table, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from bordergate.geo import (
    AreaIndex,
    BadAreas,
    BadLine,
    Outline,
    areas_of,
    locate,
    outline_column,
    size_m2,
    smallest_covering,
)

COUNTRY = shapely.box(106, 21, 108, 23)
COMMUNE = shapely.box(106.5, 21.5, 107, 22)
YARD = shapely.box(106.6, 21.6, 106.61, 21.61)
RING = shapely.box(107.2, 22.2, 107.8, 22.8).difference(shapely.box(107.4, 22.4, 107.6, 22.6))
AREAS = [("country", COUNTRY), ("yard", YARD), ("commune", COMMUNE), ("ring", RING)]


def collection(*features: object) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def feature(geometry: BaseGeometry, **properties: str | int) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(geometry)}


@pytest.fixture
def areas_file(tmp_path: Path) -> Path:
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps(collection(*(feature(outline, code=code) for code, outline in AREAS))), "utf-8")
    return path


@pytest.mark.parametrize(
    ("position", "code"),
    [
        ((106.605, 21.605), "yard"),
        ((106.7, 21.7), "commune"),
        ((106.1, 22.9), "country"),
        ((107.3, 22.3), "ring"),
        ((107.5, 22.5), "country"),
        ((106.6, 21.6), "yard"),
        ((106, 21), "country"),
        ((105.999999, 21), None),
    ],
)
def test_a_position_is_in_the_smallest_area_that_covers_it(position: tuple[float, float], code: str | None) -> None:
    assert smallest_covering(AREAS, [position]) == [code]


def test_no_positions_and_no_areas_are_no_trouble() -> None:
    assert smallest_covering(AREAS, []) == []
    assert smallest_covering([], [(106, 21)]) == [None]


def test_the_smaller_area_is_the_one_smaller_on_the_ground_not_in_degrees() -> None:
    polar, southern = shapely.box(0, 60, 10, 70), shapely.box(0, 60.5, 6, 70)
    tropical = shapely.box(0, 0, 8, 10)

    assert polar.area > tropical.area
    assert size_m2(polar) < size_m2(tropical)
    assert smallest_covering([("wide", polar), ("narrow", southern)], [(3, 65)]) == ["narrow"]


def test_an_areas_size_is_that_on_the_ground() -> None:
    assert size_m2(shapely.box(-180, -90, 180, 90)) == pytest.approx(5.1007e14, rel=1e-4)
    assert size_m2(shapely.box(106, 21, 107, 22)) == pytest.approx(1.1502e10, rel=5e-3)


@given(st.lists(st.tuples(st.floats(105.5, 108.5), st.floats(20.5, 23.5)), max_size=20))
def test_many_positions_at_once_are_found_as_each_alone(positions: list[tuple[float, float]]) -> None:
    by_hand = [
        min((size_m2(o), code) for code, o in AREAS if o.covers(shapely.Point(p)))[1]
        if any(o.covers(shapely.Point(p)) for _, o in AREAS)
        else None
        for p in positions
    ]
    table = np.array(positions, dtype=float).reshape(-1, 2)

    assert AreaIndex(AREAS).covering(table[:, 0], table[:, 1]) == by_hand


def test_areas_carry_their_code_under_either_name() -> None:
    document = collection(feature(YARD, ward_code="06001"), feature(shapely.MultiPolygon([COMMUNE]), code=7))

    assert [code for code, _ in areas_of(document)] == ["06001", "7"]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], None),
        ({"type": "Feature"}, None),
        (collection(feature(YARD)), "$.features[0].properties"),
        (collection(feature(YARD, code="a"), feature(shapely.Point(1, 2), code="b")), "$.features[1].geometry"),
        (collection(feature(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), code="b")), "$.features[0].geometry"),
        (collection({"properties": {"code": "a"}, "geometry": None}), "$.features[0]"),
        (collection({"properties": {"code": "a"}, "geometry": {"type": "Polygon", "coordinates": 3}}), "$.features[0]"),
        (collection({"properties": None, "geometry": None}), "$.features[0]"),
        (collection("a"), "$.features[0]"),
    ],
)
def test_what_holds_no_areas_is_refused_with_its_place(document: object, field: str | None) -> None:
    with pytest.raises(BadAreas) as refused:
        areas_of(document)

    assert refused.value.field == field


def test_each_line_is_written_with_the_code_of_its_area(areas_file: Path) -> None:
    lines = ["lon,lat\n", "106.605,21.605\n", "\n", "106.7, 21.7\r\n", "1,2"]

    assert list(locate(areas_file, lines)) == ["lon,lat,code", "106.605,21.605,yard", "106.7, 21.7,commune", "1,2,"]


def test_more_lines_than_are_read_at_once_come_back_in_order(areas_file: Path) -> None:
    lines = [f"106.{n:05},21.3" for n in range(10_000)]

    assert list(locate(areas_file, lines)) == [f"{line},country" for line in lines]


@pytest.mark.parametrize("bad", ["here", "106.7", "nan,21", "106,91", "181,21", "106;21"])
def test_a_line_that_is_no_position_is_named(areas_file: Path, bad: str) -> None:
    with pytest.raises(BadLine) as refused:
        list(locate(areas_file, ["106.7,21.7", bad]))

    assert refused.value.details["line"] == 2


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.geojson").write_text("{", "utf-8")

    for name in ("missing.geojson", "broken.geojson"):
        with pytest.raises(BadAreas):
            list(locate(tmp_path / name, []))


def test_a_column_takes_and_gives_outlines() -> None:
    stored = Outline().process_bind_param(YARD, postgresql.dialect())  # type: ignore[no-untyped-call]

    assert isinstance(stored, WKBElement)
    assert stored.srid == 4326
    assert Outline().process_result_value(stored, postgresql.dialect()) == YARD  # type: ignore[no-untyped-call]


def test_a_column_of_outlines_is_postgis_own() -> None:
    areas = Table("areas", MetaData(), outline_column())
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]

    assert "geometry(POLYGON,4326) NOT NULL" in str(CreateTable(areas).compile(dialect=dialect))
    assert "ST_AsEWKB" in str(select(areas).compile(dialect=dialect))
    assert "ST_GeomFromEWKT" in str(insert(areas).compile(dialect=dialect))
    assert not areas.indexes
