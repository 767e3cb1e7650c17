"""The checker sees a loss, a duplicate and a swap wherever one is planted, in a small made-up run and in a real one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.builders import faults
from tests.faults.checker import Evidence, findings


@pytest.fixture(params=["made up", "recorded"])
def run(request: pytest.FixtureRequest) -> Evidence:
    """A run in which all is well."""
    recorded: Evidence = faults.a_run() if request.param == "made up" else request.getfixturevalue("a_recorded_run")
    return recorded


def test_nothing_is_found_where_all_is_well(run: Evidence) -> None:
    assert findings(run) == []


def test_an_event_delivered_again_is_no_finding(run: Evidence) -> None:
    assert findings(faults.deliver_everything_twice(run)) == []


@pytest.mark.parametrize(
    "plant",
    [
        faults.lose_an_early_event,
        faults.lose_the_last_event_of_a_key,
        faults.leave_an_event_in_the_outbox,
        faults.lose_a_crossing,
        faults.lose_a_ticket,
        faults.lose_a_file,
        faults.miss_an_event,
        faults.lose_a_position_before_the_log,
        faults.lose_a_position_after_the_log,
    ],
)
def test_a_planted_loss_is_found(run: Evidence, plant: Callable[[Evidence], Evidence]) -> None:
    assert any("lost" in finding for finding in findings(plant(run)))


@pytest.mark.parametrize(
    "plant",
    [
        faults.do_a_command_twice,
        faults.answer_a_command_twice,
        faults.number_two_events_alike,
        faults.number_an_event_twice,
        faults.react_twice,
        faults.count_a_join_twice,
        faults.draw_two_tickets,
        faults.enter_an_area_twice,
    ],
)
def test_a_planted_duplicate_is_found(run: Evidence, plant: Callable[[Evidence], Evidence]) -> None:
    assert any("twice" in finding for finding in findings(plant(run)))


def test_a_planted_swap_is_found(run: Evidence) -> None:
    assert any("swapped" in finding for finding in findings(faults.swap_two_events_of_a_key(run)))


def test_an_event_set_aside_is_found(run: Evidence) -> None:
    assert any("parked" in finding for finding in findings(faults.park_an_event(run)))
