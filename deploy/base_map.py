"""Draw the base map anew: the province, its communes and its gates, small enough for every page that has a map.

python deploy/base_map.py ADMINISTRATIVE.geojson GATES.geojson services/portal/static/map/lang-son.json

The first file holds the province and its communes (thanglequoc/vietnamese-provinces-database, MIT), the second the
gates as points with `gate`, `route`, `use`, `source` and `accuracy_m`. Borders that two communes share stay
shared. A line is written as steps on a grid, [x, y, dx, dy, dx, dy, …] in units of `grid` degrees: half as
long as GeoJSON when packed.
"""  # noqa: INP001 - run by its path

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

TOLERANCE = 0.00042
"""Degrees: at most 50 m at this latitude, with the rounding."""
LICENSE = "MIT, https://github.com/thanglequoc/vietnamese-provinces-database"
SOURCE = "thanglequoc/vietnamese-provinces-database, simplified to 50 m"
PROVINCE = "20"
GRID = 0.0001
SLIVER = 0.0001
SHORTEST = 0.002
"""Degrees: shorter pieces are where two neighbours' outlines disagree."""
Feature = dict[str, Any]


def main(administrative: Path, gates: Path, target: Path) -> None:
    """Write the map."""
    known = json.loads(administrative.read_text("utf-8"))["features"]
    communes = [shapely.make_valid(shape(one["geometry"])) for one in known if one["properties"]["code"] != PROVINCE]
    told = {
        "license": LICENSE,
        "source": SOURCE,
        "grid": GRID,
        **_ground(communes),
        "gates": _gates(json.loads(gates.read_text("utf-8"))["features"]),
    }
    target.write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


def _ground(communes: list[Any]) -> dict[str, Any]:
    """The province as an outline, and the borders between communes, each drawn once."""
    whole = max(shapely.get_parts(shapely.unary_union(communes)), key=lambda part: part.area)
    arcs = shapely.get_parts(shapely.line_merge(shapely.unary_union([one.boundary for one in communes])))
    inner = [arc for arc in arcs if not whole.exterior.buffer(SLIVER).covers(arc) and arc.length > SHORTEST]
    return {
        "province": _steps(whole.exterior.simplify(TOLERANCE)),
        "communes": [_steps(arc.simplify(TOLERANCE, preserve_topology=False)) for arc in inner],
    }


def _steps(line: Any) -> list[int]:  # noqa: ANN401 - a shapely line
    places = [(0, 0), *((round(x / GRID), round(y / GRID)) for x, y in line.coords)]
    return [to[axis] - here[axis] for here, to in pairwise(places) for axis in (0, 1)]


def _gates(known: list[Feature]) -> list[Feature]:
    return [
        {name: told[name] for name in ("gate", "route", "source", "accuracy_m")}
        | {"place": one["geometry"]["coordinates"]}
        for one in known
        if (told := one["properties"])["use"] == "freight"
    ]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
