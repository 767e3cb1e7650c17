"""What a forecast knew when it was made: the days as planned, and what was decided of the route until then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from events.queue_scheduling import RouteStatus
from events.words import Direction
from services.queue_scheduling import decisions, repository
from services.queue_scheduling.domain.hours import Hours, midnight
from services.queue_scheduling.domain.route import Change
from services.queue_scheduling.domain.stops import Decided
from services.queue_scheduling.forecast.timeline import Reduced, Timeline

AS_PLANNED = Change(RouteStatus.OPEN)


@dataclass
class Plans:
    """One queue's plans, each day's read once; what a forecast is learned from is what it was made with."""

    session: Session
    route: str
    direction: Direction
    decided: Sequence[Decided]
    lead: timedelta = timedelta()
    _days: dict[datetime, Sequence[Hours | None]] = field(default_factory=dict)

    def at(self, instant: datetime) -> Timeline:
        """The calls there was room for, as far as was known at an instant."""
        change = self._change_at(instant)
        if change.stops and change.until is None:
            return Timeline(instant, [], lead=self.lead)
        begins = change.until if change.stops and change.until else instant
        most = change.most_in(self.direction)
        reduced = None if most is None else Reduced(most, change.until)
        return Timeline(begins, self._days_from(begins), reduced, self.lead)

    def _change_at(self, instant: datetime) -> Change:
        last = next((one for one in reversed(self.decided) if one.at <= instant), None)
        if last is None or (last.change.until is not None and last.change.until <= instant):
            return AS_PLANNED
        return last.change

    def _days_from(self, instant: datetime) -> Sequence[Hours | None]:
        day = midnight(instant)
        if day not in self._days:
            self._days[day] = repository.days_of(self.session, self.route, self.direction, day)
        return self._days[day]


def timeline_at(session: Session, route: str, direction: Direction, now: datetime, lead: timedelta) -> Timeline:
    """The calls there is room for from now on, as the route works and is planned, made so long before it opens."""
    works = repository.route_of(session, route).at(now)
    return Plans(session, route, direction, [Decided(now, works)], lead).at(now)


def plans_since(session: Session, route: str, direction: Direction, since: datetime, until: datetime) -> Plans:
    """What was known at each instant of a span."""
    lead = repository.forwarding_at(session, route, direction, until).lead
    return Plans(session, route, direction, decisions.decided_in(session, route, since, until), lead)
