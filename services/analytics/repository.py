"""How statements become contributions, and contributions sums: a few statements of SQL for any number of crossings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from events.queue_scheduling import OpenHours
from services.analytics.domain import SKETCH, Classed, Filed, Statement, by_the_hour

READ_MODELS = ("statements", "trucks", "contributions", "cells", "capacities")
GROUPED = "measure, hour, route, direction, ticket_class, country, bucket"

KEEP = """
INSERT INTO analytics.statements AS s (crossing_id, slot, n, sequence, at, until)
SELECT DISTINCT ON (crossing_id, slot, n) * FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::bigint[],
    %s::timestamptz[], %s::timestamptz[]) AS told (crossing_id, slot, n, sequence, at, until)
ORDER BY crossing_id, slot, n, sequence DESC
ON CONFLICT (crossing_id, slot, n)
DO UPDATE SET sequence = excluded.sequence, at = excluded.at, until = excluded.until
WHERE excluded.sequence > s.sequence
"""

FILE = """
INSERT INTO analytics.trucks AS t (crossing_id, filed, route, direction, country)
SELECT DISTINCT ON (crossing_id) * FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::text[])
    AS told (crossing_id, filed, route, direction, country)
ORDER BY crossing_id, filed DESC
ON CONFLICT (crossing_id) DO UPDATE
SET filed = excluded.filed, route = excluded.route, direction = excluded.direction, country = excluded.country
WHERE t.filed IS NULL OR excluded.filed > t.filed
"""

CLASS = """
INSERT INTO analytics.trucks AS t (crossing_id, classed, ticket_class)
SELECT DISTINCT ON (crossing_id) * FROM unnest(%s::uuid[], %s::bigint[], %s::text[])
    AS told (crossing_id, classed, ticket_class)
ORDER BY crossing_id, classed DESC
ON CONFLICT (crossing_id) DO UPDATE SET classed = excluded.classed, ticket_class = excluded.ticket_class
WHERE t.classed IS NULL OR excluded.classed > t.classed
"""

CAPACITY = """
INSERT INTO analytics.capacities (route, sequence, direction, slot, since, trucks)
SELECT %s, %s, direction, slot, %s, trucks
FROM unnest(%s::text[], %s::smallint[], %s::float8[]) AS planned (direction, slot, trucks)
ON CONFLICT DO NOTHING
"""

OF_THESE, OF_ALL = "crossing_id = ANY(%(ids)s)", "true"

FRESH = f"""
stated AS (SELECT * FROM analytics.statements WHERE at IS NOT NULL AND {{which}}),
stages AS (
    SELECT crossing_id, max(at) FILTER (WHERE slot = 'READY') AS ready,
        max(at) FILTER (WHERE slot = 'ARRIVING') AS arriving, max(at) FILTER (WHERE slot = 'CHECKED_IN') AS checked_in,
        max(at) FILTER (WHERE slot = 'IN_YARD') AS in_yard, max(at) FILTER (WHERE slot = 'RELEASED') AS released,
        max(at) FILTER (WHERE slot = 'CROSSED') AS crossed, max(at) FILTER (WHERE slot = 'LEFT_YARD') AS left_yard
    FROM stated WHERE n = 0 GROUP BY crossing_id),
queue AS (
    SELECT crossing_id, slot, n, at, until, count(*) FILTER (WHERE slot = 'QUEUED') OVER in_turn AS joins,
        max(n) FILTER (WHERE slot = 'CALLED') OVER (PARTITION BY crossing_id) AS last_call
    FROM stated WHERE n > 0 WINDOW in_turn AS (PARTITION BY crossing_id ORDER BY n)),
calls AS (
    SELECT *, CASE WHEN joins > 0 THEN first_value(at) OVER (PARTITION BY crossing_id, joins ORDER BY n) END AS queued
    FROM queue),
found (crossing_id, measure, n, counted, took) AS (
    SELECT crossing_id, slot, n, at, NULL::interval FROM calls WHERE slot IN ('CALLED', 'MISSED')
    UNION ALL SELECT crossing_id, 'WAIT', n, at, at - queued FROM calls WHERE slot = 'CALLED' AND queued IS NOT NULL
    UNION ALL SELECT c.crossing_id, 'ON_TIME', c.n, c.at, NULL FROM calls c JOIN stages USING (crossing_id)
        WHERE c.slot = 'CALLED' AND c.n = c.last_call AND checked_in <= c.until
    UNION ALL SELECT c.crossing_id, 'APPROACH', 0, checked_in, checked_in - c.at
        FROM calls c JOIN stages USING (crossing_id)
        WHERE c.slot = 'CALLED' AND c.n = c.last_call AND checked_in IS NOT NULL
    UNION ALL SELECT crossing_id, 'LAG', 0, checked_in, checked_in - arriving FROM stages
        WHERE arriving IS NOT NULL AND checked_in IS NOT NULL
    UNION ALL SELECT crossing_id, 'CLEARED', 0, released, NULL FROM stages WHERE released IS NOT NULL
    UNION ALL SELECT crossing_id, 'CLEARANCE', 0, released, released - checked_in FROM stages
        WHERE checked_in IS NOT NULL AND released IS NOT NULL
    UNION ALL SELECT crossing_id, 'ARRIVED', 0, arriving, NULL FROM stages WHERE arriving IS NOT NULL
    UNION ALL SELECT crossing_id, 'PRE_DECLARED', 0, arriving, NULL FROM stages
        WHERE ready <= arriving - interval '2 hours'
    UNION ALL SELECT crossing_id, 'YARD', 0, out_at, out_at - in_yard
        FROM stages JOIN analytics.trucks USING (crossing_id),
        LATERAL (SELECT coalesce(left_yard, CASE direction WHEN 'EXPORT' THEN crossed END) AS out_at) AS way
        WHERE out_at IS NOT NULL AND in_yard IS NOT NULL),
fresh AS (
    SELECT crossing_id, measure, n, date_trunc('hour', counted) AS hour, route, direction,
        coalesce(ticket_class, '') AS ticket_class, country, CASE WHEN took IS NULL THEN 0
            ELSE ceil(ln(greatest(extract(epoch FROM took)::float8, 1)) / {math.log(SKETCH.gamma)!r})::int END AS bucket
    FROM found JOIN analytics.trucks USING (crossing_id) WHERE route IS NOT NULL)
"""

INTO_CELLS = """
INSERT INTO analytics.cells AS c (grain, measure, at, slot, route, direction, ticket_class, country, bucket, count)
SELECT grain, measure, cell, slot, route, direction, ticket_class, country, bucket, sum(change)
FROM {changes},
    LATERAL (SELECT hour AT TIME ZONE 'Asia/Ho_Chi_Minh' AS local) AS there,
    LATERAL (VALUES ('HOUR', hour, 0), ('DAY', date_trunc('day', hour, 'Asia/Ho_Chi_Minh'), 0),
        ('MONTH', date_trunc('month', hour, 'Asia/Ho_Chi_Minh'), 0),
        ('WEEK', date_trunc('month', hour, 'Asia/Ho_Chi_Minh'),
            (extract(isodow FROM local)::int - 1) * 24 + extract(hour FROM local)::int)) AS grains (grain, cell, slot)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING sum(change) <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9
ON CONFLICT (grain, measure, at, slot, route, direction, ticket_class, country, bucket)
DO UPDATE SET count = c.count + excluded.count
"""

CHANGES = (
    f"WITH {FRESH.format(which=OF_THESE)},"
    " known AS (SELECT * FROM analytics.contributions WHERE crossing_id = ANY(%(ids)s)), changes AS ("
    "SELECT *, 1 AS change FROM (SELECT * FROM fresh EXCEPT SELECT * FROM known) AS came"
    " UNION ALL SELECT *, -1 FROM (SELECT * FROM known EXCEPT SELECT * FROM fresh) AS went) "
    + INTO_CELLS.format(changes="changes")
)
VANISHED = (
    f"WITH {FRESH.format(which=OF_THESE)} DELETE FROM analytics.contributions k WHERE crossing_id = ANY(%(ids)s)"
    " AND NOT EXISTS (SELECT FROM fresh f WHERE (f.crossing_id, f.measure, f.n) = (k.crossing_id, k.measure, k.n))"
)
CONTRIBUTE = f"""
WITH {FRESH} INSERT INTO analytics.contributions AS k (crossing_id, n, {GROUPED})
SELECT crossing_id, n, {GROUPED} FROM fresh ORDER BY crossing_id, measure, n
ON CONFLICT (crossing_id, measure, n) DO UPDATE SET hour = excluded.hour, route = excluded.route,
    direction = excluded.direction, ticket_class = excluded.ticket_class, country = excluded.country,
    bucket = excluded.bucket
WHERE k IS DISTINCT FROM excluded
"""
SUM_ALL = INTO_CELLS.format(changes="(SELECT *, 1 AS change FROM analytics.contributions) AS changes")
EMPTY = "DELETE FROM analytics.cells WHERE count = 0"
CHECKSUM = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM analytics.{} AS t"


def keep(session: Session, told: Sequence[Statement | Filed | Classed]) -> None:
    """Each service's last word on each thing, however often and in whichever order it was heard."""
    said = [one for one in told if isinstance(one, Statement)]
    filed = [one for one in told if isinstance(one, Filed)]
    classed = [one for one in told if isinstance(one, Classed)]
    _write(session, KEEP, [(s.crossing_id, s.slot, s.n, s.sequence, s.at, s.until) for s in said])
    _write(session, FILE, [(f.crossing_id, f.sequence, f.route, f.direction.value, f.country) for f in filed])
    _write(session, CLASS, [(c.crossing_id, c.sequence, c.ticket_class.value) for c in classed])


def _write(session: Session, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        session.connection().exec_driver_sql(statement, tuple(map(list, zip(*rows, strict=True))))


def plan(session: Session, route: str, sequence: int, since: datetime, hours: Sequence[OpenHours]) -> None:
    """The capacity of a route from an instant on."""
    rows = [(direction.value, weekday * 24 + hour, trucks) for weekday, hour, direction, trucks in by_the_hour(hours)]
    columns = tuple(map(list, zip(*rows, strict=True))) if rows else ([], [], [])
    session.connection().exec_driver_sql(CAPACITY, (route, sequence, since, *columns))


def contribute(session: Session, crossings: Sequence[UUID]) -> None:
    """Bring the sums in line with what is now known of these crossings."""
    told = {"ids": list(crossings)}
    for statement in (CHANGES, VANISHED, CONTRIBUTE.format(which=OF_THESE)):
        session.connection().exec_driver_sql(statement, told)
    session.connection().exec_driver_sql(EMPTY)


def begin_anew(session: Session) -> None:
    """Forget everything; whoever hears news meanwhile waits for the commit."""
    session.connection().exec_driver_sql(f"TRUNCATE {', '.join(f'analytics.{table}' for table in READ_MODELS)}")


def contribute_all(session: Session) -> None:
    """Sum up everything that is known, into empty tables.

    They were filled in this very transaction: the planner does not know their sizes and must be told what suits many.
    """
    session.connection().exec_driver_sql("SET LOCAL enable_nestloop = off")
    session.connection().exec_driver_sql(CONTRIBUTE.format(which=OF_ALL))
    session.connection().exec_driver_sql(SUM_ALL)


def checksum(session: Session) -> str:
    """The same for the same rows, in whichever order they were written."""
    sums = [session.connection().exec_driver_sql(CHECKSUM.format(table)).one() for table in READ_MODELS]
    return " ".join(
        f"{table}={count}:{int(total) & 0xFFFFFFFFFFFF:012x}"
        for table, (count, total) in zip(READ_MODELS, sums, strict=True)
    )
