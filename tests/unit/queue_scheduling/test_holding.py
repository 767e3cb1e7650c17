"""What holders may do with a place, and what it costs: each rule, and the order in which they speak."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.queue_scheduling.domain.ticket import Stage
from services.queue_scheduling.holding.rules import CANCELLING, EXCHANGING, EXTENDING, Held, Tariff, bars_to, cost_of
from tests.builders.queue import TEN

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HALF = Decimal("0.5")
TARIFF = Tariff(12 * HOUR, 3 * HOUR, HALF, (4, 6, 8, 10), 60 * DAY, 6 * HOUR)


def held(stage: Stage = Stage.WAITING, hours: float | None = None, **changes: Any) -> Held:  # noqa: ANN401 - any field
    """A place whose call is so many hours off."""
    comes_at = None if hours is None else TEN + hours * HOUR
    return Held(stage=stage, now=TEN, comes_at=comes_at, **changes)


@pytest.mark.parametrize(
    ("place", "share", "because"),
    [
        (held(hours=12), 0, "cancel_early"),
        (held(hours=11.9), HALF, "cancel_soon"),
        (held(hours=3), HALF, "cancel_soon"),
        (held(hours=2.9), 1, "cancel_late"),
        (held(hours=-1), 1, "cancel_late"),
        (held(), 0, "cancel_unforeseen"),
        (held(hours=1, spoils_at=TEN), 0, "cancel_spoiled"),
        (held(hours=1, spoils_at=TEN + HOUR), 1, "cancel_late"),
        (held(hours=1, ours=True), 0, "cancel_ours"),
        (held(hours=1, shut=True), 0, "cancel_ours"),
        (held(Stage.CALLED), 1, "cancel_called"),
        (held(Stage.CALLED, shut=True), 0, "cancel_ours"),
        (held(Stage.REFUSED), 0, "cancel_placeless"),
    ],
)
def test_cancelling_costs_more_the_nearer_the_call_and_nothing_when_the_gate_is_the_cause(
    place: Held, share: Decimal, because: str
) -> None:
    assert cost_of(CANCELLING, place, TARIFF) == (share, f"queue_scheduling.{because}")


@pytest.mark.parametrize(
    ("place", "share", "because"),
    [
        (held(Stage.CALLED), 1, "extended_asked"),
        (held(Stage.CALLED, shut=True), 0, "extended_shut"),
        (held(Stage.CALLED, at_gate=True), 0, "extended_at_gate"),
    ],
)
def test_more_time_is_free_when_gate_authority_or_weather_needs_it(place: Held, share: int, because: str) -> None:
    assert cost_of(EXTENDING, place, TARIFF) == (share, f"queue_scheduling.{because}")


@pytest.mark.parametrize(
    ("place", "hours", "bars"),
    [
        (held(Stage.CALLED), 4, []),
        (held(Stage.CALLED), 5, ["extend_hours"]),
        (held(Stage.WAITING), 5, ["extend_uncalled", "extend_hours"]),
        (held(Stage.CALLED, extended_at=TEN - 59 * DAY), 4, ["extend_again"]),
        (held(Stage.CALLED, extended_at=TEN - 60 * DAY), 4, []),
        (held(Stage.CALLED, extended_at=TEN - 59 * DAY, shut=True), 4, []),
        (held(Stage.CALLED, valid_until=TEN + 9.9 * HOUR, shut=True), 4, []),
        (held(Stage.CALLED, valid_until=TEN + 10 * HOUR, shut=True), 4, ["extend_enough"]),
        (held(Stage.CALLED, valid_until=TEN + 10 * HOUR), 4, []),
    ],
)
def test_a_vehicle_extends_a_call_by_an_offered_time_once_in_sixty_days(
    place: Held, hours: int, bars: list[str]
) -> None:
    assert list(bars_to(place, TARIFF, hours)) == [f"queue_scheduling.{bar}" for bar in bars]


@pytest.mark.parametrize(
    ("place", "share", "because"),
    [
        (held(hours=6), 0, "exchanged_early"),
        (held(hours=5.9), 1, "exchanged_late"),
        (held(hours=5.9, ours=True), 0, "exchanged_ours"),
        (held(), 0, "exchanged_early"),
        (held(Stage.CALLED), 1, "exchanged_late"),
    ],
)
def test_another_tractor_or_driver_is_free_until_six_hours_before_the_call(
    place: Held, share: int, because: str
) -> None:
    assert cost_of(EXCHANGING, place, TARIFF) == (share, f"queue_scheduling.{because}")
