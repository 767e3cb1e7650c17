"""Who books which hour: wishes drawn before any order is tried, granted by the service's own rules for buckets."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np

from events.words import TicketClass
from services.queue_scheduling.simulator.site import Day, Site, Truck, instant
from services.queue_scheduling.slots.buckets import BOOKABLE, Bucket, booked_part, places_of
from services.queue_scheduling.slots.terms import SlotTerms

SOONEST, EARLIEST = 2.0, 36.0
"""Trucks ask so many hours before the time they mean: within the horizon of every class."""
LATEST = 4.0
"""Whoever is late is so by at most so many hours."""
NEAR = 3
"""Nobody takes a later hour than the third after the time he means, nor one of the next day while the gate is open."""


@dataclass(frozen=True)
class Demand:
    """Which part of the trucks of these classes asks for an hour, and which part of those comes later than it meant."""

    asks: float = 0.5
    late: float = 0.1
    classes: Collection[TicketClass] = BOOKABLE


@dataclass
class Sale:
    """A site's bookable hours: of each a share of its calls, overbooked by those who do not come, as the service does.

    Carriers have no part in it: simulated trucks have none.
    """

    site: Site
    share: Decimal
    terms: SlotTerms
    buckets: dict[float, Bucket] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._days = [day for day in self.site.days if day.spans]
        self._closings = [day.closes for day in self._days]

    def sell(self, ticket_class: TicketClass, meant: float, asked: float) -> float | None:
        """The first near hour with room for the class, if there is one."""
        for starts in self._near(meant):
            bucket = self.buckets.get(starts) or self._open(starts)
            if bucket.room(ticket_class, self.terms, instant(asked)):
                bucket.take(ticket_class)
                return starts
        return None

    def _near(self, meant: float) -> list[float]:
        """The hours of the day, of the next one when it has closed, that begin soon after."""
        ahead = bisect_right(self._closings, meant)
        if ahead == len(self._days):
            return []
        day = self._days[ahead]
        first = math.ceil(max(meant, day.opens))
        return [float(hour) for hour in range(first, first + NEAR) if hour + 1 <= day.closes]

    def _open(self, starts: float) -> Bucket:
        """An hour's bucket as it is planned: what will go wrong on the day nobody knows."""
        day = self._days[bisect_right(self._closings, starts)]
        hours = replace(day.hours, per_hour=self.site.calls_an_hour(_planned(day)))
        places = places_of(hours, instant(starts), 60, booked_part(self.share, Decimal(str(self.site.no_shows))))
        bucket = self.buckets[starts] = Bucket("simulated", instant(starts), 60, places)
        return bucket


def _planned(day: Day) -> int:
    return max(span.lanes for span in day.spans)


def with_slots(sale: Sale, trucks: Sequence[Truck], demand: Demand, dice: np.random.Generator) -> list[Truck]:
    """The same trucks, some with an hour: whoever asked first was served first, and most are ready when it begins."""
    wishes = []
    for truck, draws in zip(trucks, dice.random((len(trucks), 4)).tolist(), strict=True):
        asks, late, by, lead = draws
        if truck.ticket_class in demand.classes and asks < demand.asks:
            meant = truck.arrives - (LATEST * by if late < demand.late else 0.0)
            wishes.append((meant - SOONEST - lead * (EARLIEST - SOONEST), meant, truck))
    slots = {
        truck.number: sale.sell(truck.ticket_class, meant, asked)
        for asked, meant, truck in sorted(wishes, key=lambda wish: (wish[0], wish[2].number))
    }
    return [replace(truck, slot=slots.get(truck.number)) for truck in trucks]
