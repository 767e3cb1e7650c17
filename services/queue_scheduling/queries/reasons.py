"""Why a truck stands where it stands, when it will be called, and how good such forecasts were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from events.words import Direction, TicketClass
from services.queue_scheduling.decisions.tables import overrides
from services.queue_scheduling.dispatch.approach import forwarding_at
from services.queue_scheduling.dispatch.book import queue_key
from services.queue_scheduling.dispatch.rows import IN_ORDER
from services.queue_scheduling.domain.ticket import Stage, Standing, Ticket
from services.queue_scheduling.forecast import rows
from services.queue_scheduling.forecast.foresight import Foreseen, Method
from services.queue_scheduling.forecast.journey import Journey, journey_at
from services.queue_scheduling.forecast.plans import timeline_at
from services.queue_scheduling.forecast.timeline import Timeline
from services.queue_scheduling.tables import queues, tickets

SHOWN = 5
UNKNOWN = Foreseen(None, None, None, 0)
OVERRIDES_OF = timedelta(days=1)
MEASURED_OVER = timedelta(days=30)
AHEAD = f"""{IN_ORDER}, own AS (SELECT * FROM in_order WHERE crossing_id = ANY(%(crossings)s))
SELECT own.crossing_id, own.number, other.ticket_class, count(other.crossing_id) AS trucks
FROM own LEFT JOIN in_order AS other ON other.rank < own.rank
GROUP BY own.crossing_id, own.number, other.ticket_class ORDER BY other.ticket_class"""
ACCURACY = """
SELECT queue, method, sum(forecasts)::int AS forecasts, count(*)::int AS trucks, avg(within)::float8 AS within,
    avg(by_p90)::float8 AS by_p90, percentile_cont(0.5) WITHIN GROUP (ORDER BY off_by)::float8 / 60 AS off_by,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY wide)::float8 / 60 AS wide, count(gate_within)::int AS gate_trucks,
    avg(gate_within)::float8 AS gate_within,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY gate_off)::float8 / 60 AS gate_off_by
FROM (SELECT queue, method, crossing_id, count(*) AS forecasts, avg((called_at BETWEEN p10 AND p90)::int) AS within,
        avg((called_at <= p90)::int) AS by_p90, avg(abs(extract(epoch FROM called_at - p50))) AS off_by,
        avg(extract(epoch FROM p90 - p10)) AS wide, avg((gate_at BETWEEN gate_p10 AND gate_p90)::int) AS gate_within,
        avg(abs(extract(epoch FROM gate_at - gate_p50))) AS gate_off
    FROM queue_scheduling.forecasts
    WHERE made_at > %(since)s AND called_at IS NOT NULL AND p10 IS NOT NULL AND p90 IS NOT NULL
    GROUP BY queue, method, crossing_id) AS trucks
GROUP BY queue, method ORDER BY queue, method
"""


class Forecast(BaseModel):
    """When a truck will be called: by `p10` one of ten such trucks was, by `p50` half, by `p90` nine of ten.

    `gate_p10` and so on say the same of being at the gate: the journey and the wait before it come on top. An instant
    beyond what is planned is null. `samples` counts the trucks by which the range was corrected.
    """

    p10: AwareDatetime | None
    p50: AwareDatetime | None
    p90: AwareDatetime | None
    gate_p10: AwareDatetime | None
    gate_p50: AwareDatetime | None
    gate_p90: AwareDatetime | None
    samples: int
    method: Method
    observed_at: AwareDatetime


class Overridden(BaseModel):
    """A call out of turn, as it is public: when, and of which class."""

    called_at: AwareDatetime
    ticket_class: TicketClass


class Reasons(BaseModel):
    """Why a truck waits: who stands before it, what it was promised, who was called out of turn, and until when.

    `at_most` is the number of calls after which it has been called whatever comes later: its number, or the
    smaller one that an error cost it and that is owed to it, less the last one.
    """

    crossing_id: UUID
    ticket_class: TicketClass
    ready: bool
    ahead: int
    ahead_by_class: dict[TicketClass, int]
    promise: int | None
    number: int | None
    last_called: int
    at_most: int | None
    overrides: list[Overridden]
    forecast: Forecast


class Accuracy(BaseModel):
    """How a queue's forecasts of one method turned out in thirty days; shares are from 0 to 1, the rest minutes."""

    route: str
    direction: Direction
    forecasts: int
    trucks: int = Field(description="Trucks they were made for; each counts once, however often it was foreseen.")
    within: float = Field(description="Share of trucks called between p10 and p90; it should be 0.8.")
    by_p90: float = Field(description="Share of trucks called by p90; it should be 0.9.")
    off_by: float = Field(description="Minutes between p50 and the call, of half the forecasts no more than this.")
    wide: float = Field(description="Minutes between p10 and p90, of half the forecasts no more than this.")
    gate_trucks: int = Field(description="Of these trucks, those that were seen at the gate after the call.")
    gate_within: float | None = Field(description="Share of them at the gate between gate_p10 and gate_p90.")
    gate_off_by: float | None = Field(description="Minutes between gate_p50 and being there, of half no more.")
    method: Method
    since: AwareDatetime


def reasons_at(
    session: Session, crossings: Collection[UUID], routes: Collection[str], party: UUID | None, now: datetime
) -> list[Reasons]:
    """What bears on the places of crossings that wait by number; `routes` are those the caller is posted to, none: all.

    With a `party` only its own are told.
    """
    by_number = (tickets.c.stage == Stage.WAITING, tickets.c.slot.is_(None))
    waiting = select(Ticket).where(tickets.c.crossing_id.in_(crossings), *by_number)
    if party is not None:
        waiting = waiting.where(tickets.c.parties.contains([party]))
    if routes:
        waiting = waiting.where(tickets.c.route.in_(routes))
    of_queues: dict[Standing, list[Ticket]] = {}
    for ticket in session.scalars(waiting.order_by(tickets.c.crossing_id)):
        of_queues.setdefault(ticket.queue, []).append(ticket)
    return [reasons for queue, found in of_queues.items() for reasons in _of_queue(session, queue, found, now)]


def _of_queue(session: Session, queue: Standing, found: Sequence[Ticket], now: datetime) -> Iterator[Reasons]:
    """The same of one queue, which is read once for all of them."""
    key = queue_key(*queue)
    asked = {"queue": key, "crossings": [ticket.crossing_id for ticket in found]}
    numbers: dict[UUID, int | None] = {}
    ahead: dict[UUID, dict[TicketClass, int]] = defaultdict(dict)
    for row in session.connection().exec_driver_sql(AHEAD, asked):
        numbers[row.crossing_id] = row.number
        if row.ticket_class is not None:
            ahead[row.crossing_id][TicketClass(row.ticket_class)] = row.trucks
    called = session.scalar(select(queues.c.called).where(queues.c.key == key)) or 0
    overrides, forwarding = _overrides(session, queue, now), forwarding_at(session, *queue, now)
    timeline = timeline_at(session, *queue, now, forwarding.lead)
    journey = journey_at(session, key, forwarding, timeline.per_hour(), now)
    can_come = [ticket.crossing_id for ticket in found if ticket.ready and not ticket.passed]
    foreseen = _foreseen(session, key, can_come, timeline, now)
    for ticket in found:
        number, before = numbers.get(ticket.crossing_id), ahead[ticket.crossing_id]
        yield Reasons(
            **{name: getattr(ticket, name) for name in ("crossing_id", "ticket_class", "ready", "promise")},
            ahead=sum(before.values()),
            ahead_by_class=before,
            number=number,
            last_called=called,
            at_most=min(number, ticket.owed or number) - called if number else None,
            overrides=overrides,
            forecast=told_of(foreseen.get(ticket.crossing_id, UNKNOWN), journey, now),
        )


def _foreseen(
    session: Session, queue: str, can_come: Collection[UUID], timeline: Timeline, now: datetime
) -> dict[UUID, Foreseen]:
    """The forecasts of trucks that can come; when the others may, nobody knows."""
    trucks, crowd = rows.standing_of(session, queue, can_come, now)
    told, _ = rows.experience_of(session, queue).foresee(trucks, crowd, timeline, now)
    return dict(zip((truck.crossing_id for truck in trucks), told, strict=True))


def told_of(foreseen: Foreseen, journey: Journey, now: datetime) -> Forecast:
    """A forecast as it is told; `journey` is the way from the call to the gate."""
    return Forecast(**vars(foreseen), **journey.after(foreseen), observed_at=now)


def _overrides(session: Session, queue: Standing, now: datetime) -> list[Overridden]:
    route, direction = queue
    here = (overrides.c.route == route, overrides.c.direction == direction)
    lately = overrides.c.called_at > now - OVERRIDES_OF
    wanted = select(overrides.c.called_at, overrides.c.ticket_class).where(*here, lately)
    found = session.execute(wanted.order_by(overrides.c.called_at.desc()).limit(SHOWN))
    return [Overridden.model_validate(dict(row)) for row in found.mappings()]


def accuracy_at(session: Session, now: datetime) -> list[Accuracy]:
    """How good each queue's forecasts were."""
    since = now - MEASURED_OVER
    found: Sequence[Any] = session.connection().exec_driver_sql(ACCURACY, {"since": since}).mappings().all()
    told = []
    for row in found:
        route, _, direction = row["queue"].rpartition("/")
        told.append(Accuracy(**{**row, "route": route, "direction": direction}, since=since))
    return told
