"""Tickets, routes and terms by identity or lock, and the things that are already in some queue."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Row, Table, func, or_, select
from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from bordergate.reference import as_of
from events.queue_scheduling import Closure, OpenHours, RefusedGoods
from events.words import Direction, Failure
from services.queue_scheduling.dispatch.book import Grace, Line, Queue, queue_key
from services.queue_scheduling.dispatch.rows import RowBook
from services.queue_scheduling.domain.hours import Hours, minutes
from services.queue_scheduling.domain.refusals import NoTicket, UnknownRoute
from services.queue_scheduling.domain.route import Route, RoutePlan
from services.queue_scheduling.domain.terms import Terms
from services.queue_scheduling.domain.ticket import Stage, Standing, Ticket
from services.queue_scheduling.tables import (
    closures,
    hours,
    parameters,
    perishable_chapters,
    refused_goods,
    routes,
    tickets,
)

CLASH_RULES = {"PLATE": "R011", "VEHICLE": "R011", "TRAILER": "R011", "CONTAINER": "R017", "DRIVER": "R061"}
"""The registration desk's rule that each thing already in a queue breaks (DOMAIN §4)."""
AHEAD = 9
WRITTEN = frozenset({"PLATE", "TRAILER", "CONTAINER"})
"""What is written on the truck; of the others the plate is told."""


def book_of(session: Session, route: str, direction: Direction) -> RowBook:
    """One queue, locked until the transaction ends; raises UnknownRoute."""
    session.flush()
    queue = session.get(Queue, queue_key(route, direction), with_for_update=True, populate_existing=True)
    if queue is None:
        raise UnknownRoute(route=route)
    return RowBook(session, queue)


def book_if_free(session: Session, route: str, direction: Direction) -> RowBook | None:
    """One queue, locked; None while somebody else has it."""
    free = {"skip_locked": True}
    queue = session.get(Queue, queue_key(route, direction), with_for_update=free, populate_existing=True)
    return None if queue is None else RowBook(session, queue)


def open_queue(session: Session, route: str, direction: Direction) -> None:
    """Make a queue in which nobody waits and all numbers are free, unless there is one."""
    key = queue_key(route, direction)
    if session.get(Queue, key) is None:
        session.add(Queue(route, direction))
        session.flush()
        RowBook.free_all(session, key)


def queue_of_ticket(session: Session, crossing_id: UUID) -> Standing | None:
    """Which queue a crossing stands in, as long as nobody amends it; sure once that queue is locked."""
    return queues_of_tickets(session, [crossing_id]).get(crossing_id)


def queues_of_tickets(session: Session, crossings: Collection[UUID]) -> dict[UUID, Standing]:
    """Which queues crossings stand in; without those that have no ticket."""
    which = select(tickets.c.crossing_id, tickets.c.route, tickets.c.direction)
    rows = session.execute(which.where(tickets.c.crossing_id.in_(crossings)))
    return {row.crossing_id: (row.route, row.direction) for row in rows}


def ticket_of(session: Session, crossing_id: UUID) -> Ticket:
    """The ticket; raises NoTicket."""
    ticket = session.get(Ticket, crossing_id)
    if ticket is None:
        raise NoTicket(crossing=crossing_id)
    return ticket


def route_or_new(session: Session, code: str) -> Route:
    """A route as it is today; a new one is open."""
    route = session.get(Route, code)
    if route is None:
        route = Route(code)
        session.add(route)
    return route


def route_of(session: Session, code: str, *, lock: bool = False) -> Route:
    """A route as it is today; raises UnknownRoute."""
    route = session.get(Route, code, with_for_update=lock, populate_existing=True)
    if route is None:
        raise UnknownRoute(route=code)
    return route


def engage(session: Session, crossing_id: UUID, things: Sequence[str]) -> list[Failure]:
    """Note what of the crossing now stands in a queue; returns what already did, and then notes nothing."""
    pairs = [thing.split(" ", 1) for thing in things]
    rows = session.connection().exec_driver_sql(
        "INSERT INTO queue_scheduling.engagements (kind, value, crossing_id)"
        " SELECT kind, value, %s FROM unnest(%s::text[], %s::text[]) AS thing (kind, value)"
        " ON CONFLICT DO NOTHING RETURNING kind, value",
        (crossing_id, [kind for kind, _ in pairs], [value for _, value in pairs]),
    )
    engaged = {(row.kind, row.value) for row in rows}
    clashes = [(kind, value) for kind, value in pairs if (kind, value) not in engaged]
    if clashes:
        disengage(session, crossing_id)
    shown = dict(pairs)
    return [
        Failure(code=CLASH_RULES[kind], field=f"$.{kind.lower()}", value=value if kind in WRITTEN else shown["PLATE"])
        for kind, value in clashes
    ]


def disengage(session: Session, crossing_id: UUID) -> list[str]:
    """Nothing of the crossing stands in a queue any more; returns what did."""
    rows = session.connection().exec_driver_sql(
        "DELETE FROM queue_scheduling.engagements WHERE crossing_id = %s RETURNING kind || ' ' || value", (crossing_id,)
    )
    return list(rows.scalars())


def refused_over(session: Session, things: Sequence[str]) -> Sequence[UUID]:
    """Crossings that were kept out of the queue and want one of these things."""
    wanting = select(tickets.c.crossing_id).where(tickets.c.stage == Stage.REFUSED, tickets.c.things.overlap(things))
    return session.scalars(wanting.order_by(tickets.c.crossing_id)).all()


def seed_of(session: Session, day: date) -> bytes:
    """The day's seed, drawn when it is first needed and never again."""
    rows = session.connection().exec_driver_sql(
        "WITH drawn AS (INSERT INTO queue_scheduling.seeds (day, seed) VALUES (%(day)s, %(seed)s)"
        " ON CONFLICT DO NOTHING RETURNING seed)"
        " SELECT seed FROM drawn UNION ALL SELECT seed FROM queue_scheduling.seeds WHERE day = %(day)s LIMIT 1",
        {"day": day, "seed": secrets.token_bytes(32)},
    )
    seed: bytes | None = rows.scalar()
    return bytes(seed) if seed is not None else seed_of(session, day)


def terms_at(session: Session, now: datetime) -> Terms:
    """The queue's numbers in force."""
    rows = session.execute(select(parameters.c.name, parameters.c.value).where(as_of(parameters, now)))
    value: dict[str, Decimal] = {row.name: row.value for row in rows}
    chapters = session.scalars(select(perishable_chapters.c.chapter).where(as_of(perishable_chapters, now)))
    return Terms(
        graces={
            Line.STANDARD: Grace(value["standard_beta"], int(value["standard_m"])),
            Line.EMPTY: Grace(value["empty_beta"], int(value["empty_m"])),
            Line.PERISHABLE: Grace(value["perishable_beta"], int(value["perishable_m"])),
        },
        call_valid=timedelta(minutes=float(value["call_valid_minutes"])),
        dangerous_share=value["dangerous_share_of_hour"],
        horizon=timedelta(hours=float(value["urgency_hours"])),
        horizon_over_night=timedelta(hours=float(value["urgency_hours_over_night"])),
        urgency_every=timedelta(minutes=float(value["urgency_every_minutes"])),
        perishable_chapters=frozenset(chapters),
    )


def days_of(session: Session, route: str, direction: Direction, now: datetime) -> list[Hours | None]:
    """The hours of today and the days after it, less their closures; None: closed all day."""
    days = days_from(now)
    planned = session.execute(select(hours).where(hours.c.route == route, *_between(hours, days))).all()
    closed = session.execute(select(closures).where(closures.c.route == route, *_between(closures, days))).all()
    return [_hours_on(day, direction, planned, closed) for day in days]


def days_from(now: datetime) -> list[date]:
    """The Hà Nội days that calls are planned for: today, and a week and a day after it."""
    today = now.astimezone(HANOI).date()
    return [today + timedelta(days=ahead) for ahead in range(AHEAD)]


def _between(table: Table, days: Sequence[date]) -> Iterator[ColumnElement[bool]]:
    yield table.c.valid_from <= days[-1]
    yield or_(table.c.valid_to.is_(None), table.c.valid_to > days[0])


def _hours_on(day: date, direction: Direction, planned: Sequence[Row[Any]], closed: Sequence[Row[Any]]) -> Hours | None:
    holding = next((row for row in planned if row.weekday == day.weekday() and holds(row, day)), None)
    if holding is None:
        return None
    per_hour = holding.export_per_hour if direction is Direction.EXPORT else holding.import_per_hour
    gaps = tuple((minutes(row.starts), minutes(row.ends)) for row in closed if holds(row, day))
    return Hours(minutes(holding.opens), minutes(holding.closes), per_hour, gaps)


def holds(row: Row[Any], day: date) -> bool:
    """Whether a reference row is in force on a day."""
    started: bool = row.valid_from <= day
    return started and (row.valid_to is None or day < row.valid_to)


def plans(session: Session, now: datetime) -> dict[str, RoutePlan]:
    """The routes in force as they are planned, by code, each with what is to come of closures and refused goods."""
    week = _by_route(session, hours, as_of(hours, now), hours.c.weekday)
    closed = _by_route(session, closures, _to_come(closures, now), closures.c.valid_from, closures.c.starts)
    refused = _by_route(session, refused_goods, _to_come(refused_goods, now), refused_goods.c.chapter)
    return {
        row.code: RoutePlan(
            row.gate,
            row.label,
            row.opposite,
            tuple(open_hours(day) for day in week.get(row.code, ())),
            tuple(closure_of(closure) for closure in closed.get(row.code, ())),
            tuple(refusal_of(goods) for goods in refused.get(row.code, ())),
        )
        for row in planned_routes(session, now)
    }


def planned_routes(session: Session, now: datetime) -> Sequence[Any]:
    """The routes in force, as planned."""
    return session.execute(select(routes).where(as_of(routes, now)).order_by(routes.c.code)).all()


def _by_route(
    session: Session, table: Table, which: ColumnElement[bool], *order: Column[Any]
) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in session.execute(select(table).where(which).order_by(*order)):
        found.setdefault(row.route, []).append(row)
    return found


def _to_come(table: Table, now: datetime) -> ColumnElement[bool]:
    """The rows in force today or later."""
    return or_(table.c.valid_to.is_(None), table.c.valid_to > now.astimezone(HANOI).date())


def next_change_of_plan(session: Session, now: datetime) -> datetime | None:
    """When the Hà Nội day begins on which what is planned of routes next changes, if it ever does."""
    today = now.astimezone(HANOI).date()
    planned = (routes, hours, closures, refused_goods)
    turns = [column for table in planned for column in (table.c.valid_from, table.c.valid_to)]
    days = [session.execute(select(func.min(turn)).where(turn > today)).scalar_one() for turn in turns]
    first = min((day for day in days if day), default=None)
    return datetime.combine(first, time(), HANOI) if first else None


def open_hours(row: Row[Any]) -> OpenHours:
    """One weekday's hours as they are published."""
    return OpenHours(
        weekday=row.weekday,
        opens=row.opens,
        closes=row.closes,
        export_per_hour=row.export_per_hour,
        import_per_hour=row.import_per_hour,
    )


def closure_of(row: Row[Any]) -> Closure:
    """A closure as it is published."""
    return Closure(first_day=row.valid_from, after=row.valid_to, starts=row.starts, ends=row.ends, cause=row.cause)


def refusal_of(row: Row[Any]) -> RefusedGoods:
    """Goods that a route does not take, as it is published."""
    return RefusedGoods(direction=row.direction, chapter=row.chapter, first_day=row.valid_from, after=row.valid_to)
