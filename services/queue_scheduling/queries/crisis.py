"""What a crisis would do at a route, before it is declared, and what it does while it is in force."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, BaseModel
from sqlalchemy.orm import Session

from events.words import Direction
from services.queue_scheduling import repository
from services.queue_scheduling.dispatch.book import queue_key
from services.queue_scheduling.domain.hours import midnight

FALLING = """
SELECT count(*) AS perishables, count(*) FILTER (WHERE spoils_at > %(now)s) AS good,
    count(*) FILTER (WHERE spoils_at > %(now)s AND spoils_at <= %(midnight)s + interval '1 day') AS spoiling,
    count(*) FILTER (WHERE spoils_at <= %(now)s) AS spoiled,
    count(*) FILTER (WHERE spoils_at <= %(now)s AND second > number) AS falling,
    max(second - number) FILTER (WHERE spoils_at <= %(now)s AND second > number) AS later
FROM queue_scheduling.places WHERE queue = %(queue)s AND line = 'PERISHABLE'
"""


class CrisisView(BaseModel):
    """One direction of a route: since when a crisis is in force, and what one does or would do to those who wait.

    Of its perishables so many are good, of which so many spoil by the end of the day, and so many spoiled; of these so
    many fall back, by at most so many calls, as their receipts say. No other truck gets a later number.
    """

    direction: Direction
    since: AwareDatetime | None
    perishables: int
    good: int
    spoiling: int
    spoiled: int
    falling: int
    later: int


def crises_at(session: Session, code: str, now: datetime) -> list[CrisisView]:
    """Both directions of a route; raises UnknownRoute."""
    route = repository.route_of(session, code)
    told = []
    for direction in sorted(Direction):
        asked = {"queue": queue_key(code, direction), "now": now, "midnight": midnight(now)}
        row = session.connection().exec_driver_sql(FALLING, asked).mappings().one()
        counts = {name: count or 0 for name, count in row.items()}
        told.append(CrisisView(direction=direction, since=route.crisis_in(direction), **counts))
    return told
