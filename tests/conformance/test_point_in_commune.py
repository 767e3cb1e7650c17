from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from bordergate.geo import locate

PROVINCE = "20"


@pytest.fixture
def positions(outside_data: Path) -> list[dict[str, str]]:
    with (outside_data / "langson_point_in_commune.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def province_and_communes(outside_data: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((outside_data / "langson_admin_2025.geojson").read_text("utf-8"))
    return found


def located(areas: Path, positions: list[dict[str, str]]) -> list[str]:
    lines = (f"{position['lon']},{position['lat']}\n" for position in positions)
    return [line.rpartition(",")[2] for line in locate(areas, lines)]


def test_every_position_is_in_the_stated_commune(
    province_and_communes: dict[str, Any], positions: list[dict[str, str]], tmp_path: Path
) -> None:
    features = [one for one in province_and_communes["features"] if one["properties"]["code"] != PROVINCE]
    communes = tmp_path / "communes.geojson"
    communes.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")

    assert len(positions) == 600
    assert located(communes, positions) == [position["ward_code"] for position in positions]


def test_beside_the_province_every_commune_stays_the_smaller_area(
    outside_data: Path, positions: list[dict[str, str]]
) -> None:
    codes = located(outside_data / "langson_admin_2025.geojson", positions)

    for code, position in zip(codes, positions, strict=True):
        assert code == position["ward_code"] or (code == PROVINCE and not position["ward_code"])
