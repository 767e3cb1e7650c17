"""When waiting trucks will be called: foreseen each hour, and learned from once they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bordergate.clock import Clock
from bordergate.timers import start_timer
from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.approach import forget_ways, forwarding_at
from services.queue_scheduling.dispatch.book import LINES, queue_key
from services.queue_scheduling.domain.deadlines import Foresight, TreesDue, next_look, next_night
from services.queue_scheduling.forecast import rows
from services.queue_scheduling.forecast.foresight import Experience, Method, Outcome
from services.queue_scheduling.forecast.journey import journey_at
from services.queue_scheduling.forecast.plans import timeline_at
from services.queue_scheduling.forecast.timeline import Timeline
from services.queue_scheduling.forecast.widths import score

EVERY = timedelta(hours=1)
KEPT = timedelta(days=90)


def foresee_calls(route: str, direction: Direction, session: Session, clock: Clock) -> None:
    """Learn from the calls since the last look, then foresee those of whom no forecast is an hour old."""
    now, key = clock.now(), queue_key(route, direction)
    known = _learn(key, session)
    forwarding = forwarding_at(session, route, direction, now)
    timeline = timeline_at(session, route, direction, now, forwarding.lead)
    trucks, crowd = rows.unforeseen(session, key, now, every=EVERY)
    journey = journey_at(session, key, forwarding, timeline.per_hour(), now)
    rows.make(session, key, (timeline, journey), now, trucks, known.foresee(trucks, crowd, timeline, now))
    rows.forget(session, key, now - KEPT)
    forget_ways(session, key, now)
    if rows.is_open(session, key):
        start_timer(session, Foresight(route=route, direction=direction), due=next_look(now))


def grow_trees(route: str, direction: Direction, session: Session, clock: Clock) -> None:
    """Grow a queue's trees from the forecasts that turned out, where there are enough, and again the next night."""
    now = clock.now()
    start_timer(session, TreesDue(route=route, direction=direction), due=next_night(now))
    rows.grow_trees(session, queue_key(route, direction), now)


def _learn(key: str, session: Session) -> Experience:
    """What earlier forecasts teach, with those that have turned out since: each by the plan it was made with."""
    known, settled = rows.experience_of(session, key), rows.settle(session, key)
    if settled:
        plans = rows.plans_of(session, key, {made.made_at for made in settled})
        outcomes = list(_outcomes(settled, plans))
        rows.keep_scores(session, [(one.crossing_id, made_at, one.score) for made_at, one in outcomes])
        rows.keep_experience(session, key, known, *known.learn([one for _, one in outcomes]))
    return known


def _outcomes(settled: Sequence[Any], plans: Mapping[datetime, Timeline]) -> Iterator[tuple[datetime, Outcome]]:
    for made in settled:
        timeline = plans.get(made.made_at)
        if timeline is not None and timeline.days:
            line = LINES[TicketClass(made.ticket_class)]
            off = score(made.rank, timeline.calls_by(made.called_at))
            yield made.made_at, Outcome(made.crossing_id, made.rank, line, Method(made.method), off, made.held)
