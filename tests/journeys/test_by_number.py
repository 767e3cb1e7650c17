"""A truck whose declaration is only a number, on the whole running gate, through an outage of customs' own system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bordergate.broker.kafka import KafkaBroker
from bordergate.service import Service
from events.words import Direction
from services.simulated_vnaccs.command import answering
from services.simulated_vnaccs.world import Mood, SimulatedVnaccs
from tests.builders.clock import FakeClock
from tests.builders.journey import CUSTOMS, REGISTRATION, Travellers
from tests.gates import a_running_gate, eventually

NUMBER = "308000000001"


@dataclass
class Connected:
    """Travellers through a gate that is connected to customs' own system, and that system."""

    travellers: Travellers
    vnaccs: SimulatedVnaccs


@pytest.fixture
def connected(
    database_url: str, services: list[Service], tmp_path: Path, kafka: Callable[..., KafkaBroker]
) -> Iterator[Connected]:
    clock, vnaccs = FakeClock(), SimulatedVnaccs()
    with answering(vnaccs) as address:
        settings = {"BORDERGATE_CUSTOMS_SOURCE": address}
        with a_running_gate(database_url, services, tmp_path, kafka(), clock, settings=settings) as gate:
            yield Connected(Travellers(gate, clock, eventually), vnaccs)


def test_an_outage_of_customs_blocks_no_filing_and_the_truck_is_called_once_customs_answers(
    connected: Connected,
) -> None:
    travellers, connected.vnaccs.mood = connected.travellers, Mood.UNREACHABLE
    stated = travellers.firm.post(f"{CUSTOMS}/declarations/by-number", json={"number": NUMBER})
    assert stated.status_code == 201, stated.text
    crossing = travellers.files(Direction.EXPORT, declarations=[NUMBER])

    def stopped_by() -> list[Any]:
        told = travellers.firm.get(f"{REGISTRATION}/crossings/{crossing}").json()
        return [one["code"] for one in told["failures"] if one["severity"] == "BLOCK"]

    assert eventually(stopped_by) == ["customs_declarations.awaiting_customs"]
    connected.vnaccs.mood = Mood.WELL
    assert travellers.is_called(crossing)["stage"] == "CALLED"
    assert stopped_by() == []
