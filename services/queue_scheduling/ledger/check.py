"""Anybody's check of a route's whole log: every promise kept, no number skipped, no hour overfull (QUEUE.md).

One pass, and a constant time a leaf: N grows by one a numbered call, so a promise is broken exactly when somebody still
waits with it as its number is called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from events.words import Direction, TicketClass
from services.queue_scheduling.domain.ticket import Cause
from services.queue_scheduling.ledger.bounds import Bounds
from services.queue_scheduling.ledger.calls import CallCheck
from services.queue_scheduling.ledger.dealing import Dealing
from services.queue_scheduling.ledger.errors import ErrorCheck
from services.queue_scheduling.ledger.finding import APART, Finding, named
from services.queue_scheduling.ledger.hours import HourCheck
from services.queue_scheduling.ledger.leaf import Kind, Leaf, Regime
from services.queue_scheduling.ledger.place import Lines, Waiting, told_of
from services.queue_scheduling.ledger.seeds import SeedCheck
from services.queue_scheduling.ledger.slots import SlotCheck

STANDARD = frozenset({TicketClass.P3, TicketClass.P4})
PRIORITY = frozenset({TicketClass.P0, TicketClass.P1})


@dataclass
class QueueCheck:
    """One direction's leaves, read in order; `number` is N, `numbered` p.

    `owed` are those who were passed or missed their call and have not joined again, each with whose doing that was;
    `errors` is what is owed to those who left by an error; `last` the latest hour that the log has told of. `ordered`
    may go before all by a written order; `unordered` is how many did without one, as relief goods do: that is no fault.
    """

    simulated: bool = False
    number: int = 0
    numbered: int = 0
    waiting: dict[str, Waiting] = field(default_factory=dict)
    promised: Counter[int] = field(default_factory=Counter)
    owed: dict[str, str] = field(default_factory=dict)
    ordered: set[str] = field(default_factory=set)
    unordered: int = 0
    crisis: bool = False
    passing: int | None = None
    last: datetime | None = None
    begun: bool = False
    slots: SlotCheck = field(default_factory=SlotCheck)
    hours: HourCheck = field(default_factory=HourCheck)
    bounds: Bounds = field(default_factory=Bounds)
    seeds: SeedCheck = field(default_factory=SeedCheck)
    errors: ErrorCheck = field(default_factory=ErrorCheck)
    open_calls: CallCheck = field(default_factory=CallCheck)
    lines: Lines = field(default_factory=Lines)
    dealing: Dealing = field(default_factory=Dealing)

    def __post_init__(self) -> None:
        self.seeds.simulated = self.simulated

    def read(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """What is wrong with this leaf after those before it."""
        if self.last is None and leaf.kind is not Kind.OPENED:
            yield Finding(index, "ledger.not_opened")
        yield from self._time(leaf, index)
        yield from self.seeds.overdue(leaf, index)
        if self.passing is not None and (leaf.kind, leaf.number) != (Kind.CALLED, self.passing):
            yield Finding(index, "ledger.pass_without_call", {"number": self.passing})
        self.passing = None
        found = list(READERS[leaf.kind](self, leaf, index))
        yield from found
        yield from self.dealing.follow(leaf, index, self.bounds, doubted=bool(found))
        if not self.numbered:
            self.dealing.begin_anew(self.number)
        self.begun = self.begun or leaf.kind not in (Kind.OPENED, Kind.STANDING)

    def _time(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        latest = self.last or leaf.at
        if leaf.at >= latest - APART:
            self.last = max(latest, leaf.at)
        elif self.simulated:  # its time may be set anew
            self.last = leaf.at
            self.hours.time_set_anew()
        else:
            yield Finding(index, "ledger.time_ran_back")

    def opened(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """The log of a queue begins, at this many calls."""
        if self.begun or self.waiting or self.number:
            yield Finding(index, "ledger.opened_again")
        self.number = leaf.number or 0

    def standing(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """Who waited already when the log began."""
        if self.begun:
            yield Finding(index, "ledger.opened_again")
        if leaf.valid_until is not None:
            self.open_calls.open.add(named(leaf))
        elif leaf.cause is not None:
            self.owed[named(leaf)] = leaf.cause
        else:
            self._seat(leaf, index)

    def joined(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A place was given."""
        if named(leaf) in self.waiting:
            yield Finding(index, "ledger.joined_twice")
            self._unseat(named(leaf))
        self.open_calls.open.discard(named(leaf))
        cause = self.owed.pop(named(leaf), None)
        is_owed = self.errors.is_owed(leaf, self.number)
        if leaf.slot is not None:
            yield from self.slots.joined(leaf, index)
        elif leaf.promise is not None:
            yield from self._receipt(leaf, leaf.promise, index)
        elif leaf.ticket_class not in PRIORITY and cause != Cause.OURS and not is_owed:
            yield Finding(index, "ledger.no_number")
        self._seat(leaf, index)
        if leaf.ticket_class is not TicketClass.P0:
            self.ordered.discard(named(leaf))
        elif named(leaf) not in self.ordered:
            self.unordered += 1

    def _receipt(self, leaf: Leaf, promise: int, index: int) -> Iterator[Finding]:
        first_come = self.number + self.numbered + 1
        if leaf.ahead != self.numbered:
            yield Finding(index, "ledger.wrong_ahead", {"number": leaf.ahead, "expected": self.numbered})
        if leaf.first_come != first_come:
            yield Finding(index, "ledger.wrong_first_come", {"number": leaf.first_come, "expected": first_come})
        if promise <= self.number:
            yield Finding(index, "ledger.promise_called_over", {"promise": promise, "number": self.number})
        if leaf.ticket_class in STANDARD and promise > first_come:
            yield Finding(index, "ledger.after_first_come", {"promise": promise, "number": first_come})
        yield from self._within_grace(leaf, promise, first_come, index)

    def _within_grace(self, leaf: Leaf, promise: int, first_come: int, index: int) -> Iterator[Finding]:
        """No receipt may name a later number than the terms in force allow, whatever A and p it states."""
        if leaf.ticket_class is None or leaf.ticket_class in STANDARD:
            return
        about = leaf.ticket_class, first_come, self.numbered
        if promise > self.bounds.latest(*about):
            yield Finding(index, "ledger.beyond_grace", {"promise": promise, "expected": self.bounds.latest(*about)})
        if (leaf.if_spoiled or 0) > self.bounds.latest_if_spoiled(*about):
            expected = self.bounds.latest_if_spoiled(*about)
            yield Finding(index, "ledger.beyond_grace", {"promise": leaf.if_spoiled, "expected": expected})
        if leaf.ticket_class is TicketClass.P2:
            yield from self.seeds.drawn(leaf, index)

    def called(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A truck was called: under the next number, or extraordinarily out of the line that holds none."""
        yield from self.hours.called(leaf, index)
        place = self._unseat(named(leaf))
        self._goes(named(leaf))
        if place is None:
            yield Finding(index, "ledger.not_waiting")
        elif (leaf.number is None) != (place.promise is None) or leaf.slot != place.slot:
            yield Finding(index, "ledger.wrong_line")
        yield from self.slots.called(leaf, index)
        if leaf.number is not None:
            yield from self._numbered(leaf.number, place, index)

    def _numbered(self, number: int, place: Waiting | None, index: int) -> Iterator[Finding]:
        if number != self.number + 1:
            yield Finding(index, "ledger.number_skipped", {"number": number, "expected": self.number + 1})
        if place is not None and place.promise is not None and number > place.promise:
            yield Finding(index, "ledger.called_late", told_of(place, number))
        late = self._broken(number)
        self.number = max(self.number, number)
        for one in [*late, *self.errors.late(number, self.waiting)]:
            yield Finding(index, "ledger.promise_broken", told_of(one, number))

    def _broken(self, number: int) -> list[Waiting]:
        """Those who still wait though their promise was called; looked for only where there is one."""
        if not any(self.promised[one] for one in range(self.number + 1, min(number, self.number + 1000) + 1)):
            return []
        within = range(self.number + 1, number + 1)
        return [one for one in self.waiting.values() if one.promise is not None and one.promise in within]

    def _goes(self, commitment: str) -> None:
        """A truck is called: nothing of before is owed to it, and it may come."""
        self.errors.kept.pop(commitment, None)
        self.open_calls.open.add(commitment)

    def overridden(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """Two officers called a truck out of turn."""
        yield from self.hours.called(leaf, index)
        self._goes(named(leaf))
        if self._unseat(named(leaf)) is None:
            yield Finding(index, "ledger.not_waiting")

    def passes(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A number is about to be called over that somebody held who could not come."""
        place = self.waiting.get(named(leaf))
        if place is None:
            yield Finding(index, "ledger.not_waiting")
        else:
            yield from self.lines.passed(named(leaf), place, leaf.number, index)
        self._unseat(named(leaf))
        if leaf.number != self.number + 1:
            yield Finding(index, "ledger.number_skipped", {"number": leaf.number, "expected": self.number + 1})
        self.passing, self.owed[named(leaf)] = leaf.number, leaf.cause or ""

    def missed(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A call ran out."""
        yield from self.open_calls.missed(leaf, index)
        self.owed[named(leaf)] = leaf.cause or ""

    def extended(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A call stays valid for longer."""
        yield from self.open_calls.extended(leaf, index)

    def noted(self, leaf: Leaf, index: int) -> Iterator[Finding]:  # noqa: ARG002 - every reader has one shape
        """What changes no place and breaks no promise is there to be read."""
        yield from ()

    def withdrew(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A place was given up, or left because of something else."""
        place, cause = self._unseat(named(leaf)), self.owed.pop(named(leaf), None)
        if place is None and cause is None:
            yield Finding(index, "ledger.not_waiting")
        if leaf.kind is Kind.LEFT:
            self.errors.left[named(leaf)] = (place, cause)

    def took_back(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """What made a truck leave was stated in error: it is owed what it was promised, or why it held no number."""
        yield from self.errors.take_back(leaf, index)
        if leaf.cause is not None:
            self.owed[named(leaf)] = leaf.cause

    def answered(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A call that was said to be missed was answered in time."""
        yield from self.open_calls.answered(leaf, index)

    def emergency(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A written order lets one go before all others who waits."""
        if named(leaf) not in self.waiting and named(leaf) not in self.owed:
            yield Finding(index, "ledger.not_waiting")
        self.ordered.add(named(leaf))

    def exchanged(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A line's number was exchanged for a free one, never for a later one."""
        if not self.number < (leaf.to or 0) < (leaf.number or 0):
            yield Finding(index, "ledger.exchanged_upward", {"number": leaf.number, "to": leaf.to})

    def spoiled(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """Nothing of a perishable is left to save: it waits for the second number its receipt named."""
        place = self._unseat(named(leaf))
        if not self.crisis:
            yield Finding(index, "ledger.spoiled_without_crisis")
        if place is None:
            yield Finding(index, "ledger.not_waiting")
            return
        promise, bound = leaf.promise or 0, place.if_spoiled or 0
        if place.ticket_class is not TicketClass.P2 or not (place.promise or 0) < promise <= bound:
            yield Finding(index, "ledger.spoiled_wrongly", {"promise": promise, "expected": bound})
        self._seat(leaf, place.index)

    def decides_of_crisis(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """Two officers declared a crisis, or lifted it."""
        declared = leaf.cause == Regime.DECLARED
        if declared is self.crisis:
            yield Finding(index, "ledger.crisis_twice")
        self.crisis = declared

    def booked(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A slot was confirmed; a holder who waits already waits for that one now."""
        yield from self.slots.booked(leaf, index)
        place = self.waiting.get(named(leaf))
        if place is not None and place.slot is not None:
            self.waiting[named(leaf)] = replace(place, slot=leaf.slot)

    def unbooked(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A slot was given up or lost, or exchanged for another one."""
        yield from self.slots.unbooked(leaf, index)

    def lapsed(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A slot's hour ended without the call."""
        place = self._unseat(named(leaf))
        if place is None or place.slot != leaf.slot:
            yield Finding(index, "ledger.not_waiting")
        self.owed[named(leaf)] = leaf.cause or ""
        yield from self.slots.lapsed(leaf, index)

    def excused(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """Officers say that a holder could not be there; who has lost his slot by that comes before the numbers."""
        yield from self.slots.excused(leaf, index)
        if self.slots.makes_good(leaf):
            self.owed[named(leaf)] = Cause.OURS

    def announced(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """The seed of a draw is settled before anybody enters."""
        yield from self.slots.announced(leaf, index)

    def drawn(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """A draw was made, once."""
        yield from self.slots.drawn(leaf, index)

    def terms(self, leaf: Leaf, index: int) -> Iterator[Finding]:  # noqa: ARG002 - a reader's shape
        """Other graces hold from now on."""
        self.bounds.heed(leaf)
        yield from ()

    def of_a_day(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """Other hours hold from now on."""
        yield from self.hours.told(leaf, index)

    def sealed(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """The seed of a day was drawn."""
        yield from self.seeds.seal(leaf, index)

    def unsealed(self, leaf: Leaf, index: int) -> Iterator[Finding]:
        """The seed of a day that is over was shown."""
        yield from self.seeds.unseal(leaf, index)

    def _seat(self, leaf: Leaf, index: int) -> None:
        if leaf.ticket_class is None:
            raise AssertionError(f"leaf {index} names no class")
        place = Waiting(index, leaf.ticket_class, leaf.promise, leaf.if_spoiled, leaf.slot)
        self.waiting[named(leaf)] = place
        self.lines.seat(named(leaf), place)
        if leaf.promise is not None:
            self.promised[leaf.promise] += 1
            self.numbered += 1

    def _unseat(self, commitment: str) -> Waiting | None:
        place = self.waiting.pop(commitment, None)
        if place is not None and place.promise is not None:
            self.lines.unseat(commitment, place)
            self.promised[place.promise] -= 1
            if not self.promised[place.promise]:
                del self.promised[place.promise]
            self.numbered -= 1
        return place


Reader = Callable[[QueueCheck, Leaf, int], Iterator[Finding]]
READERS: Mapping[Kind, Reader] = {
    Kind.OPENED: QueueCheck.opened,
    Kind.STANDING: QueueCheck.standing,
    Kind.JOINED: QueueCheck.joined,
    Kind.CALLED: QueueCheck.called,
    Kind.OVERRIDDEN: QueueCheck.overridden,
    Kind.PASSED: QueueCheck.passes,
    Kind.MISSED: QueueCheck.missed,
    Kind.EXTENDED: QueueCheck.extended,
    Kind.SUBSTITUTED: QueueCheck.noted,
    Kind.SANCTIONED: QueueCheck.noted,
    Kind.LIFTED: QueueCheck.noted,
    Kind.WITHDRAWN: QueueCheck.withdrew,
    Kind.LEFT: QueueCheck.withdrew,
    Kind.EXCHANGED: QueueCheck.exchanged,
    Kind.SPOILED: QueueCheck.spoiled,
    Kind.TAKEN_BACK: QueueCheck.took_back,
    Kind.ANSWERED: QueueCheck.answered,
    Kind.EMERGENCY: QueueCheck.emergency,
    Kind.CRISIS: QueueCheck.decides_of_crisis,
    Kind.BOOKED: QueueCheck.booked,
    Kind.UNBOOKED: QueueCheck.unbooked,
    Kind.LAPSED: QueueCheck.lapsed,
    Kind.EXCUSED: QueueCheck.excused,
    Kind.ANNOUNCED: QueueCheck.announced,
    Kind.DRAWN: QueueCheck.drawn,
    Kind.TERMS: QueueCheck.terms,
    Kind.HOURS: QueueCheck.of_a_day,
    Kind.SEALED: QueueCheck.sealed,
    Kind.UNSEALED: QueueCheck.unsealed,
}


@dataclass
class LogCheck:
    """A route's leaves, read in order; its two directions are two queues. `log` is the route that it should be of."""

    log: str
    simulated: bool = False
    size: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    queues: dict[Direction, QueueCheck] = field(default_factory=dict)

    def read(self, leaf: Leaf) -> Iterator[Finding]:
        """What is wrong with the next leaf."""
        queue = self.queues.get(leaf.direction)
        if queue is None:
            queue = self.queues[leaf.direction] = QueueCheck(self.simulated)
        index, self.size = self.size, self.size + 1
        self.kinds[leaf.kind] += 1
        if leaf.route not in (None, self.log):
            yield Finding(index, "ledger.other_log", {"log": leaf.route})
        yield from queue.read(leaf, index)
