"""Forecasts of calls judged on simulated months with drifts: a closure, slow hours, a surge, a holiday.

`deploy/bench forecast --seeds 1` for a first look; without the switch 8 months, as the figures in docs/forecast.md.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from tests.bench.parts.foreseen import CLOSED, HOLIDAY, SLOW, SURGE, judged
from tests.bench.rows import Row, Setup

NEEDS_SERVERS = False
MONTHS, PROCESSES = 8, 2
AIMED, AROUND = 0.8, 0.03
DRIFTS = {"closure": [CLOSED, CLOSED + 1], "slow": [SLOW], "surge": [SURGE, SURGE + 1], "holiday": [*HOLIDAY, 21, 22]}


def run(setup: Setup) -> list[Row]:
    """Coverage, and loss beside two plain methods."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        months = list(pool.map(judged, range(setup.seeds or MONTHS)))
    ours = [month["the service"] for month in months]
    whole = float(np.mean([one.coverage() for one in ours]))
    apart = [f"{name} {np.mean([one.coverage(days) for one in ours]):.2f}" for name, days in DRIFTS.items()]
    loss = float(np.mean([one.loss() for one in ours]))
    rows = [
        Row("calls between p10 and p90: off 0.80 by", abs(whole - AIMED), "of 1", goal=AROUND, lower=True,
            note=f"coverage {whole:.3f}; {', '.join(apart)}")
    ]  # fmt: skip
    for other in ("plain average", "Little's law"):
        theirs = float(np.mean([month[other].loss() for month in months]))
        rows.append(Row(f"pinball loss against {other}", loss, "min", against=theirs, goal=1, lower=True))
    return rows
