"""What booking a slot costs through the API, against a bare endpoint that takes the same locks in the same order."""

from __future__ import annotations

from statistics import median

from tests.bench.parts.endpoints import endpoints, in_turn, told
from tests.bench.parts.gate import deployed
from tests.bench.parts.kinds import file_crossings
from tests.bench.rows import Row, Setup

GOAL = 0.6
PAIRS, SECONDS, WARM_UP = 7, 2.0, 2.0
CROSSINGS = 20_000


def run(setup: Setup) -> list[Row]:
    """Everybody wants the same slot: both endpoints in turn, several times; the medians."""
    with deployed(setup) as deployment:
        file_crossings(deployment.database.owner_url, CROSSINGS)
        with endpoints(deployment, "slot", most=CROSSINGS // (PAIRS + 1) // 2) as (ours, bare):
            in_turn(ours, bare, WARM_UP, 1)
            pairs = in_turn(ours, bare, SECONDS, PAIRS)
    rates, slowest = ([(getattr(mine, name), getattr(its, name)) for mine, its in pairs] for name in ("rate", "p99"))
    return [
        Row(
            "reservations of one slot through the API",
            median(mine for mine, _ in rates),
            "slots/s",
            against=median(its for _, its in rates),
            ratios=[mine / its for mine, its in rates],
            goal=GOAL,
            note=told(pairs),
        ),
        Row(
            "one of a hundred takes longer than",
            median(mine for mine, _ in slowest),
            "ms",
            against=median(its for _, its in slowest),
            ratios=[its / mine for mine, its in slowest],
            goal=GOAL,
        ),
    ]
