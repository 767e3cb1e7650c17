"""Time as a value passed in: real, scaled on a demonstration, or set by a test."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BEIJING = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """What time it is at the border."""

    def now(self) -> datetime:
        """The domain's time, aware, in UTC."""

    def speed(self) -> float:
        """How many domain seconds pass in one real second now."""


class RealClock:
    """The wall's own time."""

    def now(self) -> datetime:
        """The domain's time is the real time."""
        return datetime.now(UTC)

    def speed(self) -> float:
        """As fast as the real time."""
        return 1.0


@dataclass(frozen=True)
class Pace:
    """From `real_at` on, the domain's time starts at `domain_at` and runs `speed` times as fast as the real one."""

    speed: float
    real_at: datetime
    domain_at: datetime

    def at(self, real: datetime) -> datetime:
        """The domain's time at a real instant."""
        return self.domain_at + self.speed * (real - self.real_at)


def pace_at(paces: Sequence[Pace], real: datetime) -> Pace | None:
    """The pace in force at a real instant: the last one that has begun."""
    begun = [pace for pace in paces if pace.real_at <= real]
    return max(begun, key=lambda pace: pace.real_at, default=None)


class ScaledClock:
    """A demonstration's time: rows of paces, read again each second by every process.

    A new pace takes effect three seconds after it is written, so that all processes switch at one instant.
    """

    LEAD = timedelta(seconds=3)

    def __init__(self, paces: Callable[[], Sequence[Pace]]) -> None:
        self._read = paces
        self._paces: Sequence[Pace] = ()
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The domain's time by the pace in force; the real time before there is any."""
        return self.at(datetime.now(UTC))

    def at(self, real: datetime) -> datetime:
        """The domain's time at a real instant."""
        pace = pace_at(self._known(), real)
        return pace.at(real) if pace else real

    def speed(self) -> float:
        """How many domain seconds pass in one real second now."""
        pace = pace_at(self._known(), datetime.now(UTC))
        return pace.speed if pace else 1.0

    def _known(self) -> Sequence[Pace]:
        with self._lock:
            if time.monotonic() - self._read_at >= 1:
                self._paces = self._read()
                self._read_at = time.monotonic()
            return self._paces
