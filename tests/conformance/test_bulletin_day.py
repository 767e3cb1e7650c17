"""Two opening hours of a day made from the province's bulletins run through the gate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bordergate.broker.kafka import KafkaBroker
from bordergate.service import Service
from tests.builders.demonstration import a_demonstration

OPENING_HOURS = 12


def an_hour_of(bulletin: dict[str, int]) -> dict[tuple[str, str, str], int]:
    """Trucks an hour at Hữu Nghị, by direction, vehicle and goods, when the day's trucks come evenly."""
    (gate,) = [gate for gate in bulletin["gates"] if gate["gate"] == "Huu Nghi"]  # type: ignore[attr-defined] # JSON
    fruit = round(gate["export"] * bulletin["export_fruit"] / bulletin["export"])
    day = {
        ("EXPORT", "CONTAINER", "FRUIT"): fruit,
        ("EXPORT", "CONTAINER", "STARCH"): gate["export"] - fruit,
        ("IMPORT", "CONTAINER", "MACHINERY"): gate["import"],
    }
    return {kind: round(count / OPENING_HOURS) for kind, count in day.items()}


@pytest.mark.timeout(600)
def test_two_opening_hours_of_a_bulletins_day_go_their_whole_way(
    outside_data: Path,
    owner_url: str,
    database_url: str,
    services: list[Service],
    tmp_path: Path,
    kafka: Callable[..., KafkaBroker],
) -> None:
    records = json.loads((outside_data / "langson_bulletins.json").read_text("utf-8"))["records"]
    (bulletin,) = [record for record in records if record["as_of"] == "2023-05-28T20:00"]
    hour = an_hour_of(bulletin)
    day = "".join(f"{at},hn-1119,{','.join(kind)},{count}\n" for at in (7, 8) for kind, count in hour.items())
    with a_demonstration(owner_url, database_url, services, tmp_path, kafka()) as demonstration:
        replayed = demonstration.replay(day, "--speed", "120", "--seed", "20230528", within=550)
        assert replayed.returncode == 0, replayed.stdout + replayed.stderr
        trucks = 2 * sum(hour.values())
        assert f"{trucks} of {trucks} trucks went their whole way" in replayed.stdout
        assert trucks == 106
