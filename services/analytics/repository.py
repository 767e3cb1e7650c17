"""How statements become contributions, and contributions sums: a few statements of SQL for any number of crossings."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from events.queue_scheduling import RoutePublished
from services.analytics.domain import (
    COUNTS,
    GRAINS,
    SKETCH,
    SKETCHES,
    TOLD_APART,
    Grain,
    Measure,
    Statement,
    by_the_hour,
    minute_of,
)

GROUPS = ("route", "direction", "ticket_class", "country")
READ_MODELS = ("statements", "trucks", "cells", "capacities", "closures")
Contribution = tuple[Any, ...]
"""Measure, hour, route, direction, class, country, bucket; counted."""

TOLD = """(SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::bigint[],
    %s::timestamptz[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS told (crossing_id, slot, n, sequence, at, until, route, direction, country, ticket_class))"""
HEARD = "analytics.heard (crossing_id, slot, n, sequence, at, until, route, direction, country, ticket_class)"

KEEP = """
INSERT INTO analytics.statements AS s (crossing_id, slot, n, sequence, at, until)
SELECT DISTINCT ON (crossing_id, slot, n) crossing_id, slot, n, sequence, at, until FROM {told} AS told
ORDER BY crossing_id, slot, n, sequence DESC
ON CONFLICT (crossing_id, slot, n)
DO UPDATE SET sequence = excluded.sequence, at = excluded.at, until = excluded.until
WHERE excluded.sequence > s.sequence
"""

FILE = """
INSERT INTO analytics.trucks AS t (crossing_id, filed, route, direction, country, classed, ticket_class)
SELECT crossing_id, max(sequence) FILTER (WHERE slot = 'READY'),
    (array_agg(route ORDER BY sequence DESC) FILTER (WHERE slot = 'READY'))[1],
    (array_agg(direction ORDER BY sequence DESC) FILTER (WHERE slot = 'READY'))[1],
    (array_agg(country ORDER BY sequence DESC) FILTER (WHERE slot = 'READY'))[1],
    max(sequence) FILTER (WHERE slot = 'QUEUED'),
    (array_agg(ticket_class ORDER BY sequence DESC) FILTER (WHERE slot = 'QUEUED'))[1]
FROM {told} AS told WHERE slot IN ('READY', 'QUEUED') GROUP BY crossing_id ORDER BY crossing_id
ON CONFLICT (crossing_id) DO UPDATE SET filed = greatest(t.filed, excluded.filed),
    route = CASE WHEN excluded.filed > coalesce(t.filed, 0) THEN excluded.route ELSE t.route END,
    direction = CASE WHEN excluded.filed > coalesce(t.filed, 0) THEN excluded.direction ELSE t.direction END,
    country = CASE WHEN excluded.filed > coalesce(t.filed, 0) THEN excluded.country ELSE t.country END,
    classed = greatest(t.classed, excluded.classed),
    ticket_class = CASE WHEN excluded.classed > coalesce(t.classed, 0)
        THEN excluded.ticket_class ELSE t.ticket_class END
"""

CAPACITY = """
INSERT INTO analytics.capacities (route, sequence, since, direction, slot, trucks, begins, ends)
SELECT %s, %s, %s, planned.*
FROM unnest(%s::text[], %s::smallint[], %s::float8[], %s::smallint[], %s::smallint[]) AS planned
ON CONFLICT DO NOTHING
"""

CLOSED = """
INSERT INTO analytics.closures (route, sequence, first_day, after, begins, ends, number)
SELECT %s, %s, planned.* FROM unnest(%s::date[], %s::date[], %s::smallint[], %s::smallint[]) WITH ORDINALITY AS planned
ON CONFLICT DO NOTHING
"""

OF_THESE, OF_ALL = "crossing_id = ANY(%(ids)s)", "true"

FRESH = f"""
WITH stated AS (SELECT * FROM analytics.statements WHERE at IS NOT NULL AND {{which}}),
stages AS (
    SELECT crossing_id, max(at) FILTER (WHERE slot = 'READY') AS ready,
        max(at) FILTER (WHERE slot = 'ARRIVING') AS arriving, max(at) FILTER (WHERE slot = 'CHECKED_IN') AS checked_in,
        max(at) FILTER (WHERE slot = 'IN_YARD') AS in_yard, max(at) FILTER (WHERE slot = 'RELEASED') AS released,
        max(at) FILTER (WHERE slot = 'CROSSED') AS crossed, max(at) FILTER (WHERE slot = 'LEFT_YARD') AS left_yard
    FROM stated WHERE n = 0 GROUP BY crossing_id),
queue AS (
    SELECT crossing_id, slot, n, at, until, count(*) FILTER (WHERE slot = 'QUEUED') OVER in_turn AS joins,
        lead(slot) OVER in_turn = 'MISSED' AND NOT at = ANY(array_agg(at) FILTER (WHERE slot = 'ANSWERED')
            OVER (PARTITION BY crossing_id)) IS TRUE AS missed,
        max(n) FILTER (WHERE slot = 'CALLED') OVER (PARTITION BY crossing_id) AS last_call
    FROM stated WHERE n > 0 WINDOW in_turn AS (PARTITION BY crossing_id ORDER BY n)),
calls AS (
    SELECT *, CASE WHEN joins > 0 THEN first_value(at) OVER (PARTITION BY crossing_id, joins ORDER BY n) END AS queued
    FROM queue),
found (crossing_id, measure, counted, took) AS (
    SELECT crossing_id, 'CALLED', at, NULL::interval FROM calls WHERE slot = 'CALLED'
    UNION ALL SELECT crossing_id, 'MISSED', at, NULL FROM calls WHERE slot = 'CALLED' AND missed
    UNION ALL SELECT crossing_id, 'WAIT', at, at - queued FROM calls WHERE slot = 'CALLED' AND queued IS NOT NULL
    UNION ALL SELECT c.crossing_id, 'ON_TIME', c.at, NULL FROM calls c JOIN stages USING (crossing_id)
        WHERE c.slot = 'CALLED' AND c.n = c.last_call AND checked_in <= c.until
    UNION ALL SELECT c.crossing_id, 'APPROACH', checked_in, checked_in - c.at
        FROM calls c JOIN stages USING (crossing_id)
        WHERE c.slot = 'CALLED' AND c.n = c.last_call AND checked_in IS NOT NULL
    UNION ALL SELECT crossing_id, 'LAG', checked_in, checked_in - arriving FROM stages
        WHERE arriving IS NOT NULL AND checked_in IS NOT NULL
    UNION ALL SELECT crossing_id, 'CLEARED', released, NULL FROM stages WHERE released IS NOT NULL
    UNION ALL SELECT crossing_id, 'CLEARANCE', released, released - checked_in FROM stages
        WHERE checked_in IS NOT NULL AND released IS NOT NULL
    UNION ALL SELECT crossing_id, 'ARRIVED', arriving, NULL FROM stages WHERE arriving IS NOT NULL
    UNION ALL SELECT crossing_id, 'PRE_DECLARED', arriving, NULL FROM stages
        WHERE ready <= arriving - interval '2 hours'
    UNION ALL SELECT crossing_id, 'YARD', out_at, out_at - in_yard
        FROM stages JOIN analytics.trucks USING (crossing_id),
        LATERAL (SELECT CASE direction WHEN 'EXPORT' THEN crossed ELSE left_yard END AS out_at) AS way
        WHERE out_at IS NOT NULL AND in_yard IS NOT NULL),
contributions AS (
    SELECT measure, date_trunc('hour', counted) AS hour, route, direction, coalesce(ticket_class, '') AS ticket_class,
        country, CASE WHEN took IS NULL THEN 0
            ELSE ceil(ln(greatest(extract(epoch FROM took)::float8, 1)) / {math.log(SKETCH.gamma)!r})::int
        END AS bucket, count(*) AS change
    FROM found JOIN analytics.trucks USING (crossing_id)
    WHERE route IS NOT NULL AND (took IS NULL OR took >= interval '0') GROUP BY 1, 2, 3, 4, 5, 6, 7)
"""
"""A miss counts where its call does. What ended before it began measures nothing, and is left out."""

CONTRIBUTIONS = f"{FRESH.format(which=OF_THESE)} SELECT * FROM contributions"

ROLLUPS = ", ".join(
    f"('{rollup}', {', '.join(f'{name in things}' for name in GROUPS)})" for rollup, things in TOLD_APART.items()
)
KEPT = ", ".join(f"('{rollup}', '{grain}')" for rollup in TOLD_APART for grain in GRAINS[rollup])
ZONE = "'Asia/Ho_Chi_Minh'"
BYTEWISE = ", ".join(f'{name} COLLATE "C"' for name in ("rollup", *GROUPS))
ALL_GRAINS = ", ".join(f"'{grain}'" for grain in Grain)
ALL_MEASURES = ", ".join(f"'{measure}'" for measure in Measure)
CELL = f"rollup, grain, at, slot, {', '.join(GROUPS)}"
NUMBERS = ", ".join(measure.lower() for measure in (*COUNTS, *SKETCHES))
COUNTED = ", ".join(
    f"coalesce(sum(n) FILTER (WHERE measure = {number}), 0) AS {measure.lower()}"
    for number, measure in enumerate(Measure, 1)
    if measure in COUNTS
)
SKETCHED = ", ".join(
    f"coalesce(max(codes) FILTER (WHERE measure = {number}), ARRAY[]::bigint[]) AS {measure.lower()}"
    for number, measure in enumerate(Measure, 1)
    if measure in SKETCHES
)
INTO_CELLS = f"""
kinds AS MATERIALIZED (
    SELECT row_number() OVER () AS kind, *
    FROM (SELECT DISTINCT {", ".join(GROUPS)} FROM {{changes}} AS changes) AS all_kinds),
places AS MATERIALIZED (
    SELECT *, dense_rank() OVER (ORDER BY {BYTEWISE}) AS place
    FROM (SELECT kind, rollup, {", ".join(f"CASE WHEN of_{name} THEN {name} ELSE '' END AS {name}" for name in GROUPS)}
        FROM kinds, (VALUES {ROLLUPS}) AS rollups (rollup, {", ".join(f"of_{name}" for name in GROUPS)})
    ) AS all_places),
times AS MATERIALIZED (
    SELECT *, dense_rank() OVER (ORDER BY grain COLLATE "C", at, slot) AS time
    FROM (SELECT hour, grain, CASE grain WHEN 'HOUR' THEN hour WHEN 'DAY' THEN date_trunc('day', hour, {ZONE})
                WHEN 'MONTH' THEN date_trunc('month', hour, {ZONE}) WHEN 'WEEK' THEN date_trunc('month', hour, {ZONE})
                ELSE date_trunc('year', hour, {ZONE}) END AS at,
            CASE WHEN grain IN ('WEEK', 'WEEKS') THEN (extract(isodow FROM hour AT TIME ZONE {ZONE})::int - 1) * 24
                + extract(hour FROM hour AT TIME ZONE {ZONE})::int ELSE 0 END AS slot
        FROM (SELECT DISTINCT hour FROM {{changes}} AS changes) AS hours, unnest(ARRAY[{ALL_GRAINS}]) AS grain
    ) AS all_times),
rolled AS (
    SELECT place, rollup, hour, array_position(ARRAY[{ALL_MEASURES}], measure) AS measure, bucket, sum(change) AS change
    FROM {{changes}} AS changes JOIN kinds USING ({", ".join(GROUPS)}) JOIN places USING (kind)
    GROUP BY 1, 2, 3, 4, 5),
sketches AS (
    SELECT place, time, measure, sum(change) AS n, array_agg((bucket::bigint << 32) + change) AS codes
    FROM (SELECT place, time, measure, bucket, sum(change)::bigint AS change
        FROM rolled JOIN (VALUES {KEPT}) AS kept (rollup, grain) USING (rollup) JOIN times USING (hour, grain)
        GROUP BY 1, 2, 3, 4 HAVING sum(change) <> 0 ORDER BY 1, 2, 3, 4) AS sorted
    GROUP BY place, time, measure),
summed AS (SELECT place, time, sum(n) AS n, {COUNTED}, {SKETCHED} FROM sketches GROUP BY place, time)
INSERT INTO analytics.cells AS c ({CELL}, n, {NUMBERS})
SELECT {CELL}, n, {NUMBERS} FROM summed
    JOIN (SELECT DISTINCT place, rollup, {", ".join(GROUPS)} FROM places) AS named USING (place)
    JOIN (SELECT DISTINCT time, grain, at, slot FROM times) AS dated USING (time)
ORDER BY place, time
"""
"""Changes are summed by whole numbers that stand for their cells: millions are sorted here."""
ADD = f"""
ON CONFLICT ({CELL}) DO UPDATE SET n = c.n + excluded.n,
    {", ".join(f"{measure.lower()} = c.{measure.lower()} + excluded.{measure.lower()}" for measure in COUNTS)},
    {
    ", ".join(
        f"{name} = CASE excluded.{name} WHEN '{{}}' THEN c.{name} ELSE analytics.merged(c.{name}, excluded.{name}) END"
        for name in map(str.lower, SKETCHES)
    )
}
RETURNING ctid, c.n
"""
CHANGE = f"""
WITH changes AS (
    SELECT * FROM unnest(%s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[],
        %s::bigint[]) AS came (measure, hour, route, direction, ticket_class, country, bucket, change)),
{INTO_CELLS.format(changes="changes")}{ADD}
"""
SUM_ALL = f"{FRESH.format(which=OF_ALL)},{INTO_CELLS.format(changes='contributions')}"
CHECKSUM = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM analytics.{} AS t"


def keep(session: Session, told: Sequence[Statement]) -> None:
    """Each service's last word on each thing, however often and in whichever order it was heard."""
    columns = tuple(map(list, zip(*told, strict=True)))
    for statement in (KEEP, FILE):
        session.connection().exec_driver_sql(statement.format(told=TOLD), columns)


def plan(session: Session, event: RoutePublished, sequence: int, since: datetime) -> None:
    """The capacity of a route from an instant on, and when it is closed."""
    closed = [(one.first_day, one.after, minute_of(one.starts), minute_of(one.ends)) for one in event.closures]
    for statement, key, rows in (
        (CAPACITY, (event.route, sequence, since), list(by_the_hour(event.hours))),
        (CLOSED, (event.route, sequence), closed),
    ):
        if rows:
            columns = map(list, zip(*rows, strict=True))
            session.connection().exec_driver_sql(statement, (*key, *columns))


def contributions(session: Session, crossings: Sequence[UUID]) -> Counter[Contribution]:
    """What these crossings contribute as far as is known now; nobody else changes that before the commit."""
    rows = session.connection().exec_driver_sql(CONTRIBUTIONS, {"ids": list(crossings)})
    return Counter({tuple(row[:-1]): row[-1] for row in rows})


def lock(session: Session, crossings: Sequence[UUID]) -> None:
    """Let nobody else count these crossings until the commit."""
    session.connection().exec_driver_sql(
        "INSERT INTO analytics.trucks (crossing_id) SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING",
        (list(crossings),),
    )
    session.connection().exec_driver_sql(
        "SELECT FROM analytics.trucks WHERE crossing_id = ANY(%s) ORDER BY crossing_id FOR UPDATE", (list(crossings),)
    )


def change(session: Session, before: Counter[Contribution], after: Counter[Contribution]) -> None:
    """Take out of the sums what is no longer so, and add what is now."""
    after = after.copy()
    after.subtract(before)
    changes = [(*contribution, count) for contribution, count in after.items() if count]
    if not changes:
        return
    written = session.connection().exec_driver_sql(CHANGE, tuple(map(list, zip(*changes, strict=True))))
    if empty := [place for place, n in written if n == 0]:
        session.connection().exec_driver_sql(
            "DELETE FROM analytics.cells WHERE ctid = ANY(%s::tid[]) AND n = 0", (empty,)
        )


def begin_anew(session: Session) -> None:
    """Forget everything; whoever hears news meanwhile waits for the commit."""
    tables = ", ".join(f"analytics.{table}" for table in (*READ_MODELS, "heard"))
    session.connection().exec_driver_sql(f"TRUNCATE {tables}")


def first_heard(session: Session) -> datetime | None:
    """The earliest moment at which a truck of the log was ready."""
    row = session.connection().exec_driver_sql("SELECT min(at) FROM analytics.heard WHERE slot = 'READY'")
    first: datetime | None = row.scalar_one()
    return first


def anything_heard(session: Session) -> bool:
    """Whether any truck is counted."""
    return bool(session.connection().exec_driver_sql("SELECT EXISTS (TABLE analytics.trucks)").scalar_one())


def anything_planned(session: Session) -> bool:
    """Whether any route's capacity is known."""
    return bool(session.connection().exec_driver_sql("SELECT EXISTS (TABLE analytics.capacities)").scalar_one())


def hear(session: Session, lines: str) -> None:
    """Take more to sum up, as lines to copy."""
    cursor = session.connection().connection.cursor()
    with cursor.copy(f"COPY {HEARD} FROM STDIN") as copy:
        copy.write(lines)


def plan_before(session: Session, since: datetime) -> None:
    """Let each route's first plan have held from an earlier instant on."""
    session.connection().exec_driver_sql(
        "INSERT INTO analytics.capacities (route, sequence, since, direction, slot, trucks, begins, ends)"
        " SELECT route, 0, %s, direction, slot, trucks, begins, ends FROM analytics.capacities AS planned"
        " WHERE sequence = (SELECT min(sequence) FROM analytics.capacities WHERE route = planned.route)",
        (since,),
    )


def sum_up(session: Session) -> None:
    """Keep and sum up everything that was heard, in empty tables.

    They are filled in this very transaction: the planner does not know their sizes and must be told what suits many.
    """
    for setting in ("enable_nestloop = off", "enable_mergejoin = off", "work_mem = '256MB'"):
        session.connection().exec_driver_sql(f"SET LOCAL {setting}")
    for statement in (KEEP, FILE):
        session.connection().exec_driver_sql(statement.format(told="analytics.heard"))
    session.connection().exec_driver_sql(SUM_ALL)
    session.connection().exec_driver_sql("TRUNCATE analytics.heard")


def checksum(session: Session) -> str:
    """The same for the same rows, in whichever order they were written."""
    sums = [session.connection().exec_driver_sql(CHECKSUM.format(table)).one() for table in READ_MODELS]
    return " ".join(
        f"{table}={count}:{int(total) & 0xFFFFFFFFFFFF:012x}"
        for table, (count, total) in zip(READ_MODELS, sums, strict=True)
    )
