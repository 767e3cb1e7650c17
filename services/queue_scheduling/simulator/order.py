"""Who is called next: the promised number by the service's own dispatch, behind the door that any order has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from services.queue_scheduling.dispatch.book import LINES, Grace, Line, Place
from services.queue_scheduling.dispatch.call import next_call
from services.queue_scheduling.dispatch.crisis import exchange_spoiled, is_spoiled
from services.queue_scheduling.dispatch.promise import join, leave
from services.queue_scheduling.dispatch.urgency import HOUR, changed, lot_of, urgency
from services.queue_scheduling.domain.terms import Terms, horizon_at
from services.queue_scheduling.simulator.book import SortedBook
from services.queue_scheduling.simulator.site import Site, Truck, Whose, instant
from services.queue_scheduling.simulator.witness import Witness

Crisis = Sequence[tuple[float, float]]
"""Hours from and to which officers have the crisis regime in force."""


class Order(Protocol):
    """What a gate asks of whoever keeps the order."""

    def join(self, truck: Truck, at: float, /) -> None:
        """A truck takes its place, for the first time or again."""

    def withdraw(self, truck: Truck) -> None:
        """A waiting truck gives up its place."""

    def hold(self, truck: Truck) -> None:
        """A waiting truck cannot come for now."""

    def release(self, truck: Truck, at: float, /) -> None:
        """It can come again."""

    def next(self) -> Truck | None:
        """Call a truck; None when nobody can come."""

    def refresh(self, at: float, /) -> None:
        """Time has gone on."""


@dataclass(eq=False)
class PromisedNumbers:
    """The service's own order, with anybody's check of what it says beside it."""

    site: Site
    terms: Terms
    second: Grace | None = None
    crisis: Crisis = ()
    seed: bytes = b"simulated"
    book: SortedBook = field(default_factory=SortedBook)
    witness: Witness = field(default_factory=Witness)
    _trucks: dict[UUID, Truck] = field(default_factory=dict)
    _fresh: dict[UUID, None] = field(default_factory=dict)
    _spoiled: dict[UUID, None] = field(default_factory=dict)

    def join(self, truck: Truck, at: float) -> None:
        """Take a place at the end of the line of the truck's class."""
        self._join(truck, at)

    def _join(self, truck: Truck, at: float, line: Line | None = None) -> None:
        line = line or LINES[truck.ticket_class]
        crossing, now = UUID(int=truck.number), instant(at)
        place = Place(crossing, truck.ticket_class, line, joined_at=now)
        if line is Line.PERISHABLE and truck.declared is not None:
            waited = at - truck.arrives
            urgent = urgency(0.0, truck.declared - waited, self._horizon(at) / HOUR)
            spoils_at = instant(truck.arrives + truck.declared)
            place = Place(
                crossing,
                truck.ticket_class,
                line,
                urgency=urgent,
                lot=lot_of(self.seed, crossing),
                joined_at=now,
                spoils_at=spoils_at,
            )
            self._fresh[crossing] = None
        self._trucks[crossing] = truck
        self.witness.joined(crossing, truck.ticket_class, join(self.book, place, self.terms.graces, self.second))

    def withdraw(self, truck: Truck) -> None:
        """Give the place up, if there still is one: a passed truck has none."""
        place = self._place(truck)
        if place:
            leave(self.book, place)
            self.witness.left(place.crossing_id)
        self._forget(UUID(int=truck.number))

    def hold(self, truck: Truck) -> None:
        """Not callable; the number stays."""
        if self._place(truck):
            self.book.set_callable(UUID(int=truck.number), can_come=False)
            self.witness.held(UUID(int=truck.number))

    def release(self, truck: Truck, at: float) -> None:
        """Callable again; one that was passed joins anew, out of turn when the gate itself had held it up."""
        if self._place(truck):
            self.book.set_callable(UUID(int=truck.number), can_come=True)
        elif truck.held and truck.held.whose is Whose.OURS:
            self._join(truck, at, Line.EXTRAORDINARY)
        else:
            self.join(truck, at)

    def next(self) -> Truck | None:
        """Make the next call."""
        call = next_call(self.book, dangerous_may=True)
        if call is None:
            return None
        if call.passed:
            self.witness.passed(call.passed.crossing_id, call.number)
            self._forget(call.passed.crossing_id)
        self.witness.called(call.place.crossing_id, call.number)
        self._forget(call.place.crossing_id)
        return self._trucks[call.place.crossing_id]

    def refresh(self, at: float) -> None:
        """Write each urgency anew; in a crisis give the numbers of the spoiled to those that can be saved."""
        now, known = instant(at), [place for one in self._fresh if (place := self.book.place_of(one))]
        self.book.set_urgencies(changed(known, now, self._horizon(at)))
        for place in known:
            if is_spoiled(place, now):
                del self._fresh[place.crossing_id]
                self._spoiled[place.crossing_id] = None
        if any(since <= at < until for since, until in self.crisis):
            spoiled = [place for one in self._spoiled if (place := self.book.place_of(one))]
            for exchange in exchange_spoiled(self.book, spoiled, now):
                self.witness.spoiled(exchange.place.crossing_id, exchange.place.number)
            self._spoiled.clear()
        self.book.forget()

    def _place(self, truck: Truck) -> Place | None:
        return self.book.place_of(UUID(int=truck.number))

    def _forget(self, crossing: UUID) -> None:
        self._fresh.pop(crossing, None)
        self._spoiled.pop(crossing, None)

    def _horizon(self, at: float) -> timedelta:
        day = self.site.day_of(at)
        return horizon_at(self.terms, day.hours if day else None, instant(at))


def terms_of(graces: Mapping[Line, Grace], urgency_hours: float = 2, over_night: float = 14) -> Terms:
    """The queue's numbers, those of them that an order of calls reads."""
    return Terms(
        graces=graces,
        call_valid=timedelta(hours=1),
        dangerous_share=Decimal("0.5"),
        horizon=timedelta(hours=urgency_hours),
        horizon_over_night=timedelta(hours=over_night),
        urgency_every=timedelta(minutes=15),
        perishable_chapters=frozenset(),
    )
