"""What whoever thinks of coming now may know of a queue: its calls of the last hour, and when he would be called."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel
from sqlalchemy.orm import Session

from services.queue_scheduling.dispatch.approach import forwarding_at
from services.queue_scheduling.dispatch.book import Line, Queue
from services.queue_scheduling.dispatch.rows import IN_ORDER
from services.queue_scheduling.forecast import rows
from services.queue_scheduling.forecast.journey import journey_at
from services.queue_scheduling.forecast.plans import timeline_at
from services.queue_scheduling.forecast.signs import Crowd
from services.queue_scheduling.queries.reasons import Forecast, told_of

LAST = f"""{IN_ORDER}, before AS (SELECT *, number IS NULL OR urgent OR number < %(number)s AS comes FROM in_order)
SELECT count(crossing_id) FILTER (WHERE number IS NULL) + least(
        count(*) FILTER (WHERE comes AND number IS NOT NULL), %(ahead)s) AS rank,
    least(count(*) FILTER (WHERE comes AND line = 'PERISHABLE'), %(ahead)s) AS perishables_ahead,
    coalesce(%(number)s - min(number), 0) AS numbers_ahead,
    count(crossing_id) AS waiting, count(*) FILTER (WHERE line = 'PERISHABLE') AS perishables, last_hour, last_day
FROM ({rows.LATELY}) AS calls LEFT JOIN before ON true GROUP BY last_hour, last_day
"""
"""Before a first-come number come whoever holds none, the urgent, and smaller numbers; of all that hold numbers no more
than there are calls before it."""


class Newcomer(NamedTuple):
    """A standard truck that joins now, as forecasts see those that wait."""

    rank: int
    perishables_ahead: int
    numbers_ahead: int
    joined_at: datetime
    line: str = Line.STANDARD.value
    spoils_at: datetime | None = None


class Outlook(BaseModel):
    """The calls of the last hour, of any kind; and when a standard truck would be called that joined now."""

    calls_last_hour: int
    forecast: Forecast


def outlook_of(session: Session, queue: Queue, now: datetime) -> Outlook:
    """What a queue has done lately, and what it would do with one truck more."""
    first_come = queue.called + queue.numbered + 1
    asked = {"queue": queue.key, "now": now, "number": first_come, "ahead": queue.numbered}
    row = session.connection().exec_driver_sql(LAST, asked).one()
    forwarding = forwarding_at(session, queue.route, queue.direction, now)
    timeline = timeline_at(session, queue.route, queue.direction, now, forwarding.lead)
    newcomer = Newcomer(row.rank, row.perishables_ahead, row.numbers_ahead, now)
    crowd = Crowd(row.waiting, row.perishables, row.last_hour, row.last_day)
    (foreseen,), _ = rows.experience_of(session, queue.key).foresee([newcomer], crowd, timeline, now)
    journey = journey_at(session, queue.key, forwarding, timeline.per_hour(), now)
    return Outlook(calls_last_hour=row.last_hour, forecast=told_of(foreseen, journey, now))
