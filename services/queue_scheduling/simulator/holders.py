"""Promised numbers with slots beside them: holders wait apart, are called in their hour, and are sent on after it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.queue_scheduling.dispatch.book import Line, Place
from services.queue_scheduling.dispatch.promise import leave
from services.queue_scheduling.simulator.moment import Moment
from services.queue_scheduling.simulator.order import PromisedNumbers
from services.queue_scheduling.simulator.site import Truck, Whose, instant
from services.queue_scheduling.simulator.slot_witness import AN_HOUR, SlotWitness
from services.queue_scheduling.slots.turn import Holder, lapse_of, turn_of


@dataclass(eq=False)
class BookedHours(PromisedNumbers):
    """The service's own order where some have booked an hour: what its commands do with tickets, done with places.

    `used` counts the slots in which a truck was called, `ended` the others by whose doing it was.
    """

    witness: SlotWitness = field(default_factory=SlotWitness)
    used: int = 0
    ended: Counter[Whose] = field(default_factory=Counter)
    _holders: dict[datetime, list[UUID]] = field(default_factory=dict)
    _over: set[UUID] = field(default_factory=set)

    def join(self, truck: Truck, at: float) -> None:
        """Wait for the hour that is booked and not over yet; everybody else takes a number."""
        crossing = UUID(int=truck.number)
        if truck.slot is None or crossing in self._over:
            super().join(truck, at)
        elif truck.slot + 1 <= at:
            self._end(crossing, Whose.OWN)
            super().join(truck, at)
        else:
            self._join(truck, at, Line.BOOKED)
            starts = instant(truck.slot)
            self._holders.setdefault(starts, []).append(crossing)
            self.witness.seated(crossing, starts)

    def release(self, truck: Truck, at: float) -> None:
        """Holders too can come again."""
        super().release(truck, at)
        self.witness.returned(UUID(int=truck.number))

    def from_slots(self, moment: Moment) -> tuple[bool, Truck | None]:
        """Whether slots decide on the next call, and whom it then calls."""
        self.witness.looks(moment)
        turn = turn_of(self._of_hour(moment.hour), self.book, moment.now, moment.left, dangerous_may=True)
        if turn.holder is None:
            return turn.decided, None
        crossing = turn.holder.crossing_id
        leave(self.book, turn.holder)
        self._holders[moment.hour].remove(crossing)
        self.witness.called(crossing, None)
        self.used += 1
        self._over.add(crossing)
        return True, self._trucks[crossing]

    def hour_ends(self, hour: float) -> None:
        """Whoever could come in the hour that is over and was not called was delayed by us; the others are late."""
        for crossing in self._holders.pop(instant(hour - 1), ()):
            if place := self._seat(crossing):
                self._send_on(place, hour)

    def _of_hour(self, hour: datetime) -> list[Holder]:
        """The holders of an hour who can come, in the order of joining."""
        seats = (self._seat(crossing) for crossing in self._holders.get(hour, ()))
        return [(place, hour, hour + AN_HOUR) for place in seats if place and place.callable]

    def _seat(self, crossing: UUID) -> Place | None:
        place = self.book.place_of(crossing)
        return place if place and place.line is Line.BOOKED else None

    def _send_on(self, place: Place, at: float) -> None:
        crossing, truck = place.crossing_id, self._trucks[place.crossing_id]
        held_by_us = truck.held is not None and truck.held.whose is Whose.OURS
        lapse = lapse_of(can_come=place.callable, held_by_us=held_by_us)
        leave(self.book, place)
        self._end(crossing, Whose.OURS if lapse.ours else Whose.OWN)
        self.witness.lapsed(crossing, ours=lapse.ours)
        self._join(truck, at, lapse.line)
        if not place.callable:
            self.hold(truck)

    def _end(self, crossing: UUID, whose: Whose) -> None:
        self.ended[whose] += 1
        self._over.add(crossing)
