"""The virtual gate at work: trucks come, are called just in time, travel, stand on the apron, are served, or not."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import simpy

from services.queue_scheduling.dispatch.forward import LEAD, UNMOVED, Ways, underway, wanted
from services.queue_scheduling.simulator.order import Order
from services.queue_scheduling.simulator.site import ALWAYS, Day, Ending, Site, Span, Truck, Visit

REFRESHED = 0.25
"""Hours between two looks at how urgent everybody is."""
Process = Generator[simpy.Event, Any, None]


@dataclass
class Run:
    """One try of an order at a site; `services` are the hours in a lane of the first, second, … truck to enter one.

    So whatever the order, the lanes work alike, and two orders differ in nothing but themselves.
    """

    site: Site
    trucks: Sequence[Truck]
    services: Sequence[float]
    order: Order
    visits: list[Visit] = field(init=False)
    fullest_apron: int = 0
    _day: Day | None = None
    _span: Span | None = None
    _opened: bool = False
    _moving: int = 0
    _busy: int = 0
    _entered: int = 0
    _present: int = 0
    _over: int = 0
    _apron: deque[Visit] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.visits = [Visit(truck) for truck in self.trucks]
        self._env = simpy.Environment(min(0.0, min((truck.arrives for truck in self.trucks), default=0.0)))
        self._done = self._env.event()
        lanes = {span.lanes for day in self.site.days for span in day.spans}
        self._ways_of = {count: self.site.ways(count) for count in lanes}

    def play(self) -> list[Visit]:
        """Until every truck's visit is over, or the last day has passed."""
        self._env.process(self._arrivals())
        self._env.process(self._days())
        if self.visits:
            self._env.run(until=self._done)
        return self.visits

    def _at(self, hour: float, act: Callable[[Visit], None], visit: Visit) -> None:
        """Do something with a visit at an hour (at once when that has passed)."""
        event = self._env.timeout(max(0.0, hour - self._env.now))
        event.callbacks.append(lambda _: act(visit))

    def _arrivals(self) -> Process:
        for visit in sorted(self.visits, key=lambda visit: (visit.truck.arrives, visit.truck.number)):
            if visit.truck.arrives > self._env.now:
                yield self._env.timeout(visit.truck.arrives - self._env.now)
            self._arrive(visit)

    def _arrive(self, visit: Visit) -> None:
        truck = visit.truck
        if self.site.room is not None and self._present >= self.site.room:
            self._end(visit, Ending.TURNED_BACK)
            return
        self._present += 1
        self._join(visit)
        if truck.withdraws is not None:
            self._at(truck.withdraws, self._withdraw, visit)
        if truck.held is not None:
            self._at(truck.held.start, self._hold, visit)
            self._at(truck.held.end, self._release, visit)
        self._call()

    def _join(self, visit: Visit) -> None:
        visit.state = Ending.WAITING
        self.order.join(visit.truck, self._env.now)

    def _withdraw(self, visit: Visit) -> None:
        if visit.state is Ending.WAITING:
            self.order.withdraw(visit.truck)
            self._present -= 1
            self._end(visit, Ending.WITHDRAWN)

    def _hold(self, visit: Visit) -> None:
        if visit.state is Ending.WAITING:
            self.order.hold(visit.truck)

    def _release(self, visit: Visit) -> None:
        if visit.state is Ending.WAITING:
            self.order.release(visit.truck, self._env.now)
            self._call()

    def _call(self) -> None:
        """Call while fewer are underway than should be."""
        ways = self._ways()
        if ways is None or self._day is None:
            return
        servable = ways.per_hour * (self._day.closes - self._env.now)
        target = wanted(ways, servable=servable, opened=self._opened)
        while underway(self._busy, len(self._apron), self._moving, self.site.no_shows) < target:
            truck = self.order.next()
            if truck is None:
                return
            self._come(self.visits[truck.number])

    def _ways(self) -> Ways | None:
        """What the gate takes now, or will when it opens; nothing while it is closed."""
        if self._day is None:
            return None
        if self._span is not None:
            return self._ways_of[self._span.lanes]
        return None if self._opened else self._ways_of[self._day.spans[0].lanes]

    def _come(self, visit: Visit) -> None:
        truck, now = visit.truck, self._env.now
        visit.state, visit.called, visit.calls = Ending.CALLED, now, visit.calls + 1
        self._moving += 1
        if truck.misses and visit.calls == 1:
            self._at(now + UNMOVED, self._write_off, visit)
            self._at(now + self.site.valid, self._miss, visit)
        elif truck.travel:
            self._at(now + truck.travel, self._reach, visit)
        else:
            self._reach(visit)

    def _write_off(self, _visit: Visit) -> None:
        """It has not moved: another is called in its stead."""
        self._moving -= 1
        self._call()

    def _miss(self, visit: Visit) -> None:
        if visit.truck.rejoins:
            self._join(visit)
            self._call()
        else:
            self._present -= 1
            self._end(visit, Ending.MISSED)

    def _reach(self, visit: Visit) -> None:
        self._moving -= 1
        visit.state = Ending.ON_APRON
        self._apron.append(visit)
        self._let_in()

    def _let_in(self) -> None:
        """Who stands on the apron goes into a lane that is open and free."""
        while self._apron and self._span is not None and self._busy < self._span.lanes:
            visit = self._apron.popleft()
            self._busy += 1
            visit.state, visit.entered = Ending.IN_LANE, self._env.now
            self._at(visit.entered + self.services[self._entered], self._serve, visit)
            self._entered += 1
        self.fullest_apron = max(self.fullest_apron, len(self._apron) - self._before_closed_lanes())

    def _before_closed_lanes(self) -> int:
        """Before opening the first trucks stand in the lanes already."""
        return 0 if self._opened or self._day is None else self._day.spans[0].lanes

    def _serve(self, visit: Visit) -> None:
        visit.left = self._env.now
        self._busy -= 1
        self._present -= 1
        self._end(visit, Ending.SERVED)
        self._let_in()
        self._call()

    def _end(self, visit: Visit, how: Ending) -> None:
        visit.state = how
        self._over += 1
        if self._over == len(self.visits) and not self._done.triggered:
            self._done.succeed()

    def _days(self) -> Process:
        """The gate opens and closes; calling begins a journey and a quarter of an hour before."""
        for day in self.site.days:
            if not day.spans:
                continue
            yield from self._until(day.opens - self.site.travel - LEAD)
            self._day, self._opened = day, False
            self._env.process(self._look_often(day))
            for span in day.spans:
                yield from self._until(span.start)
                self._span, self._opened = span, True
                self._let_in()
                self._call()
                if span.end == ALWAYS:
                    return
                yield from self._until(span.end)
                self._span = None
            yield from self._until(day.closes)
            self._day = None
        while self._busy:
            yield self._env.timeout(REFRESHED)
        if not self._done.triggered:
            self._done.succeed()

    def _look_often(self, day: Day) -> Process:
        while self._day is day:
            self.order.refresh(self._env.now)
            self._call()
            yield self._env.timeout(REFRESHED)

    def _until(self, hour: float) -> Process:
        if hour > self._env.now:
            yield self._env.timeout(hour - self._env.now)
