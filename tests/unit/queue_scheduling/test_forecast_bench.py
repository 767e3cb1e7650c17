"""The measure of forecasts measures what it says."""

from __future__ import annotations

import pytest

from tests.bench.parts.foreseen import Judged, pinball


def test_a_quantile_loses_by_its_share_on_either_side() -> None:
    assert (pinball(0.9, 2, 3), pinball(0.9, 3, 2)) == pytest.approx((0.9, 0.1))
    assert pinball(0.5, 2, 2) == 0


def test_a_truck_counts_once_however_often_it_was_foreseen() -> None:
    judged = Judged()
    judged.add(1, 30.0, (1, 2, 3), 2)
    for _ in range(9):
        judged.add(2, 54.0, (1, 2, 3), 9)
    assert judged.coverage() == 0.5
    assert (judged.coverage([1]), judged.coverage([2])) == (1, 0)
