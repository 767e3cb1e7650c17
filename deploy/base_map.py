"""Draw the base map anew: the province, its communes and its gates, small enough for every page that has a map.

python deploy/base_map.py ADMINISTRATIVE.geojson GATES.geojson services/portal/static/map/lang-son.geojson

The first file holds the province and its communes (thanglequoc/vietnamese-provinces-database, MIT), the second the
gates as points with `gate`, `route`, `use`, `source` and `accuracy_m`. Borders that two communes share stay shared.
"""  # noqa: INP001 - run by its path

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

TOLERANCE = 0.00042
"""Degrees: at most 50 m at this latitude, with the rounding."""
LICENSE = "MIT, https://github.com/thanglequoc/vietnamese-provinces-database"
SOURCE = "thanglequoc/vietnamese-provinces-database, simplified to 50 m"
PROVINCE = "20"
SLIVER = 0.0001
Feature = dict[str, Any]


def main(administrative: Path, gates: Path, target: Path) -> None:
    """Write the map."""
    known = json.loads(administrative.read_text("utf-8"))["features"]
    communes = [shapely.make_valid(shape(one["geometry"])) for one in known if one["properties"]["code"] != PROVINCE]
    features = [*_ground(communes), *_gates(json.loads(gates.read_text("utf-8"))["features"])]
    told = {"type": "FeatureCollection", "license": LICENSE, "features": features}
    target.write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


def _ground(communes: list[Any]) -> list[Feature]:
    """The province as an outline, and the borders between communes, each drawn once."""
    whole = max(shapely.get_parts(shapely.unary_union(communes)), key=lambda part: part.area)
    arcs = shapely.get_parts(shapely.line_merge(shapely.unary_union([one.boundary for one in communes])))
    inner = [arc for arc in arcs if not whole.exterior.buffer(SLIVER).covers(arc) and arc.length > 2 * TOLERANCE]
    outline = shapely.Polygon(whole.exterior.simplify(TOLERANCE))
    borders = shapely.MultiLineString([arc.simplify(TOLERANCE, preserve_topology=False) for arc in inner])
    return [
        _feature(outline, kind="province", name="Lạng Sơn", source=SOURCE),
        _feature(borders, kind="commune", source=SOURCE),
    ]


def _feature(drawn: Any, **told: str) -> Feature:  # noqa: ANN401 - any shape
    return {"type": "Feature", "properties": told, "geometry": _rounded(drawn)}


def _gates(known: list[Feature]) -> list[Feature]:
    return [
        {
            "type": "Feature",
            "properties": {"kind": "gate", "name": told["gate"]}
            | {name: told[name] for name in ("route", "use", "source", "accuracy_m")},
            "geometry": one["geometry"],
        }
        for one in known
        if (told := one["properties"])["use"] == "freight"
    ]


def _rounded(drawn: Any) -> Any:  # noqa: ANN401 - any shape
    return json.loads(json.dumps(mapping(drawn)), parse_float=lambda text: round(float(text), 4))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
