"""Who is on his way to a gate, and how long the way took others: rows, each question one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bordergate.reference import as_of
from events.tracking import AreaKind
from events.words import Direction
from services.queue_scheduling.dispatch.book import queue_key
from services.queue_scheduling.dispatch.forward import UNMOVED, Underway
from services.queue_scheduling.dispatch.tables import forwarding
from services.queue_scheduling.domain.forwarding import Forwarding, early_of

MEASURED_OVER = timedelta(days=30)
MOST_NO_SHOWS = 0.5
"""However many did not come lately, no more than twice as many are called as are wanted."""
SPREAD_OVER_THE_HOUR = Forwarding(just_in_time=False, lanes=1, places=0, travel=0.0, no_shows=0.0, deviations=0.0)
ENOUGH, LAST = 20, 500
"""From how many on journeys and no-shows are measured, and of how many at most."""
FORGOTTEN = timedelta(hours=4)
"""A truck that one authority saw so long ago no longer holds a lane: the second scan is missing, not the truck."""

CALLED = """
INSERT INTO queue_scheduling.approaches (crossing_id, called_at, queue) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""
CALLED_SINCE = "SELECT count(*) FROM queue_scheduling.approaches WHERE queue = %s AND called_at >= %s"
AT_GATE = """
UPDATE queue_scheduling.approaches SET at_gate_at = %(at)s, missed_at = NULL
WHERE crossing_id = %(crossing)s AND at_gate_at IS NULL AND (missed_at IS NULL OR %(at)s <= missed_at)
    AND called_at = (
    SELECT max(called_at) FROM queue_scheduling.approaches WHERE crossing_id = %(crossing)s AND called_at <= %(at)s)
"""
MISSED = "UPDATE queue_scheduling.approaches SET missed_at = %s WHERE crossing_id = %s AND called_at = %s"
SEEN = """
INSERT INTO queue_scheduling.whereabouts (crossing_id, kind, at, inside)
SELECT crossing_id, %(kind)s, %(at)s, %(inside)s FROM queue_scheduling.tickets
WHERE crossing_id = %(crossing)s AND stage IN ('WAITING', 'CALLED', 'ARRIVED')
ON CONFLICT (crossing_id) DO UPDATE SET kind = excluded.kind, at = excluded.at, inside = excluded.inside
WHERE (whereabouts.at, whereabouts.inside) < (excluded.at, excluded.inside)
"""
SEEN_LAST = "SELECT at, inside FROM queue_scheduling.whereabouts WHERE crossing_id = %s"
FORGET = "DELETE FROM queue_scheduling.whereabouts WHERE crossing_id = %s"
FORGET_WAYS = "DELETE FROM queue_scheduling.approaches WHERE queue = %s AND called_at <= %s"
UNDERWAY = """
SELECT count(*) FILTER (WHERE stage = 'ARRIVED') AS in_lanes,
    count(*) FILTER (WHERE stage = 'CALLED' AND inside AND kind = 'GATE') AS on_apron,
    count(*) FILTER (WHERE stage = 'CALLED' AND NOT COALESCE(inside AND kind = 'GATE', false)
        AND NOT COALESCE(inside AND kind = 'WAITING' AND called_at < %(unmoved)s, false)) AS moving
FROM queue_scheduling.tickets LEFT JOIN queue_scheduling.whereabouts USING (crossing_id)
WHERE route = %(route)s AND direction = %(direction)s AND (stage = 'CALLED' OR stage = 'ARRIVED')
    AND (stage = 'CALLED' OR %(forgotten)s < COALESCE(
        (SELECT max(at_gate_at) FROM queue_scheduling.approaches WHERE crossing_id = tickets.crossing_id), called_at))
"""
MEASURED = """
SELECT count(at_gate_at) AS journeys, count(*) AS settled, count(missed_at) AS missed,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM at_gate_at - called_at))::float8 / 3600 AS travel
FROM (SELECT * FROM queue_scheduling.approaches WHERE queue = %(queue)s AND called_at > %(since)s
    AND (at_gate_at IS NOT NULL OR missed_at IS NOT NULL) ORDER BY called_at DESC LIMIT %(last)s) AS lately
"""
WAYS = """
SELECT count(*) AS journeys,
    percentile_cont(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY at_gate_at - called_at) AS ways
FROM (SELECT * FROM queue_scheduling.approaches WHERE queue = %(queue)s AND called_at > %(since)s
    AND at_gate_at IS NOT NULL ORDER BY called_at DESC LIMIT %(last)s) AS lately
"""


@dataclass(frozen=True)
class Measured:
    """Hours from call to gate, and the share of calls that nobody followed; None until there are enough of them."""

    travel: float | None
    no_shows: float | None


def note_call(session: Session, crossing_id: UUID, called_at: datetime, queue: str) -> None:
    """A truck was called, and is on its way from now on."""
    _ask(session, CALLED, (crossing_id, called_at, queue))


def note_at_gate(session: Session, crossing_id: UUID, at: datetime) -> None:
    """It was seen at the gate; the call it followed was not missed."""
    _ask(session, AT_GATE, {"crossing": crossing_id, "at": at})


def note_missed(session: Session, crossing_id: UUID, called_at: datetime, at: datetime) -> None:
    """Nobody followed a call."""
    _ask(session, MISSED, (at, crossing_id, called_at))


def note_area(session: Session, crossing_id: UUID, kind: AreaKind, at: datetime, *, inside: bool) -> None:
    """Tracking saw a truck that waits or comes enter an area or leave it; what is heard late changes nothing."""
    _ask(session, SEEN, {"crossing": crossing_id, "kind": kind.value, "at": at, "inside": inside})


def seen_last(session: Session, crossing_id: UUID) -> tuple[datetime, bool] | None:
    """When tracking last saw a truck enter an area before its gate, or leave one, and whether it is inside."""
    row = _ask(session, SEEN_LAST, (crossing_id,)).first()
    return None if row is None else (row.at, row.inside)


def forget_area(session: Session, crossing_id: UUID) -> None:
    """The truck is through, or gone: where it is nobody asks any more."""
    _ask(session, FORGET, (crossing_id,))


def forget_ways(session: Session, queue: str, now: datetime) -> None:
    """What is too old to be measured by."""
    _ask(session, FORGET_WAYS, (queue, now - MEASURED_OVER))


def underway_at(session: Session, route: str, direction: Direction, now: datetime) -> Underway:
    """The trucks of a queue that are called and not yet through."""
    asked = {
        "route": route,
        "direction": direction.value,
        "unmoved": now - timedelta(hours=UNMOVED),
        "forgotten": now - FORGOTTEN,
    }
    return Underway(*_ask(session, UNDERWAY, asked).one())


def called_since(session: Session, route: str, direction: Direction, since: datetime) -> int:
    """How many trucks of a queue were called since an instant."""
    called: int = _ask(session, CALLED_SINCE, (queue_key(route, direction), since)).scalar()
    return called


def measured_at(session: Session, route: str, direction: Direction, now: datetime) -> Measured:
    """How long the way took lately, and how many did not come."""
    asked = {"queue": queue_key(route, direction), "since": now - MEASURED_OVER, "last": LAST}
    row = _ask(session, MEASURED, asked).one()
    return Measured(
        travel=row.travel if row.journeys >= ENOUGH else None,
        no_shows=row.missed / row.settled if row.settled >= ENOUGH else None,
    )


def ways_at(session: Session, queue: str, now: datetime) -> tuple[timedelta, timedelta, timedelta] | None:
    """How long the way from call to gate took one of ten at most lately, half, and nine of ten; None: too few came."""
    row = _ask(session, WAYS, {"queue": queue, "since": now - MEASURED_OVER, "last": LAST}).one()
    return tuple(row.ways) if row.journeys >= ENOUGH else None


def forwarding_at(session: Session, route: str, direction: Direction, now: datetime) -> Forwarding:
    """How a queue is called, with journeys and no-shows as measured lately; without a row spread over the hour."""
    here = (forwarding.c.route == route, forwarding.c.direction == direction, as_of(forwarding, now))
    row = session.execute(select(forwarding).where(*here)).first()
    if row is None:
        return SPREAD_OVER_THE_HOUR
    measured = measured_at(session, route, direction, now) if row.just_in_time else Measured(None, None)
    return Forwarding(
        row.just_in_time,
        row.lanes,
        row.places,
        row.travel_minutes / 60 if measured.travel is None else measured.travel,
        float(row.no_shows) if measured.no_shows is None else min(measured.no_shows, MOST_NO_SHOWS),
        float(row.deviations),
    )


def early_calls(session: Session, route: str, now: datetime) -> dict[Direction, int]:
    """How many each direction may call before an opening, apart from its hour's."""
    rows = session.execute(select(forwarding).where(forwarding.c.route == route, as_of(forwarding, now)))
    return {row.direction: early_of(row.lanes, row.places, just_in_time=row.just_in_time) for row in rows}


def _ask(session: Session, statement: str, parameters: Any) -> Any:  # noqa: ANN401 - columns and rows of any type
    return session.connection().exec_driver_sql(statement, parameters)
