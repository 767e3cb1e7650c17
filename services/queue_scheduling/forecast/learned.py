"""Quantiles learned from a queue's own forecasts: gradient-boosted trees (LightGBM: Ke et al., 2017), one each.

What is learned is the same score that widths follow, so that the plan stays the ground on which a forecast stands.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import zstandard
from numpy.typing import NDArray

from services.queue_scheduling.forecast.signs import SIGNS, Signs
from services.queue_scheduling.forecast.widths import HIGH, LOW, MIDDLE

if TYPE_CHECKING:
    from lightgbm import Booster

TREES = 80
SHAPE = {
    "objective": "quantile",
    "num_leaves": 15,
    "learning_rate": 0.08,
    "min_data_in_leaf": 100,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
"""Small trees: a queue's days are few and alike. The same lessons give the same trees."""


@dataclass(frozen=True, eq=False)
class Learned:
    """The trees of p10, p50 and p90."""

    trees: Sequence[Booster]

    def scores(self, signs: Signs) -> NDArray[np.float64]:
        """The scores of trucks: a row each, p10, p50 and p90, never the wrong way round."""
        if not len(signs):
            return np.empty((0, len(self.trees)))
        found: NDArray[np.float64] = np.sort(np.column_stack([np.asarray(one.predict(signs)) for one in self.trees]))
        return found


def train(signs: Signs, scores: NDArray[np.float64]) -> bytes:
    """Learn from what was known and what came; kept as bytes."""
    import lightgbm  # noqa: PLC0415 - two seconds to load, which only who learns or reads trees has to spend

    grown = [
        lightgbm.train(
            {**SHAPE, "alpha": share}, lightgbm.Dataset(signs, scores, feature_name=list(SIGNS)), num_boost_round=TREES
        )
        for share in (LOW, MIDDLE, HIGH)
    ]
    return zstandard.compress(json.dumps([one.model_to_string() for one in grown]).encode())


@lru_cache(maxsize=64)
def opened(kept: bytes) -> Learned:
    """The trees that were kept; opened once by whoever asks again."""
    import lightgbm  # noqa: PLC0415 - see `train`

    told = json.loads(zstandard.decompress(kept))
    return Learned([lightgbm.Booster(model_str=one) for one in told])
