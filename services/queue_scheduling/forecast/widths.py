"""How far off forecasts were, followed as they turn out: three quantiles, each moved by every outcome.

A quantile moves up by its share of a step when the outcome lies above it and down by the rest when not: over time so
many outcomes lie below it as it says, whatever the outcomes are drawn from and however that changes (adaptive
conformal inference: Gibbs and Candès, 2021; as a quantile tracker: Angelopoulos, Candès and Tibshirani, 2023).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from services.queue_scheduling.dispatch.book import Line

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
STEP = 0.01
"""How far one outcome moves a quantile, on the scale of `score`: an hour's calls move it by half or so at most."""
HELD, PACE, WIDEST = 0.8, 0.01, 4.0
"""The share of ranges that should hold the call, how fast the spread follows, and how far it goes."""
PACE_OF_LEARNED = 0.005
"""Learned ranges are right already of what is usual: their spread may follow slowly, and so swings less."""
MEASURED_APART = (Line.STANDARD, Line.EMPTY, Line.PERISHABLE, Line.EXTRAORDINARY)
EDGES = (5, 20, 80, 320)
"""The ranks at which another width begins: what is near is less certain in proportion."""


@dataclass(frozen=True)
class Widths:
    """By which factor, as a logarithm, the calls until a truck's own are more or fewer than its rank.

    The first ones are a guess; `samples` counts the trucks they have followed since. Outcomes come hours after what was
    foretold, and many at once: quantiles that follow them are too narrow. `spread` stretches them about the middle
    until what was told held as often as it should.
    """

    low: float = math.log(0.75)
    middle: float = 0.0
    high: float = math.log(1.35)
    samples: int = 0
    spread: float = 1.0

    def learn(self, *scores: float, held: float = HELD) -> Widths:
        """The widths after one more truck was called, by all that was foretold of it: together they weigh as one.

        `held` is the share of these forecasts whose range held the call.
        """
        low, middle, high = self.low, self.middle, self.high
        for one in scores:
            low = moved(low, LOW, one, 1 / len(scores))
            middle = moved(middle, MIDDLE, one, 1 / len(scores))
            high = moved(high, HIGH, one, 1 / len(scores))
        return Widths(low, middle, high, self.samples + 1, followed(self.spread, held, PACE))

    def ranks(self, rank: int) -> tuple[float, float, float]:
        """The calls until a truck's own, of a rank: p10, p50 and p90, never the wrong way round."""
        low, middle, high = Spread(self.spread).of(*sorted((self.low, self.middle, self.high)))
        return stretched(rank, low), stretched(rank, middle), stretched(rank, high)


@dataclass(frozen=True)
class Spread:
    """By how much the learned ranges of a line are stretched about their middle, and how many trucks they followed."""

    by: float = 1.0
    samples: int = 0

    def learn(self, held: float) -> Spread:
        """The spread after one more truck was called; `held` is the share of its forecasts that held the call."""
        return Spread(followed(self.by, held, PACE_OF_LEARNED), self.samples + 1)

    def of(self, low: float, middle: float, high: float) -> tuple[float, float, float]:
        """A range, stretched."""
        return middle - self.by * (middle - low), middle, middle + self.by * (high - middle)


def followed(spread: float, held: float, pace: float) -> float:
    """A spread after an outcome: wider when ranges held the call too seldom, within bounds."""
    return min(WIDEST, max(1 / WIDEST, spread * math.exp(pace * (HELD - held))))


def moved(quantile: float, share: float, score: float, weight: float = 1.0) -> float:
    """A quantile after an outcome."""
    return quantile + STEP * weight * (share if score > quantile else share - 1)


def score(rank: int, calls: float) -> float:
    """How far off a rank was, when so many calls had room until the truck's own."""
    return math.log((calls + 1) / (rank + 1))


def stretched(rank: int, by: float) -> float:
    """The calls that a score stands for; never fewer than none."""
    return max(0.0, (rank + 1) * math.exp(by) - 1)


def bucket_of(rank: int, line: Line) -> int:
    """Which widths a rank in a line is measured by; the lines are called by rules of their own."""
    return MEASURED_APART.index(line) * (len(EDGES) + 1) + sum(rank >= edge for edge in EDGES)
