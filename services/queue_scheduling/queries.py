"""Looks at routes, boards and tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from bordergate.auth import Resource
from events.queue_scheduling import Closure, OpenHours, RefusedGoods, RouteStatus
from events.words import Direction, TicketClass
from services.queue_scheduling import repository
from services.queue_scheduling.dispatch.book import Queue, queue_key
from services.queue_scheduling.domain.hours import hour_of
from services.queue_scheduling.domain.refusals import NoTicket
from services.queue_scheduling.domain.route import Route, RoutePlan
from services.queue_scheduling.domain.ticket import Cause, Stage, Ticket
from services.queue_scheduling.tables import queues, tickets

SHOWN = 50
STANDING = """
WITH held AS (
    SELECT line, number, row_number() OVER (PARTITION BY line ORDER BY number) AS rank
    FROM queue_scheduling.numbers WHERE queue = %(queue)s
), seated AS (
    SELECT *, row_number() OVER (PARTITION BY line ORDER BY turn) AS rank
    FROM queue_scheduling.places WHERE queue = %(queue)s
), standing AS (
    SELECT seated.crossing_id, seated.ticket_class, seated.line, seated.turn, seated.callable, seated.first_come,
        seated.urgency, seated.joined_at, COALESCE(seated.number, held.number) AS number
    FROM seated LEFT JOIN held ON held.line = seated.line AND held.rank = seated.rank
)
"""
NEXT = f"""{STANDING} SELECT standing.*, tickets.reference, tickets.plate
FROM standing JOIN queue_scheduling.tickets ON tickets.crossing_id = standing.crossing_id
ORDER BY standing.number NULLS FIRST, standing.turn LIMIT %(limit)s"""
OWN = f"""{STANDING} SELECT number, urgency, CASE
    WHEN line = 'EXTRAORDINARY' THEN (SELECT count(*) FROM standing s WHERE s.line = own.line AND s.turn < own.turn)
    ELSE (SELECT count(*) FROM standing s WHERE s.line = 'EXTRAORDINARY' OR s.number < own.number) END AS ahead
FROM standing own WHERE crossing_id = %(crossing_id)s"""
BY_CLASS = """
SELECT queue, ticket_class, count(*) AS trucks, count(*) FILTER (WHERE NOT callable) AS absent
FROM queue_scheduling.places WHERE queue = ANY(%(queues)s) GROUP BY queue, ticket_class ORDER BY queue, ticket_class
"""


class QueueView(BaseModel):
    """One direction of a route now; `number` is the last numbered call, `capacity` and `calls` are this hour's."""

    direction: Direction
    number: int
    waiting: dict[TicketClass, int]
    capacity: int
    calls: int


class RouteView(BaseModel):
    """A route as anybody may see it: hours are Hà Nội time."""

    code: str
    gate: str
    label: str
    opposite: str
    status: RouteStatus
    until: datetime | None
    reason: str | None
    hours: tuple[OpenHours, ...]
    closures: tuple[Closure, ...]
    refused_goods: tuple[RefusedGoods, ...]
    queues: list[QueueView]
    version: int


class WaitingView(BaseModel):
    """One waiting truck; `number` is the call it will be called by at the latest, none for extraordinary calls."""

    crossing_id: UUID
    reference: str
    plate: str
    ticket_class: TicketClass
    number: int | None
    first_come: int | None
    joined_at: datetime
    ready: bool
    urgent: bool


class CalledView(BaseModel):
    """One truck that was called and has not been seen yet."""

    crossing_id: UUID
    reference: str
    plate: str
    ticket_class: TicketClass
    number: int | None
    override: bool
    called_at: datetime
    valid_until: datetime


class QueueBoard(QueueView):
    """One direction as its operator sees it: the next by number, and those on their way."""

    not_ready: int
    extraordinary: int
    overrides: int
    next: list[WaitingView]
    called: list[CalledView]


class Board(BaseModel):
    """Everything an operator sees of one route, in one read."""

    route: str
    status: RouteStatus
    until: datetime | None
    reason: str | None
    queues: list[QueueBoard]
    version: int


class TicketView(BaseModel):
    """A place as its parties see it; `first_come` is A and `promise` d of the receipt, `number` what it holds now."""

    crossing_id: UUID
    reference: str
    route: str
    direction: Direction
    ticket_class: TicketClass
    stage: Stage
    ready: bool
    cause: Cause | None
    passed: bool
    enqueued_at: datetime
    joined_at: datetime | None
    first_come: int | None
    promise: int | None
    number: int | None
    ahead: int | None
    last_called: int
    call_number: int | None
    called_at: datetime | None
    valid_until: datetime | None
    override: bool
    clashes: list[str]
    version: int


def routes_at(session: Session, now: datetime) -> list[RouteView]:
    """All routes in force, with their hours and what they do now."""
    plans = repository.plans(session, now)
    waiting = _waiting(session, list(plans))
    return [_route_view(session, code, plan, waiting, now) for code, plan in plans.items()]


def _route_view(session: Session, code: str, plan: RoutePlan, waiting: Sequence[Any], now: datetime) -> RouteView:
    route = repository.route_of(session, code)
    status, until, reason = route.shown(now)
    return RouteView(
        **{part.name: getattr(plan, part.name) for part in fields(plan)},
        code=code,
        status=status,
        until=until,
        reason=reason,
        queues=[QueueView(**_counts(session, queue, route, waiting, now)) for queue in _queues(session, code)],
        version=route.version,
    )


def _queues(session: Session, route: str) -> Sequence[Queue]:
    return session.scalars(select(Queue).where(queues.c.route == route).order_by(queues.c.direction)).all()


def _waiting(session: Session, codes: Sequence[str]) -> Sequence[Any]:
    keys = [queue_key(code, direction) for code in codes for direction in Direction]
    return session.connection().exec_driver_sql(BY_CLASS, {"queues": keys}).all()


def _counts(session: Session, queue: Queue, route: Route, waiting: Sequence[Any], now: datetime) -> dict[str, Any]:
    hours = repository.days_of(session, queue.route, queue.direction, now)[0]
    return {
        "direction": queue.direction,
        "number": queue.called,
        "waiting": {TicketClass(row.ticket_class): row.trucks for row in waiting if row.queue == queue.key},
        "capacity": hours.capacity(now) if hours and not route.is_paused(now) else 0,
        "calls": queue.calls_in(hour_of(now)),
    }


def board_of(session: Session, code: str, now: datetime) -> Board:
    """Everything an operator sees of one route; raises UnknownRoute."""
    route = repository.route_of(session, code)
    status, until, reason = route.shown(now)
    waiting = _waiting(session, [code])
    return Board(
        route=code,
        status=status,
        until=until,
        reason=reason,
        queues=[_queue_board(session, queue, route, waiting, now) for queue in _queues(session, code)],
        version=route.version,
    )


def _queue_board(session: Session, queue: Queue, route: Route, waiting: Sequence[Any], now: datetime) -> QueueBoard:
    rows = session.connection().exec_driver_sql(NEXT, {"queue": queue.key, "limit": SHOWN}).mappings()
    return QueueBoard(
        **_counts(session, queue, route, waiting, now),
        not_ready=sum(row.absent for row in waiting if row.queue == queue.key),
        extraordinary=queue.extraordinary,
        overrides=queue.overrides,
        next=[WaitingView(**row, ready=row["callable"], urgent=row["urgency"] > 0) for row in rows],
        called=_called(session, queue),
    )


def _called(session: Session, queue: Queue) -> list[CalledView]:
    here = (tickets.c.route == queue.route, tickets.c.direction == queue.direction, tickets.c.stage == Stage.CALLED)
    rows = session.execute(select(tickets).where(*here).order_by(tickets.c.called_at).limit(SHOWN)).mappings()
    return [CalledView.model_validate(dict(row)) for row in rows]


def resource_of(session: Session, crossing_id: UUID) -> Resource:
    """Whose a ticket is, and where; raises NoTicket."""
    wanted = select(tickets.c.parties, tickets.c.route).where(tickets.c.crossing_id == crossing_id)
    row = session.execute(wanted).first()
    if row is None:
        raise NoTicket(crossing=crossing_id)
    return Resource(parties=frozenset(row.parties), route=row.route, crossing=crossing_id)


def ticket_at(session: Session, ticket: Ticket) -> TicketView:
    """A ticket with the number it holds now and how many are ahead."""
    key = queue_key(ticket.route, ticket.direction)
    own = session.connection().exec_driver_sql(OWN, {"queue": key, "crossing_id": ticket.crossing_id}).first()
    told = {name: getattr(ticket, name) for name in TicketView.model_fields if hasattr(ticket, name)}
    return TicketView(
        **told
        | {
            "number": own.number if own else None,
            "ahead": own.ahead if own else None,
            "last_called": session.scalar(select(queues.c.called).where(queues.c.key == key)) or 0,
            "call_number": ticket.number,
        },
    )
