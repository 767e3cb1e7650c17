"""The signs that learned forecasts go by: what the queue knew of a waiting truck, and of itself, at that instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.domain.hours import midnight
from services.queue_scheduling.forecast.timeline import Timeline
from services.queue_scheduling.forecast.widths import MEASURED_APART

Signs = NDArray[np.float64]
"""A row a truck, a column a sign, in the order of `SIGNS`."""

SIGNS = (
    "line",
    "rank",
    "waiting",
    "perishables_ahead",
    "perishables",
    "hours_to_spoil",
    "hours_waited",
    "hour",
    "room_today",
    "calls_last_hour",
    "calls_last_day",
    "numbers_ahead",
)
NEVER = 1_000.0
"""The hours until a load spoils that does not."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Waiting(Protocol):
    """A truck as it stood: `rank` before it, of these `perishables_ahead`; and how many numbers lie before its own."""

    @property
    def line(self) -> str:
        """The line it stands in."""

    @property
    def rank(self) -> int:
        """How many are called before it as the order stands."""

    @property
    def perishables_ahead(self) -> int:
        """How many of these are perishables."""

    @property
    def numbers_ahead(self) -> int:
        """How many numbers lie between the first one that is held and its own."""

    @property
    def joined_at(self) -> datetime:
        """Since when it waits."""

    @property
    def spoils_at(self) -> datetime | None:
        """When its load has spoiled."""


class Crowd(NamedTuple):
    """A queue as it stood: how many waited, of these the perishables, and the calls of the last hour and day."""

    waiting: int
    perishables: int
    calls_last_hour: int
    calls_last_day: int


def signs_of(trucks: Sequence[Waiting], crowd: Crowd, timeline: Timeline, now: datetime) -> Signs:
    """What is known of waiting trucks at an instant; nothing of what came later."""
    if not trucks:
        return np.empty((0, len(SIGNS)))
    today = midnight(now)
    rank = np.array([truck.rank for truck in trucks], dtype=float)
    same = np.ones(len(trucks))
    spoils = [(truck.spoils_at - now) / HOUR if truck.spoils_at else NEVER for truck in trucks]
    return np.column_stack(
        [
            [MEASURED_APART.index(Line(truck.line)) for truck in trucks],
            np.log1p(rank),
            same * np.log1p(crowd.waiting),
            [truck.perishables_ahead / (truck.rank + 1) for truck in trucks],
            same * (crowd.perishables / max(1, crowd.waiting)),
            np.minimum(spoils, NEVER),
            [(now - truck.joined_at) / HOUR for truck in trucks],
            same * ((now - today) / HOUR),
            timeline.calls_by(today + DAY) - rank,
            same * crowd.calls_last_hour,
            same * crowd.calls_last_day,
            [(truck.numbers_ahead + 1) / (truck.rank + 1) for truck in trucks],
        ]
    )
