"""A thousand viewers of one board on one API process: from the news to each of them, with one read for all."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import quantiles

import psycopg

from bordergate.auth import Role
from bordergate.ids import new_id
from tests.bench.parts.gate import deployed
from tests.bench.parts.watching import Seen, Watch, watching
from tests.bench.rows import Row, Setup
from tests.builders.callers import a_caller
from tests.builders.stories import FREIGHT

VIEWERS, CHANGES, PAUSE = 1_000, 10, 1.6
GOAL = 1_000.0
"""Milliseconds within which 99 of 100 tellings arrive."""


def run(setup: Setup) -> list[Row]:
    """Tell of ten changes, and see when each viewer hears of each."""
    with deployed(setup) as deployment:
        deployment.learn_routes()
        with (
            deployment.working(),
            deployment.serving("api") as (_, port),
            psycopg.connect(deployment.plain_url, autocommit=True) as connection,
        ):
            officer = deployment.issuer.headers(a_caller(Role.GATE_OPERATOR, organisation=new_id()))
            with watching(Watch(port, f"/board/{FREIGHT}/live", officer, VIEWERS)) as audience:
                told_at = [_tell(connection) for _ in range(CHANGES)]
                time.sleep(PAUSE)
                seen = audience.leave()
    return _rows(told_at, seen)


def _tell(connection: psycopg.Connection) -> float:
    time.sleep(PAUSE)  # longer than the board's own pause between two renderings
    told_at = time.time()
    connection.execute("SELECT pg_notify('portal', %s)", (FREIGHT,))
    return told_at


def _rows(told_at: Sequence[float], seen: Seen) -> list[Row]:
    heard = [at for _, at in sorted(seen.changes.items())]
    waits = [(at - told) * 1_000 for told, own in zip(told_at, heard[-CHANGES:], strict=True) for at in own]
    note = (
        f"{VIEWERS} viewers, {CHANGES} changes, {len(waits):,} of {VIEWERS * CHANGES:,} tellings arrived,"
        f" {seen.lost} streams lost; readings for all {CHANGES} changes and all viewers: {len(heard[-CHANGES:])}"
        f"; load generator {seen.cpu:.0%} of one processor"
    )
    if len(waits) != VIEWERS * CHANGES:
        raise RuntimeError(note)
    percent = quantiles(waits, n=100, method="inclusive")
    return [
        Row("from the news to a viewer, p50", percent[49], "ms", note=note),
        Row("from the news to a viewer, p99", percent[98], "ms", goal=GOAL, lower=True),
    ]
