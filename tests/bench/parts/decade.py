"""Ten years at a busy gate: the sums after 10 million crossings, and the facts behind them in Parquet.

The sums are written in SQL, all cells of one kind alike: what a question costs depends on how many cells it reads and
how full they are, not on what they say (that is what tests/integration/analytics holds against a recount).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import psycopg

from services.analytics.domain import COUNTS, GRAINS, MEASURES, SKETCH, SKETCHES, TOLD_APART, Grain, Rollup
from services.analytics.queries import Question
from tests.builders.recount import KEYS

A_DAY = 2_740
ROUTES, CLASSES = ("hn-1119", "tt-1088", "cn-1104", "cm-1223"), ("P1", "P2", "P3", "P4", "P5", "P0")
THINGS = {"route": ROUTES, "direction": ("IMPORT", "EXPORT"), "ticket_class": CLASSES, "country": ("VN", "CN")}
TYPICAL = {"WAIT": 7_200, "APPROACH": 1_800, "CLEARANCE": 3_600, "YARD": 9_000, "LAG": 240}
"""Median seconds; a duration is lognormal, and one of twenty is more than four times as long."""
SPREAD = 0.85
RECENT = timedelta(days=64)
"""Hours are asked of this long at most."""


@dataclass(frozen=True)
class Decade:
    """Crossings at the same rate, up to an instant."""

    end: datetime

    def since(self, crossings: int) -> datetime:
        """When they began to come: at a midnight in Hà Nội."""
        return self.end - timedelta(days=round(crossings / A_DAY))

    def fill(self, owner_url: str, since: datetime, until: datetime) -> None:
        """Write the cells of this time; those of hours only near the end, where they are asked for."""
        with psycopg.connect(
            owner_url.replace("+psycopg", ""), options="-c timezone=UTC", autocommit=True
        ) as connection:
            for rollup, things in TOLD_APART.items():
                for grain in GRAINS[rollup]:
                    begins = since
                    if grain is Grain.HOUR or (rollup is Rollup.FULL and grain is Grain.DAY):
                        begins = max(since, self.end - RECENT)
                    connection.execute(*_filling(rollup, grain, sorted(things), begins, until))
            connection.execute("VACUUM ANALYZE analytics.cells")

    def facts(self, path: Path, crossings: int) -> duckdb.DuckDBPyConnection:
        """DuckDB, and the facts in a Parquet file in the order of time."""
        database = duckdb.connect()
        since = self.since(crossings).replace(tzinfo=None) - timedelta(hours=7)
        each = (self.end - self.since(crossings)).total_seconds() / crossings
        parts = [
            f"SELECT '{measure.lower()}' AS what, c.*, NULL::DOUBLE AS seconds FROM crossings c" for measure in COUNTS
        ]
        parts += [
            f"SELECT '{measure}', c.*, {TYPICAL[measure]} * exp({SPREAD} * (((hash(i, '{measure}') % 2001)::INT"
            " + (hash(i + 1, 'x') % 2001)::INT - 2000) / 800.0)) FROM crossings c"
            for measure in SKETCHES
        ]
        chosen = ", ".join(
            f"[{', '.join(repr(value) for value in values)}][1 + (hash(i, '{name}') % {len(values)})::INT] AS {name}"
            for name, values in THINGS.items()
        )
        database.execute(
            f"CREATE VIEW crossings AS SELECT i, TIMESTAMP '{since}' + to_seconds(i * {each!r}) AS moment,"
            f" moment + INTERVAL 7 HOURS AS local, {chosen} FROM range({crossings}) AS all_of_them (i)"
        )
        database.execute(f"COPY (SELECT * EXCLUDE (i) FROM ({' UNION ALL '.join(parts)})) TO '{path}' (FORMAT parquet)")
        database.execute(f"CREATE VIEW facts AS FROM '{path}'")
        return database


def ask_of_facts(database: duckdb.DuckDBPyConnection, question: Question) -> int:
    """The same question of the raw facts; how many rows there were."""
    edges = [(edge - edge.utcoffset()).replace(tzinfo=None) for edge in (question.since, question.until)]  # type: ignore[operator]
    wanted = {measure for figure in question.figures for measure in MEASURES[figure]}
    what = ", ".join(f"'{measure if measure in SKETCHES else measure.lower()}'" for measure in sorted(wanted))
    only = f" AND what IN ({what})" + "".join(f" AND {name} = '{value}'" for name, value in question.wanted.items())
    rows = database.execute(
        f"SELECT {KEYS[question.by.value]}, what, count(*), quantile_disc(seconds, [0.1, 0.5, 0.9, 0.95]) FROM facts"
        f" WHERE moment >= ? AND moment < ?{only} GROUP BY 1, 2",
        edges,
    ).fetchall()
    return len(rows)


def _filling(
    rollup: Rollup, grain: Grain, things: list[str], since: datetime, until: datetime
) -> tuple[str, dict[str, object]]:
    """One statement that writes all cells of a rollup and a grain."""
    step = {"HOUR": "hour", "DAY": "day", "MONTH": "month", "WEEK": "month", "YEAR": "year", "WEEKS": "year"}[grain]
    groups = math.prod(len(THINGS[name]) for name in things)
    slots = 168 if grain in (Grain.WEEK, Grain.WEEKS) else 1
    n = A_DAY * {"hour": 1 / 24, "day": 1, "month": 30, "year": 365}[step] / groups / slots
    names = ", ".join(name if name in things else "''" for name in THINGS)
    over = "".join(f", unnest(%({name})s::text[]) AS {name}" for name in things)
    whole = max(round(n), 1)
    numbers = ", ".join(str(whole) for _ in COUNTS)
    sketches = ", ".join(f"%({measure.value})s::bigint[]" for measure in SKETCHES)
    values: dict[str, object] = {name: list(THINGS[name]) for name in things}
    values |= {measure.value: list(_sketch(whole, TYPICAL[measure])) for measure in SKETCHES}
    values |= {"since": since, "until": until}
    statement = (
        f"INSERT INTO analytics.cells (rollup, grain, at, slot, route, direction, ticket_class, country, n,"
        f" {', '.join(measure.lower() for measure in (*COUNTS, *SKETCHES))})"
        f" SELECT '{rollup}', '{grain}', at, slot, {names}, {whole * 11}, {numbers}, {sketches}"
        f" FROM (SELECT DISTINCT date_trunc('{step}', hour, 'Asia/Ho_Chi_Minh') AS at FROM generate_series("
        f"%(since)s::timestamptz, %(until)s::timestamptz - interval '1 hour', interval '1 hour') AS hour) AS times,"
        f" generate_series(0, {slots - 1}) AS slot{over} ON CONFLICT DO NOTHING"
    )
    return statement, values


def _sketch(n: int, typical: float) -> Iterator[int]:
    """So many lognormal durations, evenly over their shares."""
    chance = np.random.default_rng(n)
    seconds = np.maximum(typical * np.exp(SPREAD * chance.standard_normal(min(n, 200_000))), 1)
    buckets, counts = np.unique(np.ceil(np.log(seconds) / math.log(SKETCH.gamma)).astype(np.int64), return_counts=True)
    for bucket, count in zip(buckets.tolist(), counts.tolist(), strict=True):
        yield (bucket << 32) + count
