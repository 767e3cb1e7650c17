"""The public board: how long each route's trucks wait, told so that nobody is recognised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Interval, Row, func, select
from sqlalchemy.orm import Session

from bordergate.disclosure import FLOOR, MINUTES, told_count, told_minutes, told_total
from events.queue_scheduling import Closure, RouteStatus
from events.words import CrossingState, Direction, TicketClass
from services.portal.queries.routes import RouteShown, routes_shown
from services.portal.tables import crossings

WINDOW, HOUR = timedelta(hours=3), timedelta(hours=1)
C = crossings.c
Told = int | None


class Method(BaseModel):
    """How the numbers were made: a wait runs from joining the queue to the call, of the trucks called in the window."""

    wait: str = "from joining the queue to the call"
    window_minutes: int = int(WINDOW.total_seconds()) // 60
    fewest: int = FLOOR
    minutes_rounded_to: int = MINUTES


class ClassWaiting(BaseModel):
    """The waiting trucks of one class; null for some, fewer than five."""

    ticket_class: TicketClass
    trucks: Told


class Wait(BaseModel):
    """Half of the trucks waited no longer than `p50_minutes`, nine of ten no longer than `p90_minutes`."""

    p50_minutes: int
    p90_minutes: int
    trucks: int = Field(description="Size of the sample, rounded down to five.")


class Side(BaseModel):
    """One direction's queue; `wait` is null while fewer than five trucks were called in the window.

    `capacity`: how many trucks an hour are called now as planned and decided, none while nobody is.
    """

    direction: Direction
    trucks: Told
    classes: list[ClassWaiting]
    wait: Wait | None
    calls_last_hour: Told
    capacity: int


class RouteWaiting(BaseModel):
    """One route as the public sees it; hours are Hà Nội's of the day, closures those of today and the next week."""

    route: str
    gate: str
    label: str
    opposite: str
    status: RouteStatus
    until: AwareDatetime | None
    open_now: bool
    opens: str | None
    closes: str | None
    closures: list[Closure]
    sides: list[Side]


class Waiting(BaseModel):
    """How long trucks wait at every route, at one moment."""

    at: AwareDatetime
    method: Method = Method()
    routes: list[RouteWaiting]


def waiting_at(session: Session, now: datetime) -> Waiting:
    """Every route's queue as the public may know it."""
    queues, waits = _queues(session), _waits(session, now)
    return Waiting(
        at=now,
        routes=[
            _route(route, now, [_side(direction, route, queues, waits, now) for direction in Direction])
            for route in routes_shown(session)
        ],
    )


Queues = dict[tuple[str, Direction], list[tuple[TicketClass, int]]]
Waits = dict[tuple[str, Direction], Row[Any]]


def _queues(session: Session) -> Queues:
    rows = session.execute(
        select(C.route, C.direction, C.ticket_class, func.count().label("trucks"))
        .where(C.state == CrossingState.QUEUED, C.ticket_class.is_not(None))
        .group_by(C.route, C.direction, C.ticket_class)
        .order_by(C.ticket_class)
    )
    found: Queues = defaultdict(list)
    for row in rows:
        found[row.route, row.direction].append((row.ticket_class, row.trucks))
    return found


def _waits(session: Session, now: datetime) -> Waits:
    waited = C.called_at - C.queued_at
    rows = session.execute(
        select(
            C.route,
            C.direction,
            func.count().label("trucks"),
            func.count().filter(C.called_at > now - HOUR).label("last_hour"),
            func.percentile_cont(0.5).within_group(waited).cast(Interval).label("p50"),
            func.percentile_cont(0.9).within_group(waited).cast(Interval).label("p90"),
        )
        .where(C.called_at > now - WINDOW, C.called_at <= now, C.queued_at.is_not(None))
        .group_by(C.route, C.direction)
    )
    return {(row.route, row.direction): row for row in rows}


def _route(route: RouteShown, now: datetime, sides: Sequence[Side]) -> RouteWaiting:
    day = route.hours_at(now)
    return RouteWaiting(
        **route.model_dump(include={"route", "gate", "label", "opposite", "status", "until"}),
        open_now=route.is_open_at(now),
        opens=day.opens if day else None,
        closes=day.closes if day else None,
        closures=route.closures_at(now),
        sides=list(sides),
    )


def _side(direction: Direction, route: RouteShown, queues: Queues, waits: Waits, now: datetime) -> Side:
    here = route.route, direction
    classes, measured = told_classes(queues.get(here, [])), waits.get(here)
    return Side(
        direction=direction,
        trucks=told_total([one.trucks for one in classes]),
        classes=classes,
        wait=_wait(measured),
        calls_last_hour=told_count(measured.last_hour if measured else 0),
        capacity=route.capacity_of(direction, now) if route.is_open_at(now) else 0,
    )


def told_classes(classes: Iterable[tuple[TicketClass, int]]) -> list[ClassWaiting]:
    """Each class's waiting trucks as the public hears them."""
    return [ClassWaiting(ticket_class=one, trucks=told_count(trucks)) for one, trucks in classes]


def _wait(measured: Row[Any] | None) -> Wait | None:
    sample = told_count(measured.trucks) if measured else None
    if measured is None or not sample:
        return None
    return Wait(p50_minutes=told_minutes(measured.p50), p90_minutes=told_minutes(measured.p90), trucks=sample)
