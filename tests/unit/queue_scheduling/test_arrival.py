"""A call that ran out: whether it stays valid, and whose doing it was that nobody came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from events.queue_scheduling import ClosureCause
from services.queue_scheduling.domain.arrival import Attempt, Sighting, excuse_of, truck_is_nearly_there
from tests.builders.queue import TEN

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NEAR = Sighting(near=True)
THERE = Sighting(near=True, at_gate_since=TEN + 59 * MINUTE)


def an_attempt(**changes: Any) -> Attempt:  # noqa: ANN401 - any field
    return Attempt(**({"called_at": TEN, "valid_until": TEN + HOUR, "opened": HOUR, "chance": HOUR / 2} | changes))


@pytest.mark.parametrize(
    ("attempt", "waited_for"),
    [
        (an_attempt(sighting=NEAR), True),
        (an_attempt(), False),
        (an_attempt(sighting=NEAR, prolonged=True), False),
        (an_attempt(sighting=NEAR, gate_open=False), False),
    ],
)
def test_a_truck_that_is_nearly_there_is_waited_for_once_while_the_gate_is_open(
    attempt: Attempt, *, waited_for: bool
) -> None:
    assert (truck_is_nearly_there(attempt) is not None) is waited_for


@pytest.mark.parametrize(
    ("attempt", "because"),
    [
        (an_attempt(), None),
        (an_attempt(sighting=NEAR, prolonged=True), None),
        (an_attempt(opened=30 * MINUTE), None),
        (an_attempt(opened=29 * MINUTE), "missed_by_closure"),
        (an_attempt(opened=29 * MINUTE, closed_by=frozenset({ClosureCause.WEATHER})), "missed_by_weather"),
        (an_attempt(closed_by=frozenset({ClosureCause.WEATHER})), None),
        (an_attempt(stood_still=31 * MINUTE), "missed_by_stop"),
        (an_attempt(stood_still=30 * MINUTE), None),
        (an_attempt(sighting=THERE), "missed_at_the_gate"),
        (an_attempt(sighting=Sighting(at_gate_since=TEN + HOUR + MINUTE)), None),
        (an_attempt(sighting=THERE, excused_there=True), None),
        (an_attempt(sighting=Sighting(at_gate_since=TEN - 13 * HOUR)), None),
    ],
)
def test_who_was_kept_out_by_gate_authority_or_weather_is_told_which(attempt: Attempt, because: str | None) -> None:
    assert excuse_of(attempt) == (because and f"queue_scheduling.{because}")
