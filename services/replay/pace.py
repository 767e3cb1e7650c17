"""How fast the demonstration's clock may run so that nothing is late: slower rather than dropping; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

SLOWEST, FASTEST = 1.0, 120.0
LATE_AFTER = 2.0
IN_TIME_BELOW = 0.7
SLOWER, FASTER = 0.6, 1.25
SETTLING = 6.0
CALM_FOR = 10.0


@dataclass
class Pacer:
    """Watches by how many real seconds the day's acts are late, and says at which speed to go on.

    After a change it waits until the change has taken effect and shows; it speeds up only after a calm while.
    """

    wanted: float
    speed: float = 0
    _changed_at: float = field(default=float("-inf"))
    _calm_since: float | None = None

    def __post_init__(self) -> None:
        self.wanted = min(max(self.wanted, SLOWEST), FASTEST)
        self.speed = self.speed or self.wanted

    def watch(self, late: float, real: float) -> float | None:
        """The new speed, if it should change now; `late` and `real` in real seconds."""
        if late > IN_TIME_BELOW:
            self._calm_since = None
        elif self._calm_since is None:
            self._calm_since = real
        if real - self._changed_at < SETTLING:
            return None
        if late > LATE_AFTER and self.speed > SLOWEST:
            return self._change(max(SLOWEST, self.speed * SLOWER), real)
        if self._calm_since is not None and real - self._calm_since >= CALM_FOR and self.speed < self.wanted:
            return self._change(min(self.wanted, self.speed * FASTER), real)
        return None

    def _change(self, speed: float, real: float) -> float:
        self.speed, self._changed_at, self._calm_since = round(speed, 2), real, None
        return self.speed


@dataclass(frozen=True)
class Reading:
    """The gate's clock as it was read: what it said, at which of our own seconds, and how fast it ran."""

    domain: datetime
    real: float
    speed: float

    def at(self, real: float) -> datetime:
        """What it says at another of our seconds."""
        return self.domain + timedelta(seconds=(real - self.real) * self.speed)
