"""Tickets, routes and terms by identity or lock, and the things that are already in some queue."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Row, Table, delete, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from bordergate.openings import holds, instant
from bordergate.reference import as_of, next_change
from events.queue_scheduling import Closure, ClosureCause, OpenHours, RefusedGoods
from events.words import Direction, Failure
from services.queue_scheduling.dispatch.approach import early_calls
from services.queue_scheduling.dispatch.book import Grace, Line, Queue, queue_key
from services.queue_scheduling.dispatch.rows import RowBook
from services.queue_scheduling.domain.arrival import Sighting
from services.queue_scheduling.domain.hours import Hours
from services.queue_scheduling.domain.refusals import NoTicket, UnknownRoute
from services.queue_scheduling.domain.route import Route, RouteHours, RoutePlan, divided, hours_on
from services.queue_scheduling.domain.terms import Terms
from services.queue_scheduling.domain.ticket import Stage, Standing, Ticket
from services.queue_scheduling.tables import (
    closures,
    hour_capacities,
    hours,
    parameters,
    perishable_chapters,
    places,
    queues,
    refused_goods,
    routes,
    sightings,
    tickets,
)

OF_HOURS = ("weekday", "opens", "closes", "export_per_hour", "import_per_hour", "valid_from", "valid_to")
CLASH_RULES = {"PLATE": "R011", "VEHICLE": "R011", "TRAILER": "R011", "CONTAINER": "R017", "DRIVER": "R061"}
"""The registration desk's rule that each thing already in a queue breaks (DOMAIN §4)."""
AHEAD = 9
MAY_BE_CALLED = frozenset({Stage.CALLED, Stage.ARRIVED, Stage.SERVED, Stage.ENDED})
"""Where a ticket stands whose call is open, or is so again once what the authorities stated is taken back."""
WRITTEN = frozenset({"PLATE", "TRAILER", "CONTAINER"})
"""What is written on the truck; of the others the plate is told."""


def book_of(session: Session, route: str, direction: Direction) -> RowBook:
    """One queue, locked until the transaction ends; raises UnknownRoute."""
    session.flush()
    queue = session.get(Queue, queue_key(route, direction), with_for_update=True, populate_existing=True)
    if queue is None:
        raise UnknownRoute(route=route)
    return RowBook(session, queue)


def lock_queue(session: Session, route: str, direction: Direction) -> None:
    """Wait for one queue and lock it until the transaction ends, if there is such a queue."""
    session.get(Queue, queue_key(route, direction), with_for_update=True, populate_existing=True)


def lock_all(session: Session) -> None:
    """Wait for every queue, in the one order, and lock them until the transaction ends."""
    for route, direction in sorted((row.route, row.direction) for row in session.execute(select(queues))):
        lock_queue(session, route, direction)


def lock_route(session: Session, code: str) -> Route:
    """A route, with its queues locked before it; raises UnknownRoute."""
    for direction in sorted(Direction):
        lock_queue(session, code, direction)
    return route_of(session, code, lock=True)


def open_queue(session: Session, route: str, direction: Direction, now: datetime) -> None:
    """Make a queue in which nobody waits and all numbers are free, unless there is one; its history begins now."""
    key = queue_key(route, direction)
    if session.get(Queue, key) is None:
        session.add(Queue(route, direction, kept_since=now))
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


def tickets_of(session: Session, crossings: Sequence[UUID]) -> Sequence[Ticket]:
    """The tickets of crossings that all have one, in their order."""
    found = {
        one.crossing_id: one for one in session.scalars(select(Ticket).where(tickets.c.crossing_id.in_(crossings)))
    }
    return [found[crossing] for crossing in crossings]


def standing(session: Session, queue: Queue) -> Sequence[Ticket]:
    """Everybody who waits in a queue, in the order of joining; last those whose number was called over."""
    seated = select(Ticket).outerjoin(places, places.c.crossing_id == tickets.c.crossing_id)
    here = (tickets.c.route == queue.route, tickets.c.direction == queue.direction, tickets.c.stage == Stage.WAITING)
    return session.scalars(seated.where(*here).order_by(places.c.turn.nulls_last(), tickets.c.joined_at)).all()


def called(session: Session, queue: Queue, since: datetime) -> Sequence[Ticket]:
    """Whoever was called since then and did not miss that call, though he was seen: that may be taken back."""
    here = (tickets.c.route == queue.route, tickets.c.direction == queue.direction, tickets.c.stage.in_(MAY_BE_CALLED))
    return session.scalars(select(Ticket).where(*here, tickets.c.called_at >= since)).all()


def owed(session: Session, queue: Queue) -> Sequence[Ticket]:
    """Who waits under a later number than he was promised before an error, and was promised the next."""
    now = tickets.c.owed <= queue.called + 1
    return session.scalars(select(Ticket).where(*_owing(queue), now).order_by(tickets.c.owed)).all()


def next_owed(session: Session, queue: Queue) -> int | None:
    """The smallest number that is owed to anybody who waits."""
    session.flush()
    owes: int | None = session.scalar(select(func.min(tickets.c.owed)).where(*_owing(queue)))
    return owes


def _owing(queue: Queue) -> Iterator[ColumnElement[bool]]:
    yield tickets.c.route == queue.route
    yield tickets.c.direction == queue.direction
    yield tickets.c.owed.is_not(None)
    yield tickets.c.stage == Stage.WAITING


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


def sighting_of(session: Session, crossing_id: UUID) -> Sighting:
    """Where tracking placed a truck last."""
    row = session.execute(select(sightings).where(sightings.c.crossing_id == crossing_id)).first()
    return Sighting(row.near, row.at_gate_since) if row else Sighting()


def note_nearness(session: Session, crossing_id: UUID, *, near: bool) -> None:
    """The truck is near its gate, or not."""
    _note(session, crossing_id, near=near)


def note_at_gate(session: Session, crossing_id: UUID, since: datetime | None) -> None:
    """The truck stands at its gate since a moment, or not."""
    _note(session, crossing_id, at_gate_since=since)


def _note(session: Session, crossing_id: UUID, **seen: Any) -> None:  # noqa: ANN401 - a column
    row = {"near": False, "at_gate_since": None} | seen
    noted = upsert(sightings).values(crossing_id=crossing_id, **row)
    session.execute(noted.on_conflict_do_update(index_elements=["crossing_id"], set_=seen))


def forget_sighting(session: Session, crossing_id: UUID) -> None:
    """The truck has ended its way: where it was is nobody's business any more."""
    session.execute(delete(sightings).where(sightings.c.crossing_id == crossing_id))


def closed_by(session: Session, route: str, start: datetime, end: datetime) -> frozenset[ClosureCause]:
    """The causes of a route's closures that fall between two instants of one Hà Nội day or the next."""
    first, last = (at.astimezone(HANOI) for at in (start, end))
    rows = session.execute(
        select(closures).where(closures.c.route == route, *_between(closures, [first.date(), last.date()]))
    )
    return frozenset(
        row.cause
        for row in rows
        for day in {first.date(), last.date()}
        if _in_force(row, day) and _falls(row, day, first, last)
    )


def _falls(row: Row[Any], day: date, first: datetime, last: datetime) -> bool:
    return instant(day, row.starts) < last and first < instant(day, row.ends)


def numbers_at(session: Session, now: datetime) -> dict[str, Decimal]:
    """The queue's numbers in force, by their names."""
    rows = session.execute(select(parameters.c.name, parameters.c.value).where(as_of(parameters, now)))
    return {row.name: row.value for row in rows}


def terms_at(session: Session, now: datetime) -> Terms:
    """The terms of joining and calling in force."""
    value = numbers_at(session, now)
    chapters = session.scalars(select(perishable_chapters.c.chapter).where(as_of(perishable_chapters, now)))
    return Terms(
        graces={
            Line.STANDARD: Grace(value["standard_beta"], int(value["standard_m"])),
            Line.EMPTY: Grace(value["empty_beta"], int(value["empty_m"])),
            Line.PERISHABLE: Grace(value["perishable_beta"], int(value["perishable_m"])),
        },
        second=Grace(value["spoiled_beta"], int(value["spoiled_m"])),
        call_valid=timedelta(minutes=float(value["call_valid_minutes"])),
        call_extension=timedelta(minutes=float(value["call_extension_minutes"])),
        dangerous_share=value["dangerous_share_of_hour"],
        horizon=timedelta(hours=float(value["urgency_hours"])),
        horizon_over_night=timedelta(hours=float(value["urgency_hours_over_night"])),
        urgency_every=timedelta(minutes=float(value["urgency_every_minutes"])),
        perishable_chapters=frozenset(chapters),
    )


def days_of(session: Session, route: str, direction: Direction, now: datetime) -> list[Hours | None]:
    """The hours of today and the days after it, less their closures; None: closed all day."""
    days = days_from(now)
    planned = _hours_between(session, route, days)
    closed = session.execute(select(closures).where(closures.c.route == route, *_between(closures, days))).all()
    coming, early = [closure_of(row) for row in closed], early_calls(session, route, now)
    weeks = [_week([row for row in planned if _in_force(row, day)]) for day in days]
    return [hours_on(day, direction, RouteHours(week, coming, early)) for day, week in zip(days, weeks, strict=True)]


def today_of(session: Session, route: str, now: datetime) -> RouteHours:
    """The hours of a route as they are planned today, and its closures."""
    planned = _hours_between(session, route, days_from(now)[:1])
    closed = session.execute(select(closures).where(closures.c.route == route, as_of(closures, now))).all()
    return RouteHours(_week(planned), [closure_of(row) for row in closed], early_calls(session, route, now))


def _hours_between(session: Session, route: str, days: Sequence[date]) -> Sequence[Row[Any]]:
    """Rows of a route's hours, and of the numbers of trucks an hour that hold within them (`within`)."""
    both = (
        select(*(table.c[name] for name in OF_HOURS), literal(table is hour_capacities).label("within")).where(
            table.c.route == route, *_between(table, days)
        )
        for table in (hours, hour_capacities)
    )
    return session.execute(union_all(*both)).all()


def _week(rows: Sequence[Row[Any]]) -> list[OpenHours]:
    own, within = ([open_hours(row) for row in rows if row.within is which] for which in (False, True))
    return divided(own, within)


def days_from(now: datetime) -> list[date]:
    """The Hà Nội days that calls are planned for: today, and a week and a day after it."""
    today = now.astimezone(HANOI).date()
    return [today + timedelta(days=ahead) for ahead in range(AHEAD)]


def _between(table: Table, days: Sequence[date]) -> Iterator[ColumnElement[bool]]:
    yield table.c.valid_from <= days[-1]
    yield or_(table.c.valid_to.is_(None), table.c.valid_to > days[0])


def _in_force(row: Row[Any], day: date) -> bool:
    return holds(row.valid_from, row.valid_to, day)


def plans(session: Session, now: datetime) -> dict[str, RoutePlan]:
    """The routes in force as they are planned, by code, each with what is to come of closures and refused goods."""
    week = _by_route(session, hours, as_of(hours, now), hours.c.weekday)
    others = _by_route(session, hour_capacities, as_of(hour_capacities, now), hour_capacities.c.opens)
    closed = _by_route(session, closures, _to_come(closures, now), closures.c.valid_from, closures.c.starts)
    refused = _by_route(session, refused_goods, _to_come(refused_goods, now), refused_goods.c.chapter)
    return {
        row.code: RoutePlan(
            row.gate,
            row.label,
            row.opposite,
            tuple(divided(*([open_hours(one) for one in rows.get(row.code, ())] for rows in (week, others)))),
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
    return next_change(session, (routes, hours, hour_capacities, closures, refused_goods), now)


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
