"""A worker's own loop: one turn after another until it is stopped."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from typing import ClassVar

from bordergate import metrics
from bordergate.transactions import infrastructure

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 30.0
log = logging.getLogger(__name__)


class Rounds(ABC):
    """Takes turns until stopped; what fails is tried again for ever, and `waits_for` says what failed.

    Only a fault of its own is an error in the log, with where it arose: the loop goes on, and the process is not ready.
    """

    what_waits: ClassVar[str]
    """Of what the log says that it waits."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.waits_for: str | None = None
        self._stop = threading.Event()

    @abstractmethod
    def turn(self) -> float:
        """Do one thing; returns for how many seconds to rest after it."""

    def stop(self) -> None:
        """End after the turn under way."""
        self._stop.set()

    def run(self) -> None:
        """Take turns until stopped."""
        backoff = FIRST_PAUSE
        while not self._stop.is_set():
            try:
                rest = self.turn()
                self.waits_for, backoff = None, FIRST_PAUSE
            except Exception as error:  # noqa: BLE001 - a loop that ended would be missed only when its work is
                self._say(error)
                rest, backoff = backoff, min(backoff * 2, LONGEST_PAUSE)
            self._stop.wait(rest)

    def _say(self, error: Exception) -> None:
        self.waits_for = type(error).__name__
        told = {"loop": self.name, "reason": self.waits_for}
        if infrastructure(error):
            log.warning("%s wait", self.what_waits, extra=told)
        else:
            metrics.LOOP_FAULTS.labels(self.name).inc()
            log.error("a turn failed, the next is tried", extra=told, exc_info=error)
