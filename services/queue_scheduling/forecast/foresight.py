"""A forecast: the instants of p10, p50 and p90, by which method, and on how many outcomes their range stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import numpy as np

from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.forecast.learned import Learned
from services.queue_scheduling.forecast.signs import Crowd, Signs, Waiting, signs_of
from services.queue_scheduling.forecast.timeline import Timeline
from services.queue_scheduling.forecast.widths import HELD, Spread, Widths, bucket_of, stretched

ENOUGH = 500
"""Trucks that must have been foreseen and called before trees are grown (QUEUE.md: until then the plan alone)."""
LOOKED_BACK = timedelta(days=21)
"""What trees are grown from: three of each weekday, and a season is not followed too slowly."""


class Method(StrEnum):
    """How a range was found."""

    PLAN_AND_RANK = "PLAN_AND_RANK"
    """Calls fall into the open minutes of the plan; the range is stretched as earlier ranges turned out to need."""
    LEARNED = "LEARNED"
    """The same plan; the range comes from trees grown from earlier forecasts, stretched likewise."""


@dataclass(frozen=True)
class Foreseen:
    """When a truck of a rank is called; an instant that lies beyond the plan is None."""

    p10: datetime | None
    p50: datetime | None
    p90: datetime | None
    samples: int
    method: Method = Method.PLAN_AND_RANK


Foretold = tuple[list[Foreseen], Signs]
"""The forecasts of trucks, and the signs they were made by."""


@dataclass(frozen=True)
class Outcome:
    """How one forecast of a truck turned out: its score, and whether its range held the call."""

    crossing_id: UUID
    rank: int
    line: Line
    method: Method
    score: float
    held: bool


@dataclass
class Experience:
    """What a queue's earlier forecasts teach."""

    widths: dict[int, Widths] = field(default_factory=dict)
    spreads: dict[Line, Spread] = field(default_factory=dict)
    learned: Learned | None = None

    def foresee(self, trucks: Sequence[Waiting], crowd: Crowd, timeline: Timeline, now: datetime) -> Foretold:
        """The forecasts of waiting trucks, and the signs they were made by."""
        signs = signs_of(trucks, crowd, timeline, now)
        if self.learned is None:
            return [self._by_plan(truck, timeline) for truck in trucks], signs
        scores = self.learned.scores(signs)
        return [self._learned(truck, timeline, *row) for truck, row in zip(trucks, scores.tolist(), strict=True)], signs

    def _by_plan(self, truck: Waiting, timeline: Timeline) -> Foreseen:
        measured = self.widths.get(bucket_of(truck.rank, Line(truck.line)), Widths())
        p10, p50, p90 = (timeline.when(calls) for calls in measured.ranks(truck.rank))
        return Foreseen(p10, p50, p90, measured.samples)

    def _learned(self, truck: Waiting, timeline: Timeline, low: float, middle: float, high: float) -> Foreseen:
        spread = self.spreads.get(Line(truck.line), Spread())
        p10, p50, p90 = (timeline.when(stretched(truck.rank, by)) for by in spread.of(low, middle, high))
        return Foreseen(p10, p50, p90, spread.samples, Method.LEARNED)

    def learn(self, outcomes: Iterable[Outcome]) -> tuple[set[int], set[Line]]:
        """Each truck teaches once a width and a spread, by all its forecasts there; which of them were taught."""
        of_width, of_spread = defaultdict(list), defaultdict(list)
        for one in outcomes:
            of_width[one.crossing_id, bucket_of(one.rank, one.line)].append(one)
            if one.method is Method.LEARNED:
                of_spread[one.crossing_id, one.line].append(one.held)
        for (_, bucket), found in of_width.items():
            own = [one.held for one in found if one.method is Method.PLAN_AND_RANK]
            known = self.widths.get(bucket, Widths())
            self.widths[bucket] = known.learn(*(one.score for one in found), held=_mean(own))
        for (_, line), held in of_spread.items():
            self.spreads[line] = self.spreads.get(line, Spread()).learn(_mean(held))
        return {bucket for _, bucket in of_width}, {line for _, line in of_spread}


def _mean(held: Sequence[bool]) -> float:
    """The share that held; of none as many as should."""
    return float(np.mean(held)) if held else HELD
