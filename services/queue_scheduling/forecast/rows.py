"""Forecasts as PostgreSQL rows: made of snapshots as they were, and settled when the truck is called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from bordergate.writing import ROWS
from services.queue_scheduling.dispatch.book import Line
from services.queue_scheduling.dispatch.rows import IN_ORDER
from services.queue_scheduling.forecast.foresight import ENOUGH, LOOKED_BACK, Experience, Foretold
from services.queue_scheduling.forecast.journey import Journey
from services.queue_scheduling.forecast.learned import opened, train
from services.queue_scheduling.forecast.signs import Crowd
from services.queue_scheduling.forecast.timeline import Timeline
from services.queue_scheduling.forecast.widths import Spread, Widths

LATELY = """
    SELECT count(*) FILTER (WHERE called_at > %(now)s - interval '1 hour') AS last_hour, count(*) AS last_day
    FROM queue_scheduling.calls_made
    WHERE queue = %(queue)s AND called_at > %(now)s - interval '1 day' AND called_at <= %(now)s
"""
"""The calls of the last hour and day."""
RANKED = f"""{IN_ORDER}, ranked AS (
    SELECT crossing_id, line, joined_at, spoils_at, rank,
        count(*) FILTER (WHERE line = 'PERISHABLE') OVER
            (ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS perishables_ahead,
        coalesce(number - min(number) OVER (), 0) AS numbers_ahead,
        count(*) OVER () AS waiting, count(*) FILTER (WHERE line = 'PERISHABLE') OVER () AS perishables
    FROM in_order
)
SELECT ranked.*, last_hour, last_day FROM ranked, ({LATELY}) AS calls
"""
UNFORESEEN = f"""{RANKED} WHERE NOT EXISTS (
    SELECT FROM queue_scheduling.forecasts AS made
    WHERE made.crossing_id = ranked.crossing_id AND made.made_at > %(fresh)s AND made.queue = %(queue)s)
"""
OF_THESE = f"{RANKED} WHERE ranked.crossing_id = ANY(%(crossings)s)"
MAKE = """
INSERT INTO queue_scheduling.forecasts
    (crossing_id, made_at, queue, rank, samples, p10, p50, p90, gate_p10, gate_p50, gate_p90, method, signs)
SELECT crossing_id, %(now)s, %(queue)s, rank, samples, p10, p50, p90, gate_p10, gate_p50, gate_p90, method, signs
FROM json_to_recordset(%(told)s::json) AS told (crossing_id uuid, rank int, samples int, p10 timestamptz,
    p50 timestamptz, p90 timestamptz, gate_p10 timestamptz, gate_p50 timestamptz, gate_p90 timestamptz, method text,
    signs real[])
ON CONFLICT DO NOTHING
"""
KEEP_PLAN = """
INSERT INTO queue_scheduling.forecast_plans (queue, made_at, timeline) VALUES (%(queue)s, %(now)s, %(told)s)
ON CONFLICT DO NOTHING
"""
PLANS = (
    "SELECT made_at, timeline FROM queue_scheduling.forecast_plans WHERE queue = %(queue)s AND made_at = ANY(%(at)s)"
)
CALLED = """
UPDATE queue_scheduling.forecasts AS made SET called_at = tickets.called_at FROM queue_scheduling.tickets
WHERE made.queue = %(queue)s AND made.called_at IS NULL AND tickets.crossing_id = made.crossing_id
    AND tickets.called_at >= made.made_at AND NOT tickets.override AND tickets.slot IS NULL
RETURNING made.crossing_id, made.made_at, made.rank, made.called_at, made.method, tickets.ticket_class,
    coalesce(made.called_at BETWEEN made.p10 AND made.p90, true) AS held
"""
AT_GATE = """
UPDATE queue_scheduling.forecasts AS made SET gate_at = %(at)s
WHERE crossing_id = %(crossing)s AND gate_at IS NULL AND made_at <= %(at)s AND (called_at IS NULL OR called_at = (
    SELECT max(called_at) FROM queue_scheduling.approaches WHERE crossing_id = %(crossing)s AND called_at <= %(at)s))
"""
VOID = """
DELETE FROM queue_scheduling.forecasts AS made USING queue_scheduling.tickets
WHERE made.queue = %(queue)s AND made.called_at IS NULL AND tickets.crossing_id = made.crossing_id
    AND (tickets.override OR tickets.slot IS NOT NULL OR NOT tickets.stage = ANY ('{WAITING,CALLED}') OR
        tickets.route || '/' || tickets.direction <> %(queue)s)
"""
OPEN = "SELECT EXISTS (SELECT FROM queue_scheduling.forecasts WHERE queue = %(queue)s AND called_at IS NULL)"
FORGET = """
WITH forgotten AS (DELETE FROM queue_scheduling.forecast_plans WHERE queue = %(queue)s AND made_at < %(before)s)
DELETE FROM queue_scheduling.forecasts WHERE queue = %(queue)s AND made_at < %(before)s
"""
SCORE = """
UPDATE queue_scheduling.forecasts AS made SET score = told.score
FROM json_to_recordset(%(told)s::json) AS told (crossing_id uuid, made_at timestamptz, score real)
WHERE made.crossing_id = told.crossing_id AND made.made_at = told.made_at
"""
WIDTHS = "SELECT bucket, low, middle, high, samples, spread FROM queue_scheduling.widths WHERE queue = %(queue)s"
KEEP = """
INSERT INTO queue_scheduling.widths (queue, bucket, low, middle, high, samples, spread)
VALUES (%(queue)s, %(bucket)s, %(low)s, %(middle)s, %(high)s, %(samples)s, %(spread)s)
ON CONFLICT (queue, bucket) DO UPDATE SET low = excluded.low, middle = excluded.middle, high = excluded.high,
    samples = excluded.samples, spread = excluded.spread
"""
SPREADS = "SELECT line, by, samples FROM queue_scheduling.spreads WHERE queue = %(queue)s"
KEEP_SPREAD = """
INSERT INTO queue_scheduling.spreads (queue, line, by, samples) VALUES (%(queue)s, %(line)s, %(by)s, %(samples)s)
ON CONFLICT (queue, line) DO UPDATE SET by = excluded.by, samples = excluded.samples
"""
TREES = "SELECT trees FROM queue_scheduling.forecast_trees WHERE queue = %(queue)s"
TAUGHT = """
FROM queue_scheduling.forecasts
WHERE queue = %(queue)s AND made_at > %(since)s AND score IS NOT NULL AND signs IS NOT NULL
"""
TRUCKS = f"SELECT count(DISTINCT crossing_id) {TAUGHT}"
LESSONS = f"SELECT signs, score {TAUGHT} ORDER BY called_at DESC, crossing_id, made_at LIMIT %(most)s"
KEEP_TREES = """
INSERT INTO queue_scheduling.forecast_trees (queue, grown_at, trees) VALUES (%(queue)s, %(now)s, %(trees)s)
ON CONFLICT (queue) DO UPDATE SET grown_at = excluded.grown_at, trees = excluded.trees
"""
MOST_LESSONS = 100_000
TIMELINES = TypeAdapter(Timeline)


def experience_of(session: Session, queue: str) -> Experience:
    """What a queue's earlier forecasts teach."""
    widths = {row["bucket"]: Widths(**_but(row, "bucket")) for row in _ask(session, WIDTHS, queue=queue).mappings()}
    spreads = {Line(row.line): Spread(row.by, row.samples) for row in _ask(session, SPREADS, queue=queue)}
    trees = _ask(session, TREES, queue=queue).first()
    return Experience(widths, spreads, opened(bytes(trees.trees)) if trees else None)


def keep_experience(session: Session, queue: str, known: Experience, widths: set[int], lines: set[Line]) -> None:
    """Keep what was learned: the widths and spreads that were taught."""
    for bucket in sorted(widths):
        _ask(session, KEEP, queue=queue, bucket=bucket, **vars(known.widths[bucket]))
    for line in sorted(lines):
        _ask(session, KEEP_SPREAD, queue=queue, line=line.value, **vars(known.spreads[line]))


def grow_trees(session: Session, queue: str, now: datetime) -> None:
    """Grow trees from the forecasts that turned out, where there are enough."""
    since = now - LOOKED_BACK
    if _ask(session, TRUCKS, queue=queue, since=since).scalar() < ENOUGH:
        return
    lessons = _ask(session, LESSONS, queue=queue, since=since, most=MOST_LESSONS).all()
    signs, scores = np.array([lesson.signs for lesson in lessons]), np.array([lesson.score for lesson in lessons])
    _ask(session, KEEP_TREES, queue=queue, now=now, trees=train(signs, scores))


def unforeseen(session: Session, queue: str, now: datetime, every: timedelta) -> tuple[Sequence[Any], Crowd]:
    """The waiting trucks of which no forecast was made lately, and the queue they stand in."""
    return _with_crowd(_ask(session, UNFORESEEN, queue=queue, now=now, fresh=now - every).all())


def standing_of(
    session: Session, queue: str, crossings: Collection[UUID], now: datetime
) -> tuple[Sequence[Any], Crowd]:
    """The same of certain trucks, whenever they were foreseen last."""
    return _with_crowd(_ask(session, OF_THESE, queue=queue, now=now, crossings=list(crossings)).all())


def _with_crowd(found: Sequence[Any]) -> tuple[Sequence[Any], Crowd]:
    if not found:
        return (), Crowd(0, 0, 0, 0)
    one = found[0]
    return found, Crowd(one.waiting, one.perishables, one.last_hour, one.last_day)


def make(
    session: Session,
    queue: str,
    known: tuple[Timeline, Journey],
    now: datetime,
    trucks: Sequence[Any],
    foreseen: Foretold,
) -> None:
    """Keep forecasts, each of one truck, with the plan and signs they were made by, to be held against what comes.

    `known` are the plan and the way from the call to the gate.
    """
    timeline, journey = known
    told = [
        {"crossing_id": truck.crossing_id, "rank": truck.rank, "signs": signs, **vars(seen), **journey.after(seen)}
        for truck, seen, signs in zip(trucks, foreseen[0], foreseen[1].tolist(), strict=True)
    ]
    if told:
        _ask(session, MAKE, queue=queue, now=now, told=ROWS.dump_json(told).decode())
        _ask(session, KEEP_PLAN, queue=queue, now=now, told=TIMELINES.dump_json(timeline).decode())


def plans_of(session: Session, queue: str, moments: Collection[datetime]) -> dict[datetime, Timeline]:
    """The plans that a queue's forecasts of these instants were made by, where they were kept."""
    found = _ask(session, PLANS, queue=queue, at=sorted(set(moments)))
    return {row.made_at: TIMELINES.validate_python(row.timeline) for row in found}


def settle(session: Session, queue: str) -> list[Any]:
    """Write into forecasts when their trucks were called, in that order; those of who left otherwise are void."""
    called = sorted(_ask(session, CALLED, queue=queue).all(), key=lambda row: (row.called_at, row.made_at))
    _ask(session, VOID, queue=queue)
    return called


def note_at_gate(session: Session, crossing_id: UUID, at: datetime) -> None:
    """A truck is at the gate: the outcome of what was foretold of the call it followed, or of one not settled yet."""
    _ask(session, AT_GATE, crossing=crossing_id, at=at)


def keep_scores(session: Session, scored: Iterable[tuple[UUID, datetime, float]]) -> None:
    """Write how far off forecasts were, each of a truck and made at an instant."""
    told = [dict(zip(("crossing_id", "made_at", "score"), one, strict=True)) for one in scored]
    if told:
        _ask(session, SCORE, told=ROWS.dump_json(told).decode())


def is_open(session: Session, queue: str) -> bool:
    """Whether a forecast waits for its truck's call."""
    return bool(_ask(session, OPEN, queue=queue).scalar())


def forget(session: Session, queue: str, before: datetime) -> None:
    """Forecasts of long ago are measured no more."""
    _ask(session, FORGET, queue=queue, before=before)


def _but(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _ask(session: Session, statement: str, **parameters: Any) -> Any:  # noqa: ANN401 - columns and rows of any type
    return session.connection().exec_driver_sql(statement, parameters)
