"""What analysts ask: figures of a period, divided as they like, beside another period's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from bordergate.i18n import hint, texts
from bordergate.i18n.catalogue import LANGUAGES
from services.analytics.domain import (
    DURATIONS,
    ERROR,
    FLOOR,
    SHARES,
    By,
    Figure,
    Measure,
    hidden,
    quantiles,
    tiles,
)

SHOWN = (0.5, 0.9, 0.95)
KEYS: Mapping[By, str] = {
    By.NOTHING: "''",
    By.ROUTE: "route",
    By.DIRECTION: "direction",
    By.TICKET_CLASS: "ticket_class",
    By.COUNTRY: "country",
    By.HOUR: "to_char(at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD\"T\"HH24:00')",
    By.DAY: "to_char(at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD')",
    By.MONTH: "to_char(at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM')",
    By.WEEK: (
        "CASE grain WHEN 'WEEK' THEN slot ELSE (extract(isodow FROM at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int - 1) * 24"
        " + extract(hour FROM at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int END::text"
    ),
}
"""What a group is called; WEEK numbers the hours of a week from Monday, 00:00."""

PLANNED = """
WITH published AS (SELECT DISTINCT route, sequence, since FROM analytics.capacities),
plans AS (
    SELECT route, sequence, CASE WHEN lag(since) OVER in_turn IS NULL THEN '-infinity' ELSE since END AS since,
        coalesce(lead(since) OVER in_turn, 'infinity') AS until
    FROM published WINDOW in_turn AS (PARTITION BY route ORDER BY sequence)),
hours AS (
    SELECT at, (extract(isodow FROM local)::int - 1) * 24 + extract(hour FROM local)::int AS slot, 'WEEK' AS grain
    FROM generate_series(%(since)s::timestamptz, %(until)s::timestamptz - interval '1 hour', interval '1 hour') AS at,
        LATERAL (SELECT at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS local) AS there)
SELECT {key} AS key, sum(trucks)::float8 AS trucks
FROM hours JOIN analytics.capacities USING (slot) JOIN plans USING (route, sequence)
WHERE at >= plans.since AND at < plans.until AND (%(route)s::text IS NULL OR route = %(route)s)
    AND (%(direction)s::text IS NULL OR direction = %(direction)s)
GROUP BY 1
"""


class Reading(BaseModel):
    """One figure of one group.

    `n` is on how many it stands; a duration has quantiles in seconds, a share a value from 0 to 1, CLEARED its count.
    Everything is empty where the group is `suppressed` for being too small, or there is nothing to read.
    """

    n: int | None = None
    value: float | None = None
    p50: float | None = None
    p90: float | None = None
    p95: float | None = None
    suppressed: bool = False


class Group(BaseModel):
    """One group's figures; `key` names it as `by` divides: a route's code, an hour in Hà Nội."""

    key: str
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

    @property
    def wanted(self) -> dict[str, str]:
        """The crossings that count, by column."""
        named = {name: getattr(self, name) for name in ("route", "direction", "ticket_class", "country")}
        return {name: value for name, value in named.items() if value is not None}


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


def figures_of(session: Session, question: Question, now: datetime) -> list[Group]:
    """Every figure of every group; raises BadPeriod and TooMany."""
    counts = _counted(session, question)
    planned = _planned(session, question, now)
    keys = sorted(set(counts) | (set(planned) if question.by is not By.NOTHING else {""}), key=_in_order(question.by))
    readings = {key: _readings(counts.get(key, {}), planned.get(key)) for key in keys}
    for figure in Figure if question.by is not By.NOTHING else ():
        for key in hidden({key: readings[key][figure].n or 0 for key in keys}):
            readings[key][figure] = Reading(suppressed=True)
    return [Group(key=key, figures=readings[key]) for key in keys]


def _in_order(by: By) -> Any:  # noqa: ANN401 - a sort key
    return int if by is By.WEEK else str


Counts = dict[Measure, dict[int, int]]


def _counted(session: Session, question: Question) -> dict[str, Counts]:
    """How many of each bucket and measure, by group."""
    wanted = "".join(f" AND {name} = %({name})s" for name in question.wanted)
    values: dict[str, Any] = dict(question.wanted)
    parts = []
    for number, tile in enumerate(tiles(question.since, question.until, question.by)):
        values |= {f"since{number}": tile.since, f"until{number}": tile.until}
        parts.append(
            f"SELECT {KEYS[question.by]} AS key, measure, bucket, count FROM analytics.cells"
            f" WHERE grain = '{tile.grain}' AND measure = ANY(%(measures)s) AND at >= %(since{number})s"
            f" AND at < %(until{number})s{wanted}"
        )
    values["measures"] = [measure.value for measure in Measure]
    rows = session.connection().exec_driver_sql(
        f"SELECT key, measure, bucket, sum(count)::bigint AS count FROM ({' UNION ALL '.join(parts)}) AS cells"
        " GROUP BY key, measure, bucket",
        values,
    )
    counts: dict[str, Counts] = defaultdict(lambda: defaultdict(dict))
    for key, measure, bucket, count in rows:
        counts[key][Measure(measure)][bucket] = count
    return counts


def _planned(session: Session, question: Question, now: datetime) -> dict[str, float]:
    """The capacity of the hours so far; none where classes or countries are told apart, for they share it."""
    apart = question.by in (By.TICKET_CLASS, By.COUNTRY) or question.ticket_class or question.country
    until = min(question.until, now.replace(minute=0, second=0, microsecond=0))
    if apart or until <= question.since:
        return {}
    told = {"since": question.since, "until": until, "route": question.route, "direction": question.direction}
    rows = session.connection().exec_driver_sql(PLANNED.format(key=KEYS[question.by]), told)
    return {key: trucks for key, trucks in rows if trucks}


def _readings(counts: Mapping[Measure, Mapping[int, int]], planned: float | None) -> dict[Figure, Reading]:
    totals = {measure: sum(counts.get(measure, {}).values()) for measure in Measure}
    cleared, called = totals[Measure.CLEARED], totals[Measure.CALLED]
    return {
        Figure.CLEARED: _unless_small(cleared, value=float(cleared)),
        **{figure: _duration(counts.get(Measure(figure.value), {})) for figure in sorted(DURATIONS)},
        **{figure: _share(totals[part], totals[whole]) for figure, (part, whole) in SHARES.items()},
        Figure.CAPACITY_USED: _unless_small(called, value=called / planned if planned else None),
    }


def _duration(buckets: Mapping[int, int]) -> Reading:
    count = sum(buckets.values())
    if count < FLOOR:
        return _unless_small(count)
    p50, p90, p95 = quantiles(buckets, SHOWN)
    return Reading(n=count, p50=p50, p90=p90, p95=p95)


def _share(part: int, whole: int) -> Reading:
    return _unless_small(whole, value=part / whole if whole else None)


def _unless_small(count: int, value: float | None = None) -> Reading:
    """A count with its value, unless so few could be recognised."""
    return Reading(suppressed=True) if 0 < count < FLOOR else Reading(n=count, value=value)


def as_rows(groups: Iterable[Group], period: str) -> Iterable[dict[str, Any]]:
    """The figures as a table, a row a group and figure."""
    for group in groups:
        for figure, reading in group.figures.items():
            yield {"period": period, "key": group.key, "figure": figure.value, **reading.model_dump()}
