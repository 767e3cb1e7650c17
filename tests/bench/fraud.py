"""The inspectorate's detectors judged: simulated months with one dishonest person of each kind among all the others.

`deploy/bench fraud --seeds 4` for a first look; without the switch 20 months, as the figures in docs/fraud.md.
"""

from __future__ import annotations

import time
from collections import Counter

from services.inspectorate.domain.detectors import DETECTORS
from services.inspectorate.domain.trace import Detector
from tests.bench.rows import Row, Setup
from tests.builders.inspected import Month, shipped_numbers

NEEDS_SERVERS = False
MONTHS, TRUCKS, CARRIERS, DAYS = 20, 1_759, 150, 30
RECALL, FALSE_A_DAY, SECONDS = 0.8, 0.1, 10.0


def run(setup: Setup) -> list[Row]:
    """Recall and false alarms a day by detector, and what one look costs."""
    months = setup.seeds or MONTHS
    found, false, took, read = Counter[Detector](), Counter[Detector](), list[float](), 0
    for seed in range(months):
        month = Month(seed, trucks=TRUCKS, carriers=CARRIERS, days=DAYS).honest().dishonest()
        traces, began = month.in_order(), time.process_time()
        read += len(traces)
        for detector, detect in DETECTORS.items():
            subjects = {hit.subject for hit in detect(traces, shipped_numbers())}
            found[detector] += month.planted[detector] in subjects
            false[detector] += len(subjects - {month.planted[detector]})
        took.append(time.process_time() - began)
    rows = [
        Row(f"recall, {detector.lower().replace('_', ' ')}", found[detector] / months, "of 1", goal=RECALL,
            note=f"false alarms a day: {false[detector] / months / DAYS:.3f}")
        for detector in Detector
    ]  # fmt: skip
    alarms = false.total() / months / DAYS
    return [
        *rows,
        Row("false alarms a day, all detectors", alarms, "a day", goal=FALSE_A_DAY, lower=True),
        Row("one look at a month", max(took), "s of CPU", goal=SECONDS, lower=True, note=f"{read // months:,} traces"),
    ]
