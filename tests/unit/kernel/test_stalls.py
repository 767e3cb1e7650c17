"""A partition that has records to give, and gives none, is noticed; one that is only quiet is not."""

from __future__ import annotations

from bordergate.broker.stalls import Stalls

ENDS = {0: 10, 1: 10}


def looked(stalls: Stalls, positions: dict[int, int], times: int) -> list[int]:
    found: list[int] = []
    for _ in range(times):
        found = stalls.look(positions, ENDS)
    return found


def test_a_partition_that_stands_still_before_its_end_is_stuck_after_so_many_looks() -> None:
    stalls = Stalls(looks=3)
    assert looked(stalls, {0: 4, 1: 10}, times=3) == []
    assert looked(stalls, {0: 4, 1: 10}, times=1) == [0]


def test_one_that_moves_however_slowly_is_not() -> None:
    stalls = Stalls(looks=3)
    for position in (4, 4, 5, 5, 6, 6):
        assert stalls.look({0: position}, ENDS) == []


def test_one_at_its_end_is_quiet_not_stuck() -> None:
    assert looked(Stalls(looks=1), {0: 10}, times=5) == []


def test_one_that_was_away_is_looked_at_anew() -> None:
    stalls = Stalls(looks=2)
    looked(stalls, {0: 4}, times=2)
    stalls.look({}, ENDS)
    assert looked(stalls, {0: 4}, times=2) == []
