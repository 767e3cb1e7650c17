"""The gate's board: everything an operator sees of one route, in one read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Interval, and_, case, extract, func, literal, or_, select
from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from events.tracking import AreaKind
from events.words import CrossingState, Direction, TicketClass
from services.portal.domain import NO_SHOW_WARNING, UNDER_EYES, Concern, CrossingFile, concern_of
from services.portal.queries.files import BRIEF, as_file
from services.portal.queries.routes import RouteShown, last_number, route_shown, routes_shown
from services.portal.tables import calls_made, crossings

SHOWN_CONCERNS = 7
SHOWN_NEXT = 4
SHOWN_RECENT = 5
HOURS = 24
ARRIVED = CrossingState.ARRIVING
C = crossings.c


@dataclass(frozen=True)
class ClassQueue:
    """The trucks of one class waiting in one direction, and how long they have waited so far."""

    direction: Direction
    ticket_class: TicketClass
    count: int
    p50: timedelta
    p90: timedelta


@dataclass(frozen=True)
class NextCalls:
    """The trucks of one direction that come next by their numbers."""

    direction: Direction
    last_number: int
    files: Sequence[CrossingFile]


@dataclass(frozen=True)
class Figures:
    """The board's numbers; `lag` is the median of today's confirmations, None before the first."""

    apron: int
    called: int
    waiting: int
    longest: timedelta | None
    cleared: int
    cleared_this_hour: int
    lag: timedelta | None
    calls_this_hour: int
    capacity: int
    overrides: int


@dataclass(frozen=True)
class Board:
    """One route, whole; `rhythm` is how many trucks were cleared in each hour of the Hà Nội day."""

    route: RouteShown
    at: datetime
    figures: Figures
    concerns: Sequence[tuple[Concern, CrossingFile]]
    more_concerns: int
    next_calls: Sequence[NextCalls]
    queue: Sequence[ClassQueue]
    rhythm: Sequence[int]
    recent: Sequence[CrossingFile]


@dataclass(frozen=True)
class RouteLoad:
    """A route in one line: how many wait, are called and stand on the apron."""

    route: RouteShown
    waiting: int
    called: int
    apron: int


def board_of(session: Session, route: str, now: datetime) -> Board:
    """Everything an operator sees of one route; raises UnknownRoute."""
    shown = route_shown(session, route)
    rhythm = _cleared_by_hour(session, route, now)
    queue = _queue(session, route, now)
    concerns, concerned = _concerns(session, route, now)
    return Board(
        route=shown,
        at=now,
        figures=_figures(session, shown, now, rhythm),
        concerns=concerns,
        more_concerns=concerned - len(concerns),
        next_calls=[_next(session, route, direction) for direction in Direction],
        queue=queue,
        rhythm=rhythm,
        recent=_files(session, route, C.state != CrossingState.SUBMITTED, C.since.desc(), SHOWN_RECENT),
    )


def loads(session: Session) -> list[RouteLoad]:
    """All routes, each in one line."""
    counted = session.execute(select(C.route, *_counts()).where(C.state.in_(STANDING)).group_by(C.route))
    by_route = {row.route: row for row in counted}
    return [
        RouteLoad(route, *((row.waiting, row.called, row.apron) if (row := by_route.get(route.route)) else (0, 0, 0)))
        for route in routes_shown(session)
    ]


STANDING = (CrossingState.QUEUED, CrossingState.CALLED, ARRIVED)


def _counts() -> tuple[ColumnElement[int], ...]:
    at_gate = or_(C.state == ARRIVED, and_(C.state == CrossingState.CALLED, C.area_kind == AreaKind.GATE))
    on_way = and_(C.state == CrossingState.CALLED, C.area_kind.is_distinct_from(AreaKind.GATE))
    return (
        func.count().filter(C.state == CrossingState.QUEUED).label("waiting"),
        func.count().filter(on_way).label("called"),
        func.count().filter(at_gate).label("apron"),
    )


def _figures(session: Session, route: RouteShown, now: datetime, rhythm: Sequence[int]) -> Figures:
    here = C.route == route.route
    standing = session.execute(
        select(*_counts(), func.min(C.queued_at).filter(C.state == CrossingState.QUEUED).label("first")).where(
            here, C.state.in_(STANDING)
        )
    ).one()
    called = session.execute(
        select(
            func.count().filter(calls_made.c.called_at >= hour_of(now)).label("this_hour"),
            func.count().filter(calls_made.c.by_hand).label("by_hand"),
        ).where(calls_made.c.route == route.route, calls_made.c.called_at >= day_of(now))
    ).one()
    return Figures(
        apron=standing.apron,
        called=standing.called,
        waiting=standing.waiting,
        longest=now - standing.first if standing.first else None,
        cleared=sum(rhythm),
        cleared_this_hour=rhythm[now.astimezone(HANOI).hour],
        lag=_median_lag(session, route.route, now),
        calls_this_hour=called.this_hour,
        capacity=route.capacity_at(now),
        overrides=called.by_hand,
    )


def _median_lag(session: Session, route: str, now: datetime) -> timedelta | None:
    lag = func.percentile_cont(0.5).within_group(C.checked_in_at - C.arrived_at)
    median = select(lag.cast(Interval)).where(C.route == route, C.checked_in_at >= day_of(now))
    return session.execute(median).scalar_one_or_none()


def _cleared_by_hour(session: Session, route: str, now: datetime) -> list[int]:
    hour = extract("hour", func.timezone(HANOI.key, C.released_at)).label("hour")
    rows = session.execute(
        select(hour, func.count().label("trucks"))
        .where(C.route == route, C.released_at >= day_of(now), C.released_at < day_of(now) + timedelta(days=1))
        .group_by(hour)
    )
    cleared = {int(row.hour): row.trucks for row in rows}
    return [cleared.get(hour, 0) for hour in range(HOURS)]


def _queue(session: Session, route: str, now: datetime) -> list[ClassQueue]:
    waited = literal(now) - C.queued_at
    rows = session.execute(
        select(
            C.direction,
            C.ticket_class,
            func.count().label("trucks"),
            func.percentile_cont(0.5).within_group(waited).cast(Interval).label("p50"),
            func.percentile_cont(0.9).within_group(waited).cast(Interval).label("p90"),
        )
        .where(C.route == route, C.state == CrossingState.QUEUED, C.ticket_class.is_not(None))
        .group_by(C.direction, C.ticket_class)
        .order_by(C.direction, C.ticket_class)
    )
    return [ClassQueue(row.direction, row.ticket_class, row.trucks, row.p50, row.p90) for row in rows]


def _concerns(session: Session, route: str, now: datetime) -> tuple[list[tuple[Concern, CrossingFile]], int]:
    """Trucks that need the operator, the most pressing kind and the longest neglected first; and how many there are."""
    lagging = C.lagging.is_not(None)
    running_out = and_(C.state == CrossingState.CALLED, C.valid_until <= now + NO_SHOW_WARNING)
    unready = and_(C.state == CrossingState.QUEUED, C.blocked)
    misread = C.misread.is_not(None)
    pressing = case((misread, 0), (lagging, 1), (running_out, 2), else_=3)
    which = (C.route == route, C.state.in_(UNDER_EYES), or_(misread, lagging, running_out, unready))
    order = (pressing, C.misread_at, C.lagging_since, C.valid_until, C.since)
    rows = session.execute(select(*BRIEF).where(*which).order_by(*order).limit(SHOWN_CONCERNS))
    files = [as_file(row) for row in rows]
    concerned = session.execute(select(func.count()).where(*which)).scalar_one()
    return [(concern, file) for file in files if (concern := concern_of(file, now))], concerned


def _next(session: Session, route: str, direction: Direction) -> NextCalls:
    waiting = and_(C.state == CrossingState.QUEUED, C.direction == direction, ~C.blocked)
    files = _files(session, route, waiting, C.promise.asc().nulls_first(), SHOWN_NEXT)
    return NextCalls(direction, last_number(session, route, direction), files)


def _files(
    session: Session, route: str, wanted: ColumnElement[bool], order: ColumnElement[Any], most: int
) -> list[CrossingFile]:
    rows = session.execute(select(*BRIEF).where(C.route == route, wanted).order_by(order, C.queued_at).limit(most))
    return [as_file(row) for row in rows]


def day_of(now: datetime) -> datetime:
    """When the Hà Nội day began."""
    return now.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)


def hour_of(now: datetime) -> datetime:
    """When the hour began."""
    return now.replace(minute=0, second=0, microsecond=0)
