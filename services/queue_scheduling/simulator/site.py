"""The gate that is imagined: its lanes and hours, day by day, and the trucks that come to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from bordergate.clock import HANOI
from events.words import TicketClass
from services.queue_scheduling.dispatch.forward import Ways
from services.queue_scheduling.domain.hours import Hours

MIDNIGHT = datetime(2025, 6, 2, tzinfo=HANOI)
"""Hour 0, a Monday: any would do."""


def instant(hour: float) -> datetime:
    """An hour of the simulation as the dispatch knows it."""
    return MIDNIGHT + timedelta(hours=hour)


@dataclass(frozen=True)
class Span:
    """So many lanes are open from one hour to another."""

    start: float
    end: float
    lanes: int


@dataclass(frozen=True)
class Day:
    """One day's opening and closing as they are planned, and the spans in which lanes really were open."""

    opens: float
    closes: float
    spans: tuple[Span, ...]

    @cached_property
    def hours(self) -> Hours:
        """As the dispatch knows the day: the plan, not what will go wrong."""
        start = math.floor(self.opens / 24) * 24
        closes = min(self.closes, start + 24)
        return Hours(round((self.opens - start) * 60), round((closes - start) * 60), 0)


def a_day(number: int, lanes: int, opens: float = 7, closes: float = 19, changes: Sequence[Span] = ()) -> Day:
    """A day with so many lanes but where `changes` (hours of that day, in order) say otherwise; none: closed."""
    midnight = 24.0 * number
    spans, at = [], opens
    for change in changes:
        spans += [Span(at, change.start, lanes), Span(change.start, min(change.end, closes), change.lanes)]
        at = min(change.end, closes)
    spans.append(Span(at, closes, lanes))
    kept = [Span(midnight + s.start, midnight + s.end, s.lanes) for s in spans if s.lanes and s.start < s.end]
    return Day(midnight + opens, midnight + closes, tuple(kept))


ALWAYS = math.inf


def never_closed(lanes: int) -> Day:
    """One day without an end."""
    return Day(0.0, ALWAYS, (Span(0.0, ALWAYS, lanes),))


@dataclass(frozen=True)
class Site:
    """One queue's gate: what a lane takes an hour, mean travel to it (hours), places on the apron.

    `no_shows` is the share as it was measured (q̂); `room` the most trucks that the whole place holds, others turn back.
    """

    days: Sequence[Day]
    per_lane: float
    travel: float = 0.0
    places: int = 0
    no_shows: float = 0.0
    valid: float = 1.0
    room: int | None = None

    def ways(self, lanes: int) -> Ways:
        """What the gate takes with so many lanes."""
        return Ways(lanes, lanes * self.per_lane, self.travel, self.places)

    def calls_an_hour(self, lanes: int) -> int:
        """The calls that an hour has room for: as many trucks as the lanes take, and on top those who do not come."""
        return round(lanes * self.per_lane / (1 - self.no_shows))

    def day_of(self, hour: float) -> Day | None:
        """The day on which an hour falls, if the gate opens on it."""
        number = math.floor(hour / 24)
        if self.days and self.days[0].closes == ALWAYS:
            return self.days[0]
        return next((day for day in self.days[number : number + 1] if number >= 0 and day.spans), None)


class Whose(StrEnum):
    """Whose doing a hold is."""

    OWN = "OWN"
    OURS = "OURS"


@dataclass(frozen=True)
class Held:
    """From one hour to another the truck cannot be called."""

    start: float
    end: float
    whose: Whose = Whose.OWN


@dataclass(frozen=True)
class Truck:
    """Who comes, with what, and what will happen to it: drawn before any order is tried, so that all meet the same.

    `number` is its place in the list of all; `life` the shelf life (hours) left on arriving, `declared` what the
    dispatch is told of it. `misses`: it does not follow its first call, and then joins again if `rejoins`. `slot` is
    when the hour begins that it has booked.
    """

    number: int
    arrives: float
    ticket_class: TicketClass = TicketClass.P4
    travel: float = 0.0
    life: float | None = None
    declared: float | None = None
    misses: bool = False
    rejoins: bool = False
    withdraws: float | None = None
    held: Held | None = None
    slot: float | None = None


class Ending(StrEnum):
    """How a visit ended, or how far it came."""

    TO_COME = "TO_COME"
    WAITING = "WAITING"
    CALLED = "CALLED"
    ON_APRON = "ON_APRON"
    IN_LANE = "IN_LANE"
    SERVED = "SERVED"
    MISSED = "MISSED"
    WITHDRAWN = "WITHDRAWN"
    TURNED_BACK = "TURNED_BACK"


@dataclass(slots=True)
class Visit:
    """What one truck did: when it was last called, when it came into a lane, when it left it (hours)."""

    truck: Truck
    state: Ending = Ending.TO_COME
    called: float = math.nan
    entered: float = math.nan
    left: float = math.nan
    calls: int = 0

    @property
    def wait(self) -> float:
        """From joining to the call."""
        return self.called - self.truck.arrives
