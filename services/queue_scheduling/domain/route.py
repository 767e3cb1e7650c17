"""A route as it is today: what was decided of it, and as it was last published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from bordergate.aggregate import Aggregate
from bordergate.openings import holds
from events.queue_scheduling import (
    Closure,
    CrisisDeclared,
    CrisisLifted,
    OpenHours,
    RefusedGoods,
    RoutePublished,
    RouteStatus,
    RouteStatusChanged,
)
from events.words import Direction
from services.queue_scheduling.domain.hours import Hours, calls_in, minutes
from services.queue_scheduling.domain.refusals import CrisisDeclaredAlready, NoCrisis, NotPaused, PauseIsOver

STOPPED = frozenset({RouteStatus.PAUSED, RouteStatus.CLOSED})


@dataclass(frozen=True)
class RoutePlan:
    """A route as it is planned: its names, hours and capacity, closures that are not over, goods it does not take."""

    gate: str
    label: str
    opposite: str
    hours: tuple[OpenHours, ...]
    closures: tuple[Closure, ...] = ()
    refused_goods: tuple[RefusedGoods, ...] = ()


@dataclass(frozen=True)
class Change:
    """What an officer makes a route do and why, until an instant or until further notice.

    The trucks an hour are those of a REDUCED route; it takes no more than is planned.
    """

    status: RouteStatus
    reason: str | None = None
    until: datetime | None = None
    export_per_hour: int | None = None
    import_per_hour: int | None = None

    @property
    def stops(self) -> bool:
        """Whether nobody is called."""
        return self.status in STOPPED

    def most_in(self, direction: Direction) -> int | None:
        """To how many trucks an hour a direction is reduced; None where it is not."""
        if self.status is not RouteStatus.REDUCED:
            return None
        return self.export_per_hour if direction is Direction.EXPORT else self.import_per_hour

    def stands_still(self, direction: Direction) -> bool:
        """Whether nobody is called in a direction: stopped, or reduced to nothing."""
        return self.stops or self.most_in(direction) == 0


@dataclass(frozen=True)
class RouteHours:
    """What is planned of a route: its week, closures, and how many each direction may call before an opening."""

    week: Sequence[OpenHours]
    closures: Sequence[Closure]
    early: Mapping[Direction, int] = field(default_factory=dict)


def divided(week: Sequence[OpenHours], others: Sequence[OpenHours]) -> list[OpenHours]:
    """A week's hours, cut where other numbers of trucks an hour hold; where two such overlap, the one that began."""
    return [part for day in week for part in _parts(day, [one for one in others if one.weekday == day.weekday])]


def _parts(day: OpenHours, others: Iterable[OpenHours]) -> Iterator[OpenHours]:
    at = day.opens
    for other in sorted(others, key=lambda one: one.opens):
        begins, ends = max(at, other.opens), min(other.closes, day.closes)
        if begins < ends:
            if at < begins:
                yield day.model_copy(update={"opens": at, "closes": begins})
            yield other.model_copy(update={"opens": begins, "closes": ends})
            at = ends
    if at < day.closes:
        yield day.model_copy(update={"opens": at})


def hours_on(day: date, direction: Direction, plan: RouteHours) -> Hours | None:
    """The hours of a day in a direction, less its closures; None when the route does not open."""
    spans = sorted(_spans(plan.week, day, direction))
    if not spans:
        return None
    (opens, _, _), closes, most = spans[0], max(last for _, last, _ in spans), max(rate for _, _, rate in spans)
    gaps = [(minutes(one.starts), minutes(one.ends)) for one in plan.closures if holds(one.first_day, one.after, day)]
    gaps += [(last, first) for (_, last, _), (first, _, _) in pairwise(spans) if last < first]
    fewer = tuple(span for span in spans if span[2] < most)
    return Hours(opens, closes, most, tuple(gaps), plan.early.get(direction, 0), fewer)


def _spans(week: Sequence[OpenHours], day: date, direction: Direction) -> Iterator[tuple[int, int, int]]:
    """A day's opening hours as planned, each span with its trucks an hour."""
    for one in week:
        if one.weekday == day.weekday():
            per_hour = one.export_per_hour if direction is Direction.EXPORT else one.import_per_hour
            yield minutes(one.opens), minutes(one.closes), per_hour


def allowed(hours: Hours | None, change: Change, direction: Direction) -> Hours | None:
    """A day's hours as far as a change of the route lets anybody be called; None when it stops all calls."""
    return None if hours is None or change.stops else hours.at_most(change.most_in(direction))


def room_under(
    change: Change, days: Sequence[Hours | None], direction: Direction, span: tuple[datetime, datetime]
) -> float:
    """The calls there is room for in a span as a change lets them be made until it ends, and the plan from then on."""
    begins, ends = span
    until = min(ends, change.until or ends)
    return calls_in([allowed(day, change, direction) for day in days], begins, until) + (
        calls_in(days, begins, ends) - calls_in(days, begins, until)
    )


@dataclass(eq=False)
class Route(Aggregate):
    """One route as it is today."""

    code: str
    status: RouteStatus = RouteStatus.OPEN
    until: datetime | None = None
    reason: str | None = None
    export_per_hour: int | None = None
    import_per_hour: int | None = None
    export_crisis: datetime | None = None
    import_crisis: datetime | None = None
    published: str | None = None
    version: int = 0

    def at(self, now: datetime) -> Change:
        """What the route does at an instant: what was last decided, or its plan once that is over."""
        if self.is_over(now):
            return Change(RouteStatus.OPEN)
        return Change(self.status, self.reason, self.until, self.export_per_hour, self.import_per_hour)

    def is_over(self, now: datetime) -> bool:
        """Whether what was decided has come to its end."""
        return self.until is not None and self.until <= now

    def refuse_impossible(self, change: Change, now: datetime) -> None:
        """Raises NotPaused or PauseIsOver for a change that cannot be made now."""
        if change.status is RouteStatus.OPEN and self.status is RouteStatus.OPEN:
            raise NotPaused(route=self.code)
        if change.until is not None and change.until <= now:
            raise PauseIsOver(field="$.until", until=change.until)

    def change(self, change: Change, now: datetime) -> None:
        """Do something else from now on; everybody keeps his place, and the order is what it was."""
        self.refuse_impossible(change, now)
        for part in fields(change):
            setattr(self, part.name, getattr(change, part.name))
        self.record(
            RouteStatusChanged(route=self.code, **{part.name: getattr(change, part.name) for part in fields(change)})
        )

    def crisis_in(self, direction: Direction) -> datetime | None:
        """Since when a crisis is declared in a direction."""
        return self.export_crisis if direction is Direction.EXPORT else self.import_crisis

    def declare_crisis(self, direction: Direction, reason: str, officers: tuple[UUID, UUID], now: datetime) -> None:
        """From now on spoiled perishables wait for their second numbers; two officers answer for it."""
        if self.crisis_in(direction):
            raise CrisisDeclaredAlready(route=self.code)
        self._set_crisis(direction, now)
        self.record(CrisisDeclared(route=self.code, direction=direction, reason=reason, officers=officers))

    def lift_crisis(self, direction: Direction, reason: str, officers: tuple[UUID, UUID]) -> None:
        """From now on nobody falls back any more; who has fallen back stays there."""
        if not self.crisis_in(direction):
            raise NoCrisis(route=self.code)
        self._set_crisis(direction, None)
        self.record(CrisisLifted(route=self.code, direction=direction, reason=reason, officers=officers))

    def _set_crisis(self, direction: Direction, since: datetime | None) -> None:
        if direction is Direction.EXPORT:
            self.export_crisis = since
        else:
            self.import_crisis = since

    def publish(self, plan: RoutePlan) -> None:
        """Tell everybody how the route is planned, when that is news."""
        event = RoutePublished(route=self.code, **{part.name: getattr(plan, part.name) for part in fields(plan)})
        told = event.model_dump_json()
        if told != self.published:
            self.published = told
            self.record(event)
