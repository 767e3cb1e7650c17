"""Calls as they were made, one row each, and the sums of them that everybody may read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, Uuid, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from bordergate.tables import Words, moment
from events.words import Direction, TicketClass
from services.queue_scheduling import decisions, repository
from services.queue_scheduling.dispatch.book import queue_key
from services.queue_scheduling.domain.hours import Hours
from services.queue_scheduling.domain.stops import stood_still
from services.queue_scheduling.domain.ticket import Ticket
from services.queue_scheduling.open_data.history import SETTLED_AFTER, Counted, Told, not_counted, spans, told_of
from services.queue_scheduling.tables import metadata, queues

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
calls_made = Table(
    "calls_made",
    metadata,
    Column("crossing_id", Uuid, primary_key=True),
    moment("called_at", primary_key=True),
    Column("queue", Text, nullable=False),
    Column("ticket_class", Words(TicketClass), nullable=False),
    Column("override", Boolean, nullable=False),
    Column("waited_seconds", Integer, nullable=False),
    Column("missed", Boolean, nullable=False),
    Index(None, "queue", "called_at"),
)
"""What the tickets no longer say once they have joined again."""

BY_CLASS = """
SELECT queue, date_trunc(%(grain)s, made.called_at, 'Asia/Ho_Chi_Minh') AS since, made.ticket_class,
    count(*) AS calls, count(*) FILTER (WHERE made.override) AS overrides, count(*) FILTER (WHERE missed) AS missed,
    count(tickets.crossing_id) AS open
FROM queue_scheduling.calls_made AS made LEFT JOIN queue_scheduling.tickets
    ON tickets.crossing_id = made.crossing_id AND tickets.called_at = made.called_at AND tickets.stage = 'CALLED'
WHERE made.called_at >= %(since)s AND made.called_at < %(until)s GROUP BY 1, 2, 3
"""
WAITS = """
SELECT queue, date_trunc(%(grain)s, called_at, 'Asia/Ho_Chi_Minh') AS since,
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY waited_seconds) AS quantiles
FROM queue_scheduling.calls_made WHERE called_at >= %(since)s AND called_at < %(until)s GROUP BY 1, 2
"""
FORESEEN = """
SELECT queue, since, count(*) AS trucks, avg(within)::float8 AS within
FROM (SELECT queue, date_trunc(%(grain)s, called_at, 'Asia/Ho_Chi_Minh') AS since, crossing_id,
        avg((called_at BETWEEN p10 AND p90)::int) AS within
    FROM queue_scheduling.forecasts
    WHERE called_at >= %(since)s AND called_at < %(until)s AND p10 IS NOT NULL AND p90 IS NOT NULL
    GROUP BY 1, 2, 3) AS trucks
GROUP BY 1, 2
"""
Key = tuple[str, datetime]


def keep_call(session: Session, ticket: Ticket) -> None:
    """A call was made just now."""
    if ticket.called_at is None:
        raise AssertionError(f"{ticket.crossing_id} was not called")
    waited = ticket.called_at - (ticket.joined_at or ticket.called_at)
    row = {
        "crossing_id": ticket.crossing_id,
        "called_at": ticket.called_at,
        "queue": queue_key(*ticket.queue),
        "ticket_class": ticket.ticket_class,
        "override": ticket.override,
        "waited_seconds": max(0, int(waited.total_seconds())),
        "missed": False,
    }
    session.execute(insert(calls_made).values(row).on_conflict_do_nothing())


def keep_no_show(session: Session, ticket: Ticket) -> None:
    """Nobody followed a ticket's last call."""
    here = (calls_made.c.crossing_id == ticket.crossing_id, calls_made.c.called_at == ticket.called_at)
    session.execute(update(calls_made).where(*here).values(missed=True))


def keep_answer(session: Session, ticket: Ticket, called_at: datetime) -> None:
    """A call that was said to be missed was followed in time."""
    here = (calls_made.c.crossing_id == ticket.crossing_id, calls_made.c.called_at == called_at)
    session.execute(update(calls_made).where(*here).values(missed=False))


def history(session: Session, since: datetime, until: datetime, step: timedelta, now: datetime) -> list[Told]:
    """What is told of every queue, hour by hour or day by day, from its history's beginning to this moment."""
    counted = _counted(session, since, until, "hour" if step == HOUR else "day")
    found = []
    for route, direction, kept_since in _kept(session, since, until):
        decided = decisions.decided_in(session, route, since, until)
        plan = dict(_days(session, route, direction, since, until))
        for begins in spans(since, min(until, now), step, kept_since):
            of_queue = counted.get((queue_key(route, direction), begins), Counted())
            settled = now >= begins + step + SETTLED_AFTER
            told = told_of(of_queue, settled=settled) if begins >= kept_since else not_counted()
            stopped = stood_still(decided, direction, begins, min(begins + step, now)) // MINUTE
            planned = _planned(plan.get(begins.date()), begins, step)
            about = {"since": begins, "route": route, "direction": direction}
            found.append(Told(**about, planned=planned, stopped_minutes=stopped, **told))
    return found


def _kept(session: Session, since: datetime, until: datetime) -> list[tuple[str, Direction, datetime]]:
    """The queues planned in a period whose history had begun before its end, and when it had."""
    planned = [row.code for row in repository.planned_routes(session, since)]
    wanted = select(queues.c.route, queues.c.direction, queues.c.kept_since)
    here = (queues.c.route.in_(planned), queues.c.kept_since < until)
    found = session.execute(wanted.where(*here).order_by(queues.c.route, queues.c.direction))
    return [(row.route, row.direction, row.kept_since) for row in found]


def _days(
    session: Session, route: str, direction: Direction, since: datetime, until: datetime
) -> Iterator[tuple[Any, Hours | None]]:
    """The hours of each day of a period, as they were planned for it."""
    day = since
    while day < until:
        for ahead, hours in enumerate(repository.days_of(session, route, direction, day)):
            yield (day + ahead * DAY).date(), hours
        day += repository.AHEAD * DAY


def _planned(hours: Hours | None, begins: datetime, step: timedelta) -> int:
    if hours is None:
        return 0
    return sum(hours.capacity(begins + number * HOUR) for number in range(step // HOUR))


def _counted(session: Session, since: datetime, until: datetime, grain: str) -> dict[Key, Counted]:
    found: defaultdict[Key, Counted] = defaultdict(Counted)
    asked = {"since": since, "until": until, "grain": grain}
    connection = session.connection()
    for row in connection.exec_driver_sql(BY_CLASS, asked):
        one = found[row.queue, row.since.astimezone(HANOI)]
        one.by_class[TicketClass(row.ticket_class)] = row.calls
        one.overrides += row.overrides
        one.no_shows += row.missed
        one.open += row.open
    for row in connection.exec_driver_sql(WAITS, asked):
        one = found[row.queue, row.since.astimezone(HANOI)]
        one.wait_p50, one.wait_p90 = (seconds / 60 for seconds in row.quantiles)
    for row in connection.exec_driver_sql(FORESEEN, asked):
        one = found[row.queue, row.since.astimezone(HANOI)]
        one.foreseen, one.within = row.trucks, row.within
    return found
