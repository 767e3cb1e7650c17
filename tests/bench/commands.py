"""Commands a second through the API, against a bare endpoint that issues the same statements."""

from __future__ import annotations

from statistics import median

from tests.bench.parts.endpoints import endpoints, in_turn, told
from tests.bench.parts.gate import deployed
from tests.bench.rows import Row, Setup

GOAL = 0.7
PAIRS, SECONDS, WARM_UP = 9, 2.0, 2.0


def run(setup: Setup) -> list[Row]:
    """Both endpoints in turn, several times; the medians."""
    with deployed(setup) as deployment, endpoints(deployment, "vehicle") as (ours, bare):
        in_turn(ours, bare, WARM_UP, 1)
        pairs = in_turn(ours, bare, SECONDS, PAIRS)
    return [
        Row(
            "commands through the API",
            median(mine.rate for mine, _ in pairs),
            "commands/s",
            against=median(its.rate for _, its in pairs),
            ratios=[mine.rate / its.rate for mine, its in pairs],
            goal=GOAL,
            note=told(pairs),
        )
    ]
