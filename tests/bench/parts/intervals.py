"""What many seeds say together: a relative change with its 95 % interval, by common random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t


@dataclass(frozen=True)
class Change:
    """By how many per cent the sum over all seeds is more (less: negative), and half the width of its interval."""

    per_cent: float
    half_width: float

    @property
    def upper(self) -> float:
        """The worse end."""
        return self.per_cent + self.half_width

    def __str__(self) -> str:
        return f"{self.per_cent:+.1f} ± {self.half_width:.1f} %"


def change(ours: Sequence[float], theirs: Sequence[float]) -> Change:
    """The ratio of sums less one, its error from how far each seed's pair lies off that ratio."""
    mine, its = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    ratio = mine.sum() / its.sum()
    off = mine - ratio * its
    degrees = max(1, len(off) - 1)
    error = np.sqrt(len(off) / degrees * (off**2).sum()) / its.sum()
    return Change(float(100 * (ratio - 1)), float(100 * error * t.ppf(0.975, degrees)))
