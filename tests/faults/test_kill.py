"""Each part of the gate dies in the middle of 200 crossings, and nobody can tell afterwards."""

from __future__ import annotations

import pytest

from tests.faults.checker import findings
from tests.faults.conftest import Border


@pytest.mark.parametrize("part", ["api", "intake", "worker", "relay", "broker", "postgres"])
def test_after_a_part_was_killed_and_started_again_all_is_there_once_and_in_order(border: Border, part: str) -> None:
    with border.carrier.at_work() as work:
        work.reach(0.3)
        border.parts[part].kill()
        assert not work.over
        border.parts[part].start()
    assert findings(border.witness.evidence(work.answered)) == []


def test_a_second_worker_and_a_second_relay_go_on_for_those_that_were_killed(border: Border) -> None:
    with border.two_of("worker", "relay"), border.carrier.at_work() as work:
        work.reach(0.3)
        border.parts["worker"].kill()
        border.parts["relay"].kill()
        assert not work.over
        evidence = border.witness.evidence(work.answered)
        border.parts["worker"].start()
        border.parts["relay"].start()
    assert findings(evidence) == []
