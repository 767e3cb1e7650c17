"""What is assumed of trucks: when they come, how far, with what; to be fitted again to the gate's own days."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from events.words import TicketClass
from services.queue_scheduling.simulator.site import Truck

Floats = NDArray[np.float64]
Profile = Sequence[tuple[float, float, float]]

BUSY_HOURS: Profile = ((0, 5, 0.09), (7, 11, 0.24))
"""From, to, share of the day's trucks; the rest comes evenly at all other hours."""
OTHERS = ((TicketClass.P3, 0.12), (TicketClass.P4, 0.70), (TicketClass.P5, 0.18))
"""How the trucks without perishables divide."""


@dataclass(frozen=True)
class Spread:
    """A lognormal law by its mean and its coefficient of variation."""

    mean: float
    variation: float

    def draw(self, dice: np.random.Generator, count: int) -> Floats:
        """So many values."""
        sigma = math.sqrt(math.log1p(self.variation**2))
        return dice.lognormal(math.log(self.mean) - sigma**2 / 2, sigma, count)

    @classmethod
    def between(cls, low: float, high: float) -> Spread:
        """The law whose 5th and 95th per cent these are."""
        middle, sigma = math.sqrt(low * high), math.log(high / low) / (2 * 1.6448536269514722)
        return cls(middle * math.exp(sigma**2 / 2), math.sqrt(math.expm1(sigma**2)))


LIFE = Spread.between(24, 120)
"""Shelf life left on joining."""


@dataclass(frozen=True)
class Laws:
    """How trucks are drawn; hours throughout."""

    perishable: float
    no_shows: float
    rejoins: bool = False
    day_factor: Spread = Spread(1.0, 0.12)
    travel: Spread = Spread(25 / 60, 0.4)
    life: Spread = LIFE
    profile: Profile = BUSY_HOURS
    others: Sequence[tuple[TicketClass, float]] = OTHERS


def trucks_of(laws: Laws, per_day: Sequence[float], dice: np.random.Generator) -> list[Truck]:
    """Trucks day after day, so many on average, in the order in which they come."""
    factors = laws.day_factor.draw(dice, len(per_day))
    counts = dice.poisson(np.asarray(per_day) * factors)
    hours = [24.0 * day + np.sort(hours_of_day(laws.profile, count, dice)) for day, count in enumerate(counts)]
    return with_goods(laws, np.concatenate(hours), dice)


def hours_of_day(profile: Profile, count: int, dice: np.random.Generator) -> Floats:
    """When on a day so many trucks come."""
    edges = sorted({0.0, 24.0, *(float(edge) for start, end, _ in profile for edge in (start, end))})
    rest = 1 - sum(share for *_, share in profile)
    free = 24 - sum(end - start for start, end, _ in profile)
    shares = [
        next((share for start, end, share in profile if start <= low < end), rest * (high - low) / free)
        for low, high in itertools.pairwise(edges)
    ]
    found: Floats = np.interp(dice.random(count), [0.0, *np.cumsum(shares)], edges)
    return found


def with_goods(laws: Laws, arrivals: Floats, dice: np.random.Generator) -> list[Truck]:
    """Trucks that come at these hours, each with its goods, its journey, and whether it follows its call."""
    count = len(arrivals)
    classes = [TicketClass.P2, *(which for which, _ in laws.others)]
    shares = [laws.perishable, *((1 - laws.perishable) * share for _, share in laws.others)]
    drawn = dice.choice(len(classes), count, p=shares)
    lives, travels = laws.life.draw(dice, count), laws.travel.draw(dice, count)
    misses = dice.random(count) < laws.no_shows
    rows = zip(arrivals.tolist(), drawn.tolist(), lives.tolist(), travels.tolist(), misses.tolist(), strict=True)
    trucks = []
    for number, (arrives, which, life, travel, miss) in enumerate(rows):
        kept = life if classes[which] is TicketClass.P2 else None
        trucks.append(Truck(number, arrives, classes[which], travel, kept, kept, miss, laws.rejoins))
    return trucks
