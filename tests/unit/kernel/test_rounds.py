"""A worker's own loop goes on after a fault, and says that there was one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest

from bordergate import metrics
from bordergate.rounds import Rounds
from bordergate.transactions import Busy


class Clerk(Rounds):
    """Takes turns as told, and remembers what it said of itself at the beginning of each."""

    what_waits = "letters"

    def __init__(self, turns: Iterator[Exception | None]) -> None:
        super().__init__("test.letters")
        self.turns = turns
        self.said: list[str | None] = []

    def turn(self) -> float:
        self.said.append(self.waits_for)
        trouble = next(self.turns, None)
        if trouble:
            raise trouble
        if len(self.said) > 2:
            self.stop()
        return 0


def faults() -> float:
    return metrics.REGISTRY.get_sample_value("bordergate_loop_faults_total", {"loop": "test.letters"}) or 0.0


@pytest.mark.parametrize(
    ("trouble", "level", "counted"),
    [(KeyError("torn"), logging.ERROR, 1), (Busy(retry_after=1), logging.WARNING, 0)],
)
def test_a_loop_whose_turn_fails_says_so_and_takes_the_next(
    trouble: Exception, level: int, counted: int, caplog: pytest.LogCaptureFixture
) -> None:
    before, clerk = faults(), Clerk(iter([trouble, None, None]))
    thread = threading.Thread(target=clerk.run)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert clerk.said == [None, type(trouble).__name__, None]
    assert [record.levelno for record in caplog.records] == [level]
    assert faults() - before == counted
