"""The virtual gate that calls as the service does: so many now, of no more than the hour has room for."""

from __future__ import annotations

import itertools
import math
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import datetime

from events.words import Direction
from services.queue_scheduling.dispatch.book import Queue
from services.queue_scheduling.dispatch.forward import Underway
from services.queue_scheduling.domain.forwarding import Forwarding, calls_now, early_of
from services.queue_scheduling.domain.hours import Hours, calls_left, paced_from
from services.queue_scheduling.simulator.holders import BookedHours
from services.queue_scheduling.simulator.moment import Moment
from services.queue_scheduling.simulator.run import Process, Run
from services.queue_scheduling.simulator.site import Day, Truck, Visit, instant

MINUTE = 1 / 60


@dataclass
class HourlyRun(Run):
    """One try of an order at a gate that makes no call in an hour which has as many as it may (I1).

    Calls are made just in time, or else spread over the hour. Any order can be tried so; of `BookedHours` holders are
    asked for first. `calls` are those of each hour.
    """

    just_in_time: bool = True
    calls: Counter[datetime] = field(default_factory=Counter)
    _lately: deque[datetime] = field(default_factory=deque)
    _hours_of: dict[tuple[float, int], Hours] = field(default_factory=dict)
    _counts: Queue = field(default_factory=lambda: Queue("simulated", Direction.EXPORT))

    def play(self) -> list[Visit]:
        """With each hour that begins there is room again, and in spread ones with each minute."""
        self._env.process(self._hours())
        if not self.just_in_time:
            self._env.process(self._minutes())
        return super().play()

    def _hours(self) -> Process:
        for hour in itertools.count(max(0, math.ceil(self._env.now))):
            yield from self._until(hour)
            if isinstance(self.order, BookedHours):
                self.order.hour_ends(hour)
            self._call()

    def _minutes(self) -> Process:
        for minute in itertools.count(max(0, math.ceil(self._env.now / MINUTE))):
            yield from self._until(minute * MINUTE)
            self._call()

    def _call(self) -> None:
        """As many as the service would call now."""
        hours = self._allowed()
        if hours is None or self._day is None:
            return
        now = instant(self._env.now)
        there = Underway(self._busy, len(self._apron), self._moving)
        lanes = (self._span or self._day.spans[0]).lanes
        plan = calls_now(
            self._forwarding(lanes), self._counts, hours, now, there=there, lately=self._called_lately(now)
        )
        for _ in range(plan.calls):
            truck = self._next_at(Moment(now, hours.room(now), calls_left(self._counts, hours, now)))
            if truck is None:
                return
            self._come(self.visits[truck.number])

    def _next_at(self, moment: Moment) -> Truck | None:
        decided, truck = self.order.from_slots(moment) if isinstance(self.order, BookedHours) else (False, None)
        if not decided:
            truck = self.order.next()
        if truck is not None:
            self._counts.count(moment.hour, truck.ticket_class)
            self.calls[moment.hour] += 1
            self._lately.append(moment.now)
        return truck

    def _called_lately(self, now: datetime) -> int:
        while self._lately and self._lately[0] < paced_from(now):
            self._lately.popleft()
        return len(self._lately)

    def _forwarding(self, lanes: int) -> Forwarding:
        site = self.site
        return Forwarding(
            self.just_in_time, lanes, site.places, site.travel, site.no_shows, site.ways(lanes).deviations
        )

    def _allowed(self) -> Hours | None:
        """The day's hours with the lanes that are open, or will be; nothing while the gate is closed within it."""
        if self._day is None or (self._span is None and self._opened):
            return None
        lanes = (self._span or self._day.spans[0]).lanes
        return self._hours_of.get((self._day.opens, lanes)) or self._known(self._day, lanes)

    def _known(self, day: Day, lanes: int) -> Hours:
        early = early_of(lanes, self.site.places, just_in_time=self.just_in_time)
        hours = replace(day.hours, per_hour=self.site.calls_an_hour(lanes), early=early)
        self._hours_of[day.opens, lanes] = hours
        return hours
