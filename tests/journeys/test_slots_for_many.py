"""A thousand clients at once for a hundred places, through the HTTP API of a running gate."""

from __future__ import annotations

import pytest

from bordergate.service import Service
from services.queue_scheduling.service import service
from tests.builders.rush import PLACES, a_rush, slots_given
from tests.gates import RunningGate

CLIENTS = 1000


@pytest.fixture(scope="session")
def services() -> list[Service]:
    """Only the queue."""
    return [service]


def test_of_a_thousand_clients_exactly_a_hundred_have_a_slot_and_all_an_answer(
    running_gate: RunningGate, owner_url: str
) -> None:
    rush = a_rush(owner_url, running_gate.issuer, running_gate.origin, CLIENTS)
    rush.run()
    assert (len(rush.stages), set(rush.stages.values())) == (PLACES, {"CONFIRMED"})
    assert set(rush.refused.values()) == {("slots.full",)}
    assert rush.answered == 1
    assert (rush.lines_cut, max(rush.statuses)) == (0, 409), rush.statuses
    assert slots_given(owner_url, rush.starts) == (set(rush.stages), PLACES, PLACES)
