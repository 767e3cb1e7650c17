"""A position is taken only of an active crossing, inside the corridor, and of today."""

from __future__ import annotations

import pytest

from bordergate.ids import new_id
from services.tracking.domain import Result, judge
from tests.builders.clock import A_MORNING
from tests.builders.tracking import ABROAD_AT, GATE_AT, a_position, the_corridor


@pytest.mark.parametrize(
    ("minutes", "result"),
    [
        (0, Result.ACCEPTED),
        (4.9, Result.ACCEPTED),
        (5.1, Result.FROM_THE_FUTURE),
        (-24 * 60 + 1, Result.ACCEPTED),
        (-24 * 60 - 1, Result.TOO_OLD),
    ],
)
def test_a_position_is_of_today_and_not_of_the_future(minutes: float, result: Result) -> None:
    assert judge(a_position(GATE_AT, minutes), new_id(), the_corridor(), A_MORNING) is result


def test_a_position_without_an_active_crossing_is_forgotten() -> None:
    assert judge(a_position(), None, the_corridor(), A_MORNING) is Result.NO_ACTIVE_CROSSING


def test_a_position_outside_the_corridor_is_forgotten_whoever_sends_it() -> None:
    for crossing in (None, new_id()):
        assert judge(a_position(ABROAD_AT), crossing, the_corridor(), A_MORNING) is Result.OUTSIDE_CORRIDOR


def test_the_corridor_holds_its_own_boundary() -> None:
    assert the_corridor().holds(106.0, 21.5)


def test_a_position_whose_driver_does_not_consent_is_forgotten() -> None:
    crossing = new_id()
    assert judge(a_position(), crossing, the_corridor(), A_MORNING, consented=False) is Result.NO_CONSENT
    assert judge(a_position(), None, the_corridor(), A_MORNING, consented=False) is Result.NO_ACTIVE_CROSSING
