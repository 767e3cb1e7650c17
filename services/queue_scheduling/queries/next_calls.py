"""Who is called next: the dispatcher's own choice, made on a copy of the queue as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import takewhile
from uuid import UUID

from pydantic import AwareDatetime, BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from events.words import Direction, TicketClass
from services.queue_scheduling import repository
from services.queue_scheduling.dispatch.ahead import Copy, calls_ahead
from services.queue_scheduling.dispatch.book import Line, Queue
from services.queue_scheduling.dispatch.call import Call
from services.queue_scheduling.dispatch.rows import place_of_row
from services.queue_scheduling.dispatch.urgency import changed
from services.queue_scheduling.domain.hours import Hours, calls_left, dangerous_may, hour_of, midnight, next_round
from services.queue_scheduling.domain.terms import horizon_at
from services.queue_scheduling.slots.rows import holders_of_hour
from services.queue_scheduling.tables import queues, tickets

MOST = 20
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SHUT = Hours(0, 0, 0)
HELD = "SELECT line, array_agg(number) AS numbers FROM queue_scheduling.numbers WHERE queue = %(queue)s GROUP BY line"
NEAR = """
SELECT crossing_id, ticket_class, line, turn, callable, number, first_come, urgency, lot, joined_at, spoils_at
FROM (SELECT *, count(*) FILTER (WHERE callable) OVER sort - callable::int AS before FROM queue_scheduling.places
    WHERE queue = %(queue)s
    WINDOW sort AS (PARTITION BY line, CASE line WHEN 'EXTRAORDINARY' THEN ticket_class END ORDER BY turn)) AS places
WHERE line = 'PERISHABLE' OR before < %(calls)s
"""
"""Whoever so many calls could reach: of perishables, whose order changes with the time, all."""


class NextCall(BaseModel):
    """A truck that will be called; `number` is the call it comes by, None for an extraordinary one or in a `slot`."""

    crossing_id: UUID
    reference: str
    plate: str
    ticket_class: TicketClass
    number: int | None
    joined_at: AwareDatetime
    slot: AwareDatetime | None
    urgent: bool


class NextCalls(BaseModel):
    """The next calls of one direction in their order, as the next round would make them if nobody joins or leaves.

    `last_called` is the last numbered call.
    """

    direction: Direction
    last_called: int
    calls: list[NextCall]


@dataclass
class Share:
    """What the hours have left for dangerous goods while call follows call; a full hour is followed by the next."""

    hours: Hours
    of_hour: Decimal
    at: datetime

    def left(self, queue: Queue, before: TicketClass | None) -> bool:
        """Whether P1 may be called now; the call before counts."""
        if before is not None:
            queue.count(hour_of(self.at), before)
        if not calls_left(queue, self.hours, self.at):
            self.at = hour_of(self.at) + HOUR
        return dangerous_may(queue, self.hours, self.of_hour, self.at)


def next_calls_at(session: Session, code: str, at_most: int, now: datetime) -> list[NextCalls]:
    """The next calls of a route by direction; raises UnknownRoute."""
    route = repository.route_of(session, code)
    terms = repository.terms_at(session, now)
    here = select(Queue).where(queues.c.route == code).order_by(queues.c.direction)
    told = []
    for queue in session.scalars(here):
        days = repository.days_of(session, code, queue.direction, now)
        at = next_round(now, days)
        day = days[(midnight(at) - midnight(now)).days] if at - now < len(days) * DAY else None
        hours = day.at_most(route.at(now).most_in(queue.direction)) if day else SHUT
        copy = _copied(session, queue, at_most)
        if queue.urgency_at is None or at - queue.urgency_at >= terms.urgency_every:
            copy.set_urgencies(changed(copy.perishables(), at, horizon_at(terms, day, at)))
        calls = calls_ahead(copy, at_most, dangerous_may=Share(hours, terms.dangerous_share, at).left)
        calls = [*_with_slots(session, queue, calls, at)][:at_most]
        told.append(NextCalls(direction=queue.direction, last_called=queue.called, calls=_named(session, calls)))
    return told


def _with_slots(session: Session, queue: Queue, calls: Sequence[Call], at: datetime) -> Iterator[Call]:
    """Holders whose hour it is come after the extraordinary and before the numbered."""
    ahead = list(takewhile(lambda call: call.number is None, calls))
    yield from ahead
    for place, starts, ends in holders_of_hour(session, queue.key, hour_of(at)):
        if starts <= at < ends:
            yield Call(place)
    yield from calls[len(ahead) :]


def _copied(session: Session, queue: Queue, calls: int) -> Copy:
    """The queue with all whom so many calls can reach, as the reader's one instant shows them."""
    about = {"queue": queue.key, "calls": calls}
    held = {Line(row.line): row.numbers for row in session.connection().exec_driver_sql(HELD, about)}
    rows = session.connection().exec_driver_sql(NEAR, about).mappings()
    return Copy(queue, held, [place_of_row(dict(row)) for row in rows])


def _named(session: Session, calls: Sequence[Call]) -> list[NextCall]:
    wanted = [call.place.crossing_id for call in calls]
    columns = (tickets.c.crossing_id, tickets.c.reference, tickets.c.plate, tickets.c.joined_at, tickets.c.slot)
    rows = session.execute(select(*columns).where(tickets.c.crossing_id.in_(wanted))).mappings()
    about = {row["crossing_id"]: dict(row) for row in rows}
    return [
        NextCall(
            **about[call.place.crossing_id],
            ticket_class=call.place.ticket_class,
            number=call.number,
            urgent=call.place.urgency > 0,
        )
        for call in calls
    ]
