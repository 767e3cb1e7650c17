"""Simulated months in which every hour everybody who waits is told when he will be called, and what then came.

Nothing is used that was not known at the hour: ranks come from the order as it stood, ranges from calls made before.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import numpy as np

from services.queue_scheduling.dispatch.ahead import in_order_of_calls
from services.queue_scheduling.dispatch.book import Line, Place
from services.queue_scheduling.dispatch.forward import LEAD
from services.queue_scheduling.domain.hours import Hours, midnight
from services.queue_scheduling.forecast.foresight import ENOUGH, LOOKED_BACK, Experience, Method, Outcome
from services.queue_scheduling.forecast.learned import opened, train
from services.queue_scheduling.forecast.signs import Crowd, Signs
from services.queue_scheduling.forecast.timeline import Timeline
from services.queue_scheduling.forecast.widths import score
from services.queue_scheduling.simulator.laws import trucks_of
from services.queue_scheduling.simulator.order import PromisedNumbers, terms_of
from services.queue_scheduling.simulator.run import Run
from services.queue_scheduling.simulator.site import MIDNIGHT, Day, Ending, Site, Span, Visit, a_day, instant
from tests.bench.parts.scenes import GRACES, LANE, LANES, PER_DAY, PLACES, TRAVEL, Draw, Scene

DAYS, WARM = 30, 6
CLOSED, SLOW, SURGE, HOLIDAY = 10, 24, 15, (19, 20)
"""On these days: three hours closed and nobody knew; six lanes of ten for six hours, likewise; half as much again;
closed as planned."""
QUANTILES = (0.1, 0.5, 0.9)
HOUR = timedelta(hours=1)
PLANNED = Hours(7 * 60, 19 * 60, math.floor(LANES / LANE.mean))


@dataclass(frozen=True)
class Stands:
    """A truck as it stood at an hour."""

    truck: int
    line: Line
    rank: int
    perishables_ahead: int
    numbers_ahead: int
    joined_at: datetime
    spoils_at: datetime | None


@dataclass(frozen=True)
class Told:
    """What one truck was told at an hour: by which hours it is called with 10, 50, 90 %, and by which signs."""

    at: float
    truck: Stands
    method: Method
    called: Sequence[float]
    signs: Signs


@dataclass
class Memory:
    """What the service keeps of a queue: what was told, what came of it, and what it has learned of that."""

    experience: Experience = field(default_factory=Experience)
    open: dict[int, list[Told]] = field(default_factory=lambda: defaultdict(list))
    lessons: list[tuple[float, int, Signs, float]] = field(default_factory=list)
    grown: int = -1

    def settle(self, calls: Sequence[tuple[float, int]]) -> None:
        """Learn from the calls since the last look."""
        outcomes = [self._of(told, hour) for hour, number in calls for told in self.open.pop(number, ())]
        self.experience.learn(outcomes)

    def _of(self, told: Told, hour: float) -> Outcome:
        truck, held = told.truck, told.called[0] <= hour <= told.called[2]
        off = score(truck.rank, timeline_at(told.at).calls_by(instant(hour)))
        self.lessons.append((told.at, truck.truck, told.signs, off))
        return Outcome(UUID(int=truck.truck), truck.rank, truck.line, told.method, off, held)

    def grow(self, at: float) -> None:
        """Once a day grow trees, where there is enough to learn from."""
        lessons = [one for one in self.lessons if at - LOOKED_BACK / HOUR < one[0]]
        if int(at // 24) > self.grown and len({truck for _, truck, _, _ in lessons}) >= ENOUGH:
            signs, scores = (np.array([one[place] for one in lessons]) for place in (2, 3))
            self.experience.learned, self.grown = opened(train(signs, scores)), int(at // 24)


@dataclass(eq=False)
class Foretelling(PromisedNumbers):
    """The service's order, looked at once an hour."""

    snapshots: list[tuple[float, int, list[Place]]] = field(default_factory=list)
    _looked: float = -1.0

    def refresh(self, at: float) -> None:
        """Note who stands where, once an hour."""
        super().refresh(at)
        if at - self._looked >= 1:
            self._looked = at
            self.snapshots.append((at, self.book.queue.called, self.book.standing()))


def a_month(seed: int) -> Scene:
    """Thirty days at 0.85 with drifts."""
    draw = Draw(seed)
    loads = [1.25 if day == SURGE else 0.2 if day in HOLIDAY else 0.85 for day in range(DAYS)]
    per_day = [PER_DAY * load / (1 - draw.laws.no_shows) for load in loads]
    trucks = trucks_of(draw.laws, per_day, draw.dice.goods)
    changes: dict[int, list[Span]] = {CLOSED: [Span(10, 13, 0)], SLOW: [Span(9, 15, 6)]}
    days = [_day(number, changes.get(number, [])) for number in range(DAYS + 8)]
    site = Site(days, 1 / LANE.mean, TRAVEL.mean, PLACES, draw.laws.no_shows)
    return Scene(site, trucks, LANE.draw(draw.dice.lanes, len(trucks)).tolist())


def _day(number: int, changes: Sequence[Span]) -> Day:
    return a_day(number, 0 if number in HOLIDAY else LANES, changes=changes)


def played(scene: Scene) -> tuple[Foretelling, list[Visit]]:
    """The month as it went."""
    order = Foretelling(scene.site, terms_of(GRACES))
    return order, Run(scene.site, scene.trucks, scene.services, order).play()


@cache
def plan_from(day: int) -> tuple[Hours | None, ...]:
    """What was planned for a day and the eight after it."""
    return tuple(None if number in HOLIDAY else PLANNED for number in range(day, day + 9))


def timeline_at(hour: float) -> Timeline:
    """The plan as it was known."""
    at = instant(hour)
    return Timeline(at, plan_from((midnight(at) - MIDNIGHT).days), lead=timedelta(hours=TRAVEL.mean + LEAD))


@dataclass
class Judged:
    """Forecasts of one method beside what came: losses in minutes, and who was within, truck by truck."""

    losses: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    within: dict[int, list[bool]] = field(default_factory=lambda: defaultdict(list))
    days: dict[int, int] = field(default_factory=dict)

    def add(self, truck: int, at: float, told: Sequence[float], called: float) -> None:
        """One forecast of one truck."""
        self.losses[truck].append(sum(pinball(q, told[n], called) for n, q in enumerate(QUANTILES)) / 3 * 60)
        self.within[truck].append(told[0] <= called <= told[2])
        self.days[truck] = int(at // 24)

    def loss(self) -> float:
        """Mean pinball loss in minutes, each truck once."""
        return float(np.mean([np.mean(losses) for losses in self.losses.values()]))

    def coverage(self, days: Sequence[int] | None = None) -> float:
        """The share within p10 and p90, each truck once; of those foreseen on some days."""
        kept = [np.mean(held) for truck, held in self.within.items() if days is None or self.days[truck] in days]
        return float(np.mean(kept)) if kept else math.nan


def pinball(quantile: float, told: float, came: float) -> float:
    """The loss of a quantile (hours)."""
    return max(quantile * (came - told), (quantile - 1) * (came - told))


def judged(seed: int) -> dict[str, Judged]:
    """A month foreseen by the service, by a plain average, and by Little's law."""
    order, visits = played(a_month(seed))
    called = {v.truck.number: v.called for v in visits if v.state is Ending.SERVED}
    left = {v.truck.number: v.called for v in visits if v.called is not None}
    joined = {v.truck.number: v.truck.arrives for v in visits}
    calls = sorted((hour, number) for number, hour in called.items())
    hours_called = [hour for hour, _ in calls]
    found = {name: Judged() for name in ("the service", "plain average", "Little's law")}
    memory, learned = Memory(), 0
    for at, called_to, standing in order.snapshots:
        now, day = bisect_right(hours_called, at), bisect_right(hours_called, at - 24)
        memory.settle(calls[learned:now])
        memory.grow(at)
        learned = now
        week = [hour - joined[number] for hour, number in calls[max(0, now - 5_000) : now] if hour > at - 168]
        waits = np.quantile(week, QUANTILES) if week else np.zeros(3)
        pace = max(1, now - day) / 24
        waiting = [place for place in standing if left.get(place.crossing_id.int, math.inf) > at]
        trucks, crowd = stood(waiting, called_to, now - bisect_right(hours_called, at - 1), now - day)
        for told in foretold(memory, [one for one in trucks if one.truck in called], crowd, at):
            number, came = told.truck.truck, called[told.truck.truck]
            memory.open[number].append(told)
            if at < WARM * 24:
                continue
            found["the service"].add(number, at, told.called, came)
            found["plain average"].add(number, at, [max(at, joined[number] + wait) for wait in waits], came)
            found["Little's law"].add(number, at, [at + told.truck.rank / pace] * 3, came)
    return found


def stood(standing: Sequence[Place], called: int, last_hour: int, last_day: int) -> tuple[list[Stands], Crowd]:
    """Everybody as he stood, and the queue."""
    first = min((place.number for place in standing if place.number), default=0)
    trucks, ahead = list[Stands](), 0
    for rank, place in enumerate(in_order_of_calls(standing, called)):
        assert place.joined_at
        numbers = place.number - first if place.number else 0
        number = place.crossing_id.int
        trucks.append(Stands(number, place.line, rank, ahead, numbers, place.joined_at, place.spoils_at))
        ahead += place.line is Line.PERISHABLE
    return trucks, Crowd(len(standing), ahead, last_hour, last_day)


def foretold(memory: Memory, trucks: Sequence[Stands], crowd: Crowd, at: float) -> Iterator[Told]:
    """What the service tells trucks at an hour; of those that will not come nothing can be held against it."""
    foreseen, signs = memory.experience.foresee(trucks, crowd, timeline_at(at), instant(at))
    for truck, seen, row in zip(trucks, foreseen, signs, strict=True):
        yield Told(at, truck, seen.method, [_hour(one, at) for one in (seen.p10, seen.p50, seen.p90)], row)


def _hour(at: datetime | None, now: float) -> float:
    """The hour of an instant; beyond what is planned the end of that."""
    return (at - MIDNIGHT) / HOUR if at else now + 9 * 24
