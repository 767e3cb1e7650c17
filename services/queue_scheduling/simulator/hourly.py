"""The virtual gate whose hours have room for so many calls, as the service counts them; holders are offered theirs."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from events.words import Direction
from services.queue_scheduling.dispatch.book import Queue
from services.queue_scheduling.domain.hours import Hours, calls_left
from services.queue_scheduling.simulator.holders import BookedHours
from services.queue_scheduling.simulator.moment import Moment
from services.queue_scheduling.simulator.run import Process, Run
from services.queue_scheduling.simulator.site import Day, Truck, Visit, instant


@dataclass
class HourlyRun(Run):
    """One try of an order at a gate that makes no call in an hour which has as many as it may (I1).

    Any order can be tried so; of `BookedHours` holders are asked for first. `calls` are those of each hour. The service
    counts calls made before an opening against its hour: what it would be like otherwise, `early_calls_count` tells.
    """

    early_calls_count: bool = True
    calls: Counter[datetime] = field(default_factory=Counter)
    _hours_of: dict[tuple[float, int], Hours] = field(default_factory=dict)
    _counts: Queue = field(default_factory=lambda: Queue("simulated", Direction.EXPORT))

    def play(self) -> list[Visit]:
        """With each hour that begins there is room again."""
        self._env.process(self._hours())
        return super().play()

    def _hours(self) -> Process:
        for hour in itertools.count(max(0, math.ceil(self._env.now))):
            yield from self._until(hour)
            if isinstance(self.order, BookedHours):
                self.order.hour_ends(hour)
            self._call()

    def _next(self) -> Truck | None:
        if self._day is None:
            return None
        moment = self._moment(self._day)
        if not moment.left:
            return None
        decided, truck = self.order.from_slots(moment) if isinstance(self.order, BookedHours) else (False, None)
        if not decided:
            truck = self.order.next()
        if truck is not None and moment.counted:
            self._counts.count(moment.hour, truck.ticket_class)
            self.calls[moment.hour] += 1
        return truck

    def _moment(self, day: Day) -> Moment:
        lanes = (self._span or day.spans[0]).lanes
        hours = self._hours_of.get((day.opens, lanes)) or self._known(day, lanes)
        now, counts_at = instant(self._env.now), instant(max(self._env.now, day.opens))
        left, counted = calls_left(self._counts, hours, counts_at), self._opened or self.early_calls_count
        return Moment(now, counts_at, hours.capacity(counts_at), left, counted)

    def _known(self, day: Day, lanes: int) -> Hours:
        hours = self._hours_of[day.opens, lanes] = replace(day.hours, per_hour=self.site.calls_an_hour(lanes))
        return hours
