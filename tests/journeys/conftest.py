"""The same journey on a gate moved by hand and on one that runs on the real broker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bordergate.broker.kafka import KafkaBroker
from bordergate.service import Service
from tests.builders.clock import FakeClock
from tests.builders.journey import Travellers
from tests.gates import StillGate, a_running_gate, eventually


@pytest.fixture
def travellers(still_gate: StillGate) -> Travellers:
    """Travellers through a gate moved by hand: nothing happens but what they let happen."""

    def let_happen(look: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is looked for
        for _ in range(180):
            if found := look():
                return found
            still_gate.settle()
        raise AssertionError("it did not happen within three hours")

    return Travellers(still_gate, still_gate.clock, let_happen)


@pytest.fixture
def live_travellers(
    database_url: str, services: list[Service], tmp_path: Path, kafka: Callable[..., KafkaBroker]
) -> Iterator[Travellers]:
    """Travellers through a gate that runs in its own threads on the real broker."""
    clock = FakeClock()
    with a_running_gate(database_url, services, tmp_path, kafka(), clock) as gate:
        yield Travellers(gate, clock, eventually)
