"""What analysts ask: figures of a period, divided as they like, beside another period's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from pydantic import BaseModel
from sqlalchemy.orm import Session

from bordergate.i18n import hint, texts
from bordergate.i18n.catalogue import LANGUAGES
from services.analytics.domain import (
    COUNTS,
    DURATIONS,
    ERROR,
    FLOOR,
    MEASURES,
    SKETCHES,
    TOLD_APART,
    By,
    Figure,
    Histograms,
    Measure,
    Rollup,
    hidden,
    quantiles,
    rollup_for,
    tiles,
)

SHOWN = {"p10": 0.1, "p50": 0.5, "p90": 0.9, "p95": 0.95}
HOUR_OF_WEEK = (
    "CASE WHEN grain IN ('WEEK', 'WEEKS') THEN slot ELSE (extract(isodow FROM at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int"
    " - 1) * 24 + extract(hour FROM at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int END"
)
KEYS: Mapping[By, str] = {
    By.NOTHING: "''",
    By.ROUTE: "route",
    By.DIRECTION: "direction",
    By.TICKET_CLASS: "ticket_class",
    By.COUNTRY: "country",
    By.HOUR: "to_char(at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD\"T\"HH24:00')",
    By.DAY: "to_char(at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD')",
    By.MONTH: "to_char(at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM')",
    By.WEEK: f"({HOUR_OF_WEEK})::text",
    By.CLOCK: f"mod({HOUR_OF_WEEK}, 24)::text",
}
"""What a group is called; WEEK numbers the hours of a week from Monday, 00:00, CLOCK those of a day."""

PLANNED = """
WITH published AS (SELECT DISTINCT route, sequence, since FROM analytics.capacities),
plans AS (
    SELECT route, sequence,
        CASE WHEN lag(since) OVER in_turn IS NULL THEN date_trunc('hour', since) ELSE since END AS since,
        coalesce(lead(since) OVER in_turn, 'infinity') AS until
    FROM published WINDOW in_turn AS (PARTITION BY route ORDER BY sequence)),
hours AS (
    SELECT at,
        mod(hour, 24) * 60 + least(60, floor(extract(epoch FROM %(now)s::timestamptz - at) / 60)::int + 1) AS so_far,
        hour AS slot, 'WEEK' AS grain, local::date AS day
    FROM generate_series(%(since)s::timestamptz, %(until)s::timestamptz - interval '1 hour', interval '1 hour') AS at,
        LATERAL (SELECT at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS local) AS there,
        LATERAL (SELECT (extract(isodow FROM local)::int - 1) * 24 + extract(hour FROM local)::int AS hour) AS of_week
    WHERE at <= %(now)s),
closed AS (
    SELECT route, sequence, day, range_agg(int4range(begins, ends)) AS minutes
    FROM (SELECT DISTINCT day FROM hours) AS days
        JOIN analytics.closures ON day >= first_day AND day < coalesce(after, 'infinity')
    GROUP BY 1, 2, 3)
SELECT {key} AS key, sum(trucks * (stop - begins - coalesce(lost.minutes, 0)) / (ends - begins))::float8 AS trucks
FROM hours JOIN analytics.capacities USING (slot) JOIN plans USING (route, sequence)
    LEFT JOIN closed USING (route, sequence, day)
    CROSS JOIN LATERAL (SELECT greatest(begins, least(ends, so_far)) AS stop) AS open
    LEFT JOIN LATERAL (
        SELECT sum(upper(part) - lower(part))::float8 AS minutes
        FROM unnest(closed.minutes * int4multirange(int4range(begins, stop))) AS part
    ) AS lost ON closed.minutes IS NOT NULL
WHERE at >= plans.since AND at < plans.until AND (%(route)s::text IS NULL OR route = %(route)s)
    AND (%(direction)s::text IS NULL OR direction = %(direction)s)
GROUP BY 1
"""
"""The capacity from the first plan on, of the present hour as much as the queue may have called by this minute."""

OPEN_CALLS = """
SELECT {key} AS key, count(*) AS calls
FROM (
    SELECT date_trunc('hour', s.at) AS at, 'HOUR' AS grain, 0 AS slot, t.route, t.direction, t.country,
        coalesce(t.ticket_class, '') AS ticket_class
    FROM analytics.statements AS s JOIN analytics.trucks AS t USING (crossing_id)
    WHERE s.slot = 'CALLED' AND s.until > %(now)s AND s.at >= %(since)s AND s.at < %(until)s AND t.route IS NOT NULL
        AND NOT EXISTS (SELECT FROM analytics.statements AS c
            WHERE c.crossing_id = s.crossing_id AND c.slot = 'CHECKED_IN' AND c.n = 0 AND c.at IS NOT NULL)
) AS calls WHERE true{only} GROUP BY 1
"""
"""Calls that still hold and whose truck has not checked in: nobody can say yet whether it comes in time."""


class Reading(BaseModel):
    """One figure of one group.

    `n` is on how many it stands; a duration has quantiles in seconds, a share a value from 0 to 1, CLEARED its count.
    Everything is empty where the group is `suppressed` for being too small, or there is nothing to read.
    """

    n: int | None = None
    value: float | None = None
    p10: float | None = None
    p50: float | None = None
    p90: float | None = None
    p95: float | None = None
    suppressed: bool = False


class Group(BaseModel):
    """One group's figures; `key` names it as `by` divides: a route's code, an hour in Hà Nội.

    `capacity` is how many trucks the published hours so far could take, where that is known.
    """

    key: str
    capacity: float | None = None
    figures: dict[Figure, Reading]


class Answer(BaseModel):
    """Figures of a period, and of the one it is held against."""

    since: datetime
    until: datetime
    by: By
    observed_at: datetime
    floor: int = FLOOR
    error: float = ERROR
    groups: list[Group]
    against: list[Group] | None = None


class Definition(BaseModel):
    """What a figure means, in every language."""

    figure: Figure
    unit: str
    name: dict[str, str]
    definition: dict[str, str]


@dataclass(frozen=True)
class Question:
    """What is asked: a period, how to divide it, and which crossings count."""

    since: datetime
    until: datetime
    by: By = By.NOTHING
    route: str | None = None
    direction: str | None = None
    ticket_class: str | None = None
    country: str | None = None
    figures: tuple[Figure, ...] = tuple(Figure)

    @property
    def wanted(self) -> dict[str, str]:
        """The crossings that count, by column."""
        named = {name: getattr(self, name) for name in ("route", "direction", "ticket_class", "country")}
        return {name: value for name, value in named.items() if value is not None}

    @property
    def rollup(self) -> Rollup:
        """The cells that tell apart what the question does."""
        return rollup_for({*self.wanted, *({self.by.value} & TOLD_APART[Rollup.FULL])})


def definitions() -> list[Definition]:
    """Every figure with its written definition."""
    return [
        Definition(
            figure=figure,
            unit="seconds" if figure in DURATIONS else "crossings" if figure is Figure.CLEARED else "share",
            name=texts(f"analytics.figure.{figure}"),
            definition={language: hint(f"analytics.figure.{figure}", language) or "" for language in LANGUAGES},
        )
        for figure in Figure
    ]


def figures_of(session: Session, question: Question, now: datetime) -> list[Told]:
    """The wanted figures of every group, each as `Group` says; raises BadPeriod and TooMany."""
    sums = _summed(session, question, now)
    planned = _planned(session, question, now)
    keys = sorted({*sums.keys, *(planned if question.by is not By.NOTHING else {""})}, key=_in_order(question.by))
    columns = [_column(figure, sums, keys, planned, apart=question.by is not By.NOTHING) for figure in question.figures]
    return [
        {"key": key, "capacity": planned.get(key), "figures": dict(zip(question.figures, row, strict=True))}
        for key, row in zip(keys, zip(*columns, strict=True), strict=True)
    ]


Told = dict[str, Any]
"""A reading or a group as it is written: an object of a class for each would take most of an answer's time."""
NOTHING: Told = Reading().model_dump()
SUPPRESSED: Told = Reading(suppressed=True).model_dump()


def _in_order(by: By) -> Any:  # noqa: ANN401 - a sort key
    return int if by in (By.WEEK, By.CLOCK) else str


@dataclass(frozen=True)
class Sums:
    """What the cells say: by measure a row a group, in the order of `keys`; `open_calls` are not yet to be judged."""

    keys: Mapping[str, int]
    counts: Mapping[Measure, npt.NDArray[np.int64]]
    histograms: Mapping[Measure, Histograms]
    open_calls: Mapping[str, int]


def _summed(session: Session, question: Question, now: datetime) -> Sums:
    """The sums of the cells that make up the period, by group."""
    measures = {measure for figure in question.figures for measure in MEASURES[figure]}
    counts = [measure for measure in COUNTS if measure in measures]
    sketches = [measure for measure in SKETCHES if measure in measures]
    rows = _cells(session, question, [measure.lower() for measure in counts + sketches])
    keys: dict[str, int] = {}
    places = np.array([keys.setdefault(row[0], len(keys)) for row in rows], dtype=np.int64)
    return Sums(
        keys,
        {
            measure: np.bincount(places, [row[column] for row in rows], minlength=len(keys)).astype(np.int64)
            for column, measure in enumerate(counts, 1)
        },
        {
            measure: _histograms([row[column] for row in rows], places, len(keys))
            for column, measure in enumerate(sketches, 1 + len(counts))
        },
        _open_calls(session, question, now) if Figure.ON_TIME in question.figures else {},
    )


def _open_calls(session: Session, question: Question, now: datetime) -> dict[str, int]:
    """How many calls of the period cannot be judged yet, by group."""
    told = question.wanted | {"since": question.since, "until": question.until, "now": now}
    statement = OPEN_CALLS.format(key=KEYS[question.by], only=_only(question))
    return {row.key: row.calls for row in session.connection().exec_driver_sql(statement, told)}


def _cells(session: Session, question: Question, columns: Sequence[str]) -> Sequence[Sequence[Any]]:
    """Each cell's group and numbers, the sketches as PostgreSQL sends them."""
    only = _only(question)
    values: dict[str, Any] = dict(question.wanted)
    parts = []
    for number, tile in enumerate(tiles(question.since, question.until, question.by, question.rollup)):
        values |= {f"since{number}": tile.since, f"until{number}": tile.until}
        parts.append(
            f"SELECT {', '.join([KEYS[question.by], *map(_sent, columns)])} FROM analytics.cells"
            f" WHERE rollup = '{question.rollup}' AND grain = '{tile.grain}'"
            f" AND at >= %(since{number})s AND at < %(until{number})s{only}"
        )
    connection: psycopg.Connection[Any] = session.connection().connection.driver_connection  # type: ignore[assignment]
    with connection.cursor(binary=True) as cursor:
        return cursor.execute(" UNION ALL ".join(parts), values).fetchall()


def _only(question: Question) -> str:
    return "".join(f" AND {name} = %({name})s" for name in question.wanted)


def _sent(column: str) -> str:
    return f"array_send({column})" if column.upper() in SKETCHES else column


ARRAY_HEADER, NUMBERS_EACH = 20, 3
"""An array of bigint as PostgreSQL sends it: a header, then of each its length and two halves, bucket and count."""


def _histograms(sketches: Sequence[bytes], places: npt.NDArray[np.int64], groups: int) -> Histograms:
    """How many of each group took how long."""
    codes = np.frombuffer(b"".join(sketch[ARRAY_HEADER:] for sketch in sketches), dtype=">i4")
    numbers = codes.reshape(-1, NUMBERS_EACH).astype(np.int64)
    if not len(numbers):
        return np.zeros((groups, 1), dtype=np.int64)
    lengths = [max(len(sketch) - ARRAY_HEADER, 0) // (4 * NUMBERS_EACH) for sketch in sketches]
    buckets, width = numbers[:, 1], int(numbers[:, 1].max()) + 1
    found = np.bincount(np.repeat(places, lengths) * width + buckets, numbers[:, 2], minlength=groups * width)
    return found.astype(np.int64).reshape(groups, width)


def _planned(session: Session, question: Question, now: datetime) -> dict[str, float]:
    """The capacity of the hours so far; none where classes or countries are told apart, for they share it."""
    apart = question.by in (By.TICKET_CLASS, By.COUNTRY) or question.ticket_class or question.country
    if apart or Figure.CAPACITY_USED not in question.figures or now <= question.since:
        return {}
    asked = {name: getattr(question, name) for name in ("since", "until", "route", "direction")}
    told = asked | {"now": now}
    rows = session.connection().exec_driver_sql(PLANNED.format(key=KEYS[question.by]), told)
    return {key: trucks for key, trucks in rows if trucks}


def _column(
    figure: Figure, sums: Sums, keys: Sequence[str], planned: Mapping[str, float], *, apart: bool
) -> list[Told]:
    """One figure of every group, those that are too small left out."""
    places = [sums.keys.get(key, -1) for key in keys]
    counts, told = _durations(sums, figure) if figure in DURATIONS else _parts(figure, sums, planned)
    numbers = [counts[place] if place >= 0 else 0 for place in places]
    unseen = hidden(dict(enumerate(numbers))) if apart else ()
    return [
        SUPPRESSED if 0 < n < FLOOR or row in unseen else NOTHING | {"n": n} | told.get(place, {})
        for row, (place, n) in enumerate(zip(places, numbers, strict=True))
    ]


def _durations(sums: Sums, figure: Figure) -> tuple[list[int], Mapping[int, Told]]:
    """How many there were in each place, and the quantiles where they are enough."""
    histograms = sums.histograms[Measure(figure.value)]
    counts = histograms.sum(axis=1)
    enough = np.flatnonzero(counts >= FLOOR)
    seconds = quantiles(histograms[enough], tuple(SHOWN.values())).tolist()
    told = {place: dict(zip(SHOWN, row, strict=True)) for place, row in zip(enough.tolist(), seconds, strict=True)}
    return counts.tolist(), told


def _parts(figure: Figure, sums: Sums, planned: Mapping[str, float]) -> tuple[list[int], Mapping[int, Told]]:
    """How many there were in each place, and the part of the whole or of the capacity."""
    part, whole = (sums.counts[measure].tolist() for measure in MEASURES[figure])
    if figure is Figure.ON_TIME:
        whole = [calls - sums.open_calls.get(key, 0) for key, calls in zip(sums.keys, whole, strict=True)]
    told = {}
    for key, place in sums.keys.items():
        of = {Figure.CAPACITY_USED: planned.get(key), Figure.CLEARED: 1}.get(figure, whole[place])
        told[place] = {"value": part[place] / of if of else None}
    return whole, told


def as_rows(groups: Iterable[Told], period: str) -> Iterable[dict[str, Any]]:
    """The figures as a table, a row a group and figure."""
    for group in groups:
        for figure, reading in group["figures"].items():
            yield {"period": period, "key": group["key"], "figure": figure, **reading}
