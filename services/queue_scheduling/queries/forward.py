"""How a route's trucks are called forward: who is underway, what the apron should hold, and why the next call waits."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from events.words import Direction
from services.queue_scheduling import repository
from services.queue_scheduling.dispatch.approach import called_since, forwarding_at, underway_at
from services.queue_scheduling.dispatch.book import Queue
from services.queue_scheduling.dispatch.forward import levels
from services.queue_scheduling.domain.forwarding import Waits, calls_now
from services.queue_scheduling.domain.hours import hour_of, paced_from
from services.queue_scheduling.domain.route import Route, allowed
from services.queue_scheduling.tables import queues


class ForwardView(BaseModel):
    """One direction: the trucks called and not yet through, and S, how many should be (`wanted`).

    The apron has `places`, and should hold from `least` to `most`. Journeys and the share of no-shows are as measured
    lately. `waits` says why no call is made now; of this hour's `capacity` so many `calls` were made.
    """

    direction: Direction
    just_in_time: bool
    in_lanes: int
    on_apron: int
    moving: int
    wanted: int
    lanes: int
    places: int
    least: int
    most: int
    travel_minutes: int
    no_shows: float
    calls: int
    capacity: int
    waits: Waits


def forward_at(session: Session, code: str, now: datetime) -> list[ForwardView]:
    """Both directions of a route; raises UnknownRoute."""
    route = repository.route_of(session, code)
    here = select(Queue).where(queues.c.route == code).order_by(queues.c.direction)
    return [_view(session, route, queue, now) for queue in session.scalars(here).all()]


def _view(session: Session, route: Route, queue: Queue, now: datetime) -> ForwardView:
    forwarding = forwarding_at(session, route.code, queue.direction, now)
    planned = repository.days_of(session, route.code, queue.direction, now)[0]
    hours = allowed(planned, route.at(now), queue.direction)
    there = underway_at(session, route.code, queue.direction, now)
    lately = called_since(session, route.code, queue.direction, paced_from(now))
    plan = calls_now(forwarding, queue, hours, now, there=there, lately=lately)
    least, most = levels(forwarding.ways(hours.rate(now) if hours else 0))
    return ForwardView(
        direction=queue.direction,
        just_in_time=forwarding.just_in_time,
        **vars(there),
        wanted=round(plan.target),
        lanes=forwarding.lanes,
        places=forwarding.places,
        least=least,
        most=most,
        travel_minutes=round(forwarding.travel * 60),
        no_shows=forwarding.no_shows,
        calls=queue.calls_in(hour_of(now)),
        capacity=hours.room(now) if hours else 0,
        waits=plan.waits,
    )
