"""A few trucks of a simulated day go their whole way through a running gate, over its public doors only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bordergate.broker.kafka import KafkaBroker
from bordergate.service import Service
from tests.builders.demonstration import a_demonstration

DAY = """\
7,hn-1119,EXPORT,CONTAINER,FRUIT,2
07:05,hn-1119,IMPORT,CONTAINER,FABRIC,1
07:05,tt-1088,EXPORT,TRUCK,EMPTY,1
"""


@pytest.mark.timeout(400)
def test_every_truck_of_a_small_day_goes_its_whole_way(
    owner_url: str, database_url: str, services: list[Service], tmp_path: Path, kafka: Callable[..., KafkaBroker]
) -> None:
    with a_demonstration(owner_url, database_url, services, tmp_path, kafka()) as demonstration:
        replayed = demonstration.replay(DAY.replace("7,hn", "07:02,hn", 1), "--speed", "120", "--seed", "7")
        assert replayed.returncode == 0, replayed.stdout + replayed.stderr
        assert "4 of 4 trucks went their whole way" in replayed.stdout
        ended = demonstration.gate.rows(
            "tracking", "SELECT direction, ended_at IS NOT NULL AS over FROM tracking.trucks"
        )
        assert [row.over for row in ended] == [True] * 4
        (entered,) = demonstration.gate.rows("tracking", "SELECT count(*) AS n FROM tracking.counters")
        assert entered.n == 4
        machines = demonstration.gate.rows("identity", "SELECT revoked FROM identity.machines")
        assert all(row.revoked for row in machines)


def test_a_gate_that_is_no_demonstration_is_not_driven(
    owner_url: str, database_url: str, services: list[Service], tmp_path: Path, kafka: Callable[..., KafkaBroker]
) -> None:
    with a_demonstration(owner_url, database_url, services, tmp_path, kafka(), marked=False) as real:
        replayed = real.replay(DAY)
        assert replayed.returncode == 1
        assert "not marked as a demonstration" in replayed.stderr
        assert real.gate.rows("identity", "SELECT 1 FROM identity.machines") == []


@pytest.mark.timeout(200)
def test_a_day_told_to_end_lets_the_clock_rest_and_leaves_no_machine_behind(
    owner_url: str, database_url: str, services: list[Service], tmp_path: Path, kafka: Callable[..., KafkaBroker]
) -> None:
    with a_demonstration(owner_url, database_url, services, tmp_path, kafka()) as demonstration:
        with demonstration.begin(DAY, "--speed", "60") as day:
            assert day.stdout
            assert "the day has begun: 4 trucks" in day.stdout.readline()
            day.terminate()
            _, complaint = day.communicate(timeout=60)
        assert day.returncode == 143
        assert "ended before its time" in complaint
        machines = demonstration.gate.rows("identity", "SELECT revoked FROM identity.machines")
        assert [row.revoked for row in machines] == [True] * 6
        paces = demonstration.gate.rows("identity", "SELECT speed FROM bordergate.paces ORDER BY real_at")
        assert [row.speed for row in paces] == [60, 1]


@pytest.mark.timeout(300)
def test_a_day_takes_other_plates_than_those_of_earlier_days_and_dismisses_their_machines(
    owner_url: str, database_url: str, services: list[Service], tmp_path: Path, kafka: Callable[..., KafkaBroker]
) -> None:
    with a_demonstration(owner_url, database_url, services, tmp_path, kafka()) as demonstration:
        for _ in range(2):
            with demonstration.begin(DAY, "--seed", "7") as day:
                assert day.stdout
                assert "the day has begun" in day.stdout.readline()
                day.kill()
        plates = demonstration.gate.rows("vehicle_registration", "SELECT plate FROM vehicle_registration.vehicles")
        assert len({row.plate for row in plates}) == 8
        machines = demonstration.gate.rows("identity", "SELECT revoked FROM identity.machines ORDER BY id")
        assert [row.revoked for row in machines] == [True] * 6 + [False] * 6
