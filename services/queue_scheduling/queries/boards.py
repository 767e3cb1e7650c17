"""Looks at routes, boards and tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bordergate.auth import Resource
from bordergate.disclosure import told_count
from events.queue_scheduling import Closure, OpenHours, RefusedGoods, RouteStatus
from events.words import Direction, TicketClass
from services.queue_scheduling import repository
from services.queue_scheduling.dispatch.approach import early_calls
from services.queue_scheduling.dispatch.book import Queue, queue_key
from services.queue_scheduling.dispatch.rows import FIRST, IN_ORDER
from services.queue_scheduling.domain.hours import hour_of, midnight
from services.queue_scheduling.domain.refusals import NoTicket
from services.queue_scheduling.domain.route import Change, Route, RouteHours, RoutePlan, allowed, hours_on, room_under
from services.queue_scheduling.domain.ticket import Cause, Stage, Ticket
from services.queue_scheduling.queries.newcomers import Outlook, outlook_of
from services.queue_scheduling.queries.reasons import Forecast
from services.queue_scheduling.slots.rows import slots_held
from services.queue_scheduling.tables import places, queues, tickets

Span = tuple[datetime, datetime]
SHOWN = 50
OWN = f"{IN_ORDER} SELECT number, urgency, rank AS ahead FROM in_order WHERE crossing_id = %(crossing_id)s"
BY_CLASS = """
SELECT queue, ticket_class, count(*) AS trucks, count(*) FILTER (WHERE NOT callable) AS absent
FROM queue_scheduling.places WHERE queue = ANY(%(queues)s) GROUP BY queue, ticket_class ORDER BY queue, ticket_class
"""


class QueueView(BaseModel):
    """One direction of a route as anybody may see it; `number` is the last numbered call, `capacity` this hour's.

    Of a class as many wait as that, rounded down to five; null: some, but fewer than five. `forecast` is of a standard
    truck that joins now.
    """

    direction: Direction
    number: int
    waiting: dict[TicketClass, int | None]
    capacity: int
    calls_last_hour: int
    forecast: Forecast


class Doing(BaseModel):
    """What a route does now: until when, why, and how many trucks an hour it takes while it is REDUCED."""

    status: RouteStatus
    until: datetime | None
    reason: str | None
    export_per_hour: int | None
    import_per_hour: int | None


class RouteView(Doing):
    """A route as anybody may see it: hours are Hà Nội time; what officers wrote is left out (`reason`)."""

    code: str
    gate: str
    label: str
    opposite: str
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


class QueueBoard(BaseModel):
    """One direction as its operator sees it: the next by number, and those on their way.

    `number` is the last numbered call, `capacity` and `calls` are this hour's.
    """

    direction: Direction
    number: int
    waiting: dict[TicketClass, int]
    capacity: int
    calls: int
    not_ready: int
    extraordinary: int
    overrides: int
    next: list[WaitingView]
    called: list[CalledView]


class Board(Doing):
    """Everything an operator sees of one route, in one read."""

    route: str
    queues: list[QueueBoard]
    version: int


class Effect(BaseModel):
    """What a change would do to one direction until its end, or else until the day's.

    So many trucks wait, so many are called and on their way, so many slots are `booked` of hours in that time (also by
    trucks that do not wait yet), so many calls fewer are made than as the route works now (0: none, or more are), and
    so many loads spoil meanwhile that are good now.
    """

    direction: Direction
    until: datetime
    waiting: dict[TicketClass, int]
    called: int
    booked: int
    calls_lost: int
    spoiling: int


class TicketView(BaseModel):
    """A place as its parties see it; `first_come` is A and `promise` d of the receipt, `number` what it holds now.

    `second` is d₂: the number that a perishable may fall back to in a crisis, once nothing of it is left to save.
    `owed` is an earlier number by which it is called all the same, an error of the gate having cost it its place.
    """

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
    second: int | None
    owed: int | None
    number: int | None
    ahead: int | None
    last_called: int
    call_number: int | None
    called_at: datetime | None
    valid_until: datetime | None
    override: bool
    slot: datetime | None
    clashes: list[str]
    version: int


def routes_at(session: Session, now: datetime) -> list[RouteView]:
    """All routes in force, with their hours and what they do now."""
    plans = repository.plans(session, now)
    waiting = _waiting(session, list(plans))
    return [_route_view(session, code, plan, waiting, now) for code, plan in plans.items()]


def _route_view(session: Session, code: str, plan: RoutePlan, waiting: Sequence[Any], now: datetime) -> RouteView:
    route = repository.route_of(session, code)
    planned = RouteHours(plan.hours, plan.closures, early_calls(session, code, now))
    return RouteView(
        **{part.name: getattr(plan, part.name) for part in fields(plan)},
        **vars(replace(route.at(now), reason=None)),
        code=code,
        queues=[
            _told_to_all(_counts(queue, route, planned, waiting, now), outlook_of(session, queue, now))
            for queue in _queues(session, code)
        ],
        version=route.version,
    )


def _told_to_all(counts: Mapping[str, Any], outlook: Outlook) -> QueueView:
    told = {ticket_class: told_count(trucks) for ticket_class, trucks in counts["waiting"].items()}
    return QueueView(**{**counts, "waiting": told}, **dict(outlook))


def _queues(session: Session, route: str) -> Sequence[Queue]:
    return session.scalars(select(Queue).where(queues.c.route == route).order_by(queues.c.direction)).all()


def _waiting(session: Session, codes: Sequence[str]) -> Sequence[Any]:
    keys = [queue_key(code, direction) for code in codes for direction in Direction]
    return session.connection().exec_driver_sql(BY_CLASS, {"queues": keys}).all()


def _counts(queue: Queue, route: Route, plan: RouteHours, waiting: Sequence[Any], now: datetime) -> dict[str, Any]:
    planned = hours_on(midnight(now).date(), queue.direction, plan)
    hours = allowed(planned, route.at(now), queue.direction)
    return {
        "direction": queue.direction,
        "number": queue.called,
        "waiting": {TicketClass(row.ticket_class): row.trucks for row in waiting if row.queue == queue.key},
        "capacity": hours.room(now) if hours else 0,
        "calls": queue.calls_in(hour_of(now)),
    }


def board_of(session: Session, code: str, now: datetime) -> Board:
    """Everything an operator sees of one route; raises UnknownRoute."""
    route = repository.route_of(session, code)
    waiting, plan = _waiting(session, [code]), repository.today_of(session, code, now)
    called = _called(session, code)
    return Board(
        **vars(route.at(now)),
        route=code,
        queues=[
            _queue_board(session, queue, _counts(queue, route, plan, waiting, now), waiting, called)
            for queue in _queues(session, code)
        ],
        version=route.version,
    )


def _queue_board(
    session: Session,
    queue: Queue,
    counts: Mapping[str, Any],
    waiting: Sequence[Any],
    called: Mapping[Direction, Sequence[CalledView]],
) -> QueueBoard:
    rows = session.connection().exec_driver_sql(FIRST, {"queue": queue.key, "limit": SHOWN}).mappings()
    return QueueBoard(
        **counts,
        not_ready=sum(row.absent for row in waiting if row.queue == queue.key),
        extraordinary=queue.extraordinary,
        overrides=queue.overrides,
        next=[WaitingView(**row, ready=row["callable"], urgent=row["urgency"] > 0) for row in rows],
        called=called.get(queue.direction, ()),
    )


def _called(session: Session, code: str) -> Mapping[Direction, Sequence[CalledView]]:
    """Of each direction those called longest ago."""
    shown = [tickets.c[name] for name in CalledView.model_fields]
    turn = func.row_number().over(partition_by=tickets.c.direction, order_by=tickets.c.called_at)
    called = select(tickets.c.direction, *shown, turn.label("turn"))
    here = called.where(tickets.c.route == code, tickets.c.stage == Stage.CALLED).subquery()
    rows = session.execute(select(here).where(here.c.turn <= SHOWN).order_by(here.c.called_at)).mappings()
    found: dict[Direction, list[CalledView]] = {}
    for row in rows:
        found.setdefault(row["direction"], []).append(CalledView.model_validate(dict(row)))
    return found


def effects_of(session: Session, code: str, change: Change, now: datetime) -> list[Effect]:
    """Whom a change of a route would affect, before it is made; raises UnknownRoute, and what the change would."""
    route = repository.route_of(session, code)
    route.refuse_impossible(change, now)
    changes = (route.at(now), change)
    waiting, end = _waiting(session, [code]), change.until or midnight(now) + timedelta(days=1)
    return [_effect(session, queue, waiting, changes, (now, end)) for queue in _queues(session, code)]


def _effect(
    session: Session, queue: Queue, waiting: Sequence[Any], changes: tuple[Change, Change], span: Span
) -> Effect:
    now, end = span
    days = repository.days_of(session, queue.route, queue.direction, now)
    as_now, then = (room_under(change, days, queue.direction, span) for change in changes)
    here = (tickets.c.route == queue.route, tickets.c.direction == queue.direction, tickets.c.stage == Stage.CALLED)
    spoils = (places.c.queue == queue.key, places.c.spoils_at > now, places.c.spoils_at <= end)
    return Effect(
        direction=queue.direction,
        until=end,
        waiting={TicketClass(row.ticket_class): row.trucks for row in waiting if row.queue == queue.key},
        called=session.scalar(select(func.count()).where(*here)) or 0,
        booked=slots_held(session, queue.key, span),
        calls_lost=max(0, round(as_now - then)),
        spoiling=session.scalar(select(func.count()).where(*spoils)) or 0,
    )


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
