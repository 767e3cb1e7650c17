"""A thousand viewers of one board on one API process, five thousand trucks waiting: one snapshot for all of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median, quantiles

import psycopg

from bordergate.auth import Role
from bordergate.ids import new_id
from bordergate.runtime import Gate, open_gate
from bordergate.service import installed
from bordergate.settings import Settings
from services.portal.pages.board import fragments
from services.portal.queries.board import board_of
from tests.bench.parts.gate import Deployment, deployed
from tests.bench.parts.watching import Seen, Watch, watching
from tests.bench.rows import Row, Setup
from tests.builders.callers import a_caller
from tests.builders.stories import FREIGHT

VIEWERS, CHANGES, PAUSE = 1_000, 10, 1.6
WAITING, LOOKS = 5_000, 30
GOAL = 1_000.0
"""Milliseconds within which 99 of 100 tellings arrive."""
SNAPSHOT = 50.0
"""Milliseconds of server time for the snapshot that all viewers share."""
WAIT = """
INSERT INTO portal.crossings (crossing_id, parties, reference, route, direction, plate, containers, declarations,
    declared_empty, two_way, shares, window_from, window_to, revision, state, since, failures, blocked, ticket_class,
    first_come, promise, ahead, queued_at, by_hand, confirmed_by, gap, history)
SELECT gen_random_uuid(), '{}', 'LS-' || n, %(route)s, CASE n %% 2 WHEN 0 THEN 'EXPORT' ELSE 'IMPORT' END,
    '12C' || lpad(n::text, 5, '0'), '{}', '{}', false, false, '[]', %(now)s, %(now)s + interval '1 day', 1, 'QUEUED',
    %(now)s - n * interval '10 seconds', '[]', false, (ARRAY['P2', 'P3', 'P4', 'P5'])[1 + n %% 4], n, n, n,
    %(now)s - n * interval '10 seconds', false, '{}', false, '[]'
FROM generate_series(1, %(count)s) AS n
"""


def run(setup: Setup) -> list[Row]:
    """Tell of ten changes, and see when each viewer hears of each."""
    with deployed(setup) as deployment:
        deployment.learn_routes()
        with (
            deployment.working(),
            deployment.serving("api") as (_, port),
            psycopg.connect(deployment.plain_url, autocommit=True) as connection,
        ):
            connection.execute(WAIT, {"route": FREIGHT, "now": datetime.now(UTC), "count": WAITING})
            officer = deployment.issuer.headers(a_caller(Role.GATE_OPERATOR, organisation=new_id()))
            with watching(Watch(port, f"/board/{FREIGHT}/live", officer, VIEWERS)) as audience:
                told_at = [_tell(connection) for _ in range(CHANGES)]
                time.sleep(PAUSE)
                seen = audience.leave()
        return [*_rows(told_at, seen), snapshot(deployment)]


def snapshot(deployment: Deployment) -> Row:
    """What one look at the board costs, read and drawn, whoever looks."""
    gate = open_gate(Settings.read(deployment.environment()), installed(), connections=2)
    try:
        spent = [_look(gate) for _ in range(LOOKS)]
    finally:
        gate.engine.dispose()
    note = f"of {LOOKS} the longest {max(spent):.0f} ms"
    return Row(
        f"the board's snapshot, {WAITING:,} waiting, p50", median(spent), "ms", goal=SNAPSHOT, lower=True, note=note
    )


def _look(gate: Gate) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    board = gate.transactions["portal"].read(lambda session: board_of(session, FREIGHT, gate.clock.now()), scope="all")
    fragments(board, "vi", operates=True)
    if board.figures.waiting != WAITING:
        raise RuntimeError(f"the board shows {board.figures.waiting} waiting trucks of {WAITING}")
    return (time.perf_counter() - started) * 1_000


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
