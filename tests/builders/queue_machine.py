"""A machine that plays everything that can happen to one queue, and checks I1 to I6 (DOMAIN §6.9) as it goes."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from events.words import TicketClass
from services.queue_scheduling.dispatch.book import DEALT, LINES, Grace, Line, Place
from services.queue_scheduling.dispatch.call import Call, call_extraordinarily, next_call
from services.queue_scheduling.dispatch.crisis import exchange_spoiled
from services.queue_scheduling.dispatch.promise import Promise, join, leave
from services.queue_scheduling.domain.hours import Hours, calls_due, calls_left, dangerous_may, hour_of, paced_from
from tests.builders.queue import TEN
from tests.builders.queue_book import GRACES, TIGHT, ListBook

SHARE = Decimal("0.5")
SOME = st.randoms(use_true_random=False)


@dataclass(frozen=True)
class Other:
    """Something that happens to one waiting truck between joins and calls."""

    crossing_id: UUID
    can_come: bool | None

    def happen(self, book: ListBook) -> None:
        if self.crossing_id not in book.places:
            return
        if self.can_come is None:
            leave(book, book.place_of(self.crossing_id))
        else:
            book.set_callable(self.crossing_id, can_come=self.can_come)


def shuffled(others: list[Other], dice: random.Random) -> list[Other]:
    """Another order, each truck's own kept, some said twice."""
    waiting = {other.crossing_id: [o for o in others if o.crossing_id == other.crossing_id] for other in others}
    order = []
    while waiting:
        crossing = dice.choice(sorted(waiting))
        other = waiting[crossing].pop(0)
        order += [other] * dice.choice((1, 2))
        if not waiting[crossing]:
            del waiting[crossing]
    return order


class QueueMachine(RuleBasedStateMachine):
    """One queue, whose receipts are kept and checked as an outsider would."""

    trucks = Bundle("trucks")

    @initialize(tight=st.booleans(), per_hour=st.sampled_from((6, 60, 300)))
    def open_route(self, *, tight: bool, per_hour: int) -> None:
        self.graces = TIGHT if tight else GRACES
        self.second = Grace(Decimal(1), 9 if tight else 2000)
        self.hours = Hours(7 * 60, 19 * 60, per_hour, ((10 * 60 + 20, 11 * 60 + 10),))
        self.paused = False
        self.now = TEN
        self.count = 0
        self.book = self.new_book()
        self.receipts: dict[UUID, Promise] = {}
        self.held: dict[UUID, int] = {}
        self.made: dict[object, int] = {}
        self.called: list[datetime] = []
        self._settle_journal()

    def new_book(self) -> ListBook:
        """The book under test."""
        return ListBook()

    def _settle_journal(self) -> None:
        self.settled, self.others = self.book.copy(), list[Other]()

    @rule(
        target=trucks,
        classes=st.lists(st.sampled_from([*TicketClass, TicketClass.P4, TicketClass.P2]), min_size=1, max_size=6),
        urgency=st.integers(-1, 3),
    )
    def trucks_join(self, classes: list[TicketClass], urgency: int) -> object:
        return multiple(*[self._join(ticket_class, urgency) for ticket_class in classes])

    @rule(target=trucks, ticket_class=st.sampled_from((TicketClass.P2, TicketClass.P4)))
    def a_holder_waits_for_his_slot(self, ticket_class: TicketClass) -> UUID:
        self.count += 1
        place, numbers = Place(UUID(int=self.count), ticket_class, Line.BOOKED), self.book.queue.numbered
        self.receipts[place.crossing_id] = join(self.book, place, self.graces, self.second)
        assert self.receipts[place.crossing_id].number is None
        assert self.book.queue.numbered == numbers
        self._settle_journal()
        return place.crossing_id

    def _join(self, ticket_class: TicketClass, urgency: int) -> UUID:
        self.count += 1
        crossing, line = UUID(int=self.count), LINES[ticket_class]
        place = Place(crossing, ticket_class, line)
        if line is Line.PERISHABLE:
            lot = sha256(crossing.bytes).digest()  # no two are equal, as in a real queue
            place = replace(place, urgency=max(0, urgency), lot=lot)
        ahead = {p.crossing_id for p in self.book.places.values() if p.line is place.line}
        receipt = join(self.book, place, self.graces, self.second)
        self.receipts[place.crossing_id] = receipt
        self._check_receipt(place, receipt, ahead)
        self._settle_journal()
        return place.crossing_id

    def _check_receipt(self, place: Place, receipt: Promise, ahead: set[UUID]) -> None:
        if receipt.number is None:
            assert place.line is Line.EXTRAORDINARY
            return
        grace = self.graces[place.line].calls(receipt.ahead)
        assert receipt.first_come == self.book.queue.called + receipt.ahead + 1
        assert self.book.queue.called < receipt.number <= receipt.first_come + grace
        if place.line in DEALT:
            line = {p.crossing_id: p.number for p in self.book.everybody() if p.line is place.line}
            assert all(line[crossing] < receipt.number for crossing in ahead), "a newcomer overtook"

    @rule(truck=consumes(trucks))
    def withdraw(self, truck: UUID) -> None:
        self._happens(Other(truck, None))

    @rule(truck=trucks, can_come=st.booleans())
    def say_whether_it_can_come(self, truck: UUID, *, can_come: bool) -> None:
        self._happens(Other(truck, can_come))

    @rule(line=st.sampled_from(Line), can_come=st.booleans())
    def say_whether_the_first_of_a_line_can_come(self, line: Line, *, can_come: bool) -> None:
        seated = [place for place in self.book.places.values() if place.line is line]
        if seated:
            self._happens(Other(min(seated, key=lambda place: place.turn).crossing_id, can_come))

    @rule(dice=SOME, share=st.sampled_from((0.1, 0.5)))
    def many_withdraw(self, dice: random.Random, share: float) -> None:
        for truck in sorted(self.book.places):
            if dice.random() < share:
                self._happens(Other(truck, None))

    @rule(dice=SOME)
    def some_are_spoiled_in_a_crisis(self, dice: random.Random) -> None:
        places = [replace(place, spoils_at=self.now) for place in self.book.everybody() if dice.random() < 0.3]
        for exchange in exchange_spoiled(self.book, places, self.now):
            crossing, number = exchange.place.crossing_id, exchange.place.number or 0
            receipt = self.receipts[crossing]
            assert exchange.given_up < number <= (receipt.second or 0), "fell back further than its receipt"
            self.receipts[crossing] = replace(receipt, number=number)
            self.held[crossing] = number
        self._settle_journal()

    def _happens(self, other: Other) -> None:
        self.others.append(other)
        other.happen(self.book)

    @rule(minutes=st.integers(0, 50))
    def time_goes_on(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(hours=st.sampled_from((9, 14)))
    def the_night_comes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def pause_or_reopen(self) -> None:
        before = self.book.everybody()
        self.paused = not self.paused
        assert self.book.everybody() == before

    @rule(dice=SOME)
    def call_round(self, dice: random.Random) -> None:
        lately = sum(at >= paced_from(self.now) for at in self.called)
        for _ in range(0 if self.paused else calls_due(self.book.queue, self.hours, lately, self.now)):
            may = dangerous_may(self.book.queue, self.hours, SHARE, self.now)
            twin, before = self._twin(dice), self.book.everybody()
            call = next_call(self.book, dangerous_may=may)
            assert call == next_call(twin, dangerous_may=may), "the order of other events changed the call"
            if call is None:
                break
            self._check_call(call, before, dangerous_may=may)
            self._count(call.place)

    def _twin(self, dice: random.Random) -> ListBook:
        twin = self.settled.copy()
        for other in shuffled(self.others, dice):
            other.happen(twin)
        return twin

    @rule(truck=consumes(trucks))
    def call_by_hand(self, truck: UUID) -> None:
        may_call = not self.paused and self.hours.is_open(self.now)
        if truck in self.book.places and may_call and calls_left(self.book.queue, self.hours, self.now):
            called = self.book.queue.called
            call = call_extraordinarily(self.book, self.book.place_of(truck))
            assert self.book.queue.called == called
            self._count(call.place)

    def _count(self, place: Place) -> None:
        assert not self.paused
        assert self.hours.is_open(self.now), "called while closed"
        hour = hour_of(self.now)
        self.called.append(self.now)
        self.book.queue.count(hour, place.ticket_class)
        self.made[hour] = self.made.get(hour, 0) + 1
        assert self.made[hour] <= self.hours.capacity(self.now), "I1"
        self._settle_journal()

    def _check_call(self, call: Call, before: list[Place], *, dangerous_may: bool) -> None:
        waiting = [place for place in before if place.callable]
        assert call.place.line is not Line.BOOKED, "a holder called as if he had a number"
        if call.number is None:
            numbered = [place for place in waiting if place.number is not None]
            assert dangerous_may or call.place.ticket_class is not TicketClass.P1 or not numbered
            return
        receipt = self.receipts[call.place.crossing_id]
        assert call.number == self.book.queue.called
        assert call.number <= (call.place.number or 0) <= (receipt.number or 0), "I2: called after its promise"
        if call.place.line is Line.STANDARD:
            assert call.number <= (receipt.first_come or 0), "later than first come"
        if call.place.line in DEALT:
            ahead = [p for p in waiting if p.line is call.place.line and p.turn < call.place.turn]
            assert not ahead, "overtaken"
        if call.passed:
            assert not call.passed.callable
            assert call.passed.number == call.number

    @invariant()
    def no_promise_is_broken(self) -> None:
        for place in self.book.everybody():
            promised = self.receipts[place.crossing_id].number
            assert promised is None or promised > self.book.queue.called, "I2: a promise was called over"

    @invariant()
    def numbers_are_unique_and_only_fall(self) -> None:
        held = {place.crossing_id: place.number for place in self.book.everybody() if place.number is not None}
        assert len(set(held.values())) == len(held) == self.book.queue.numbered
        assert all(number > self.book.queue.called for number in held.values())
        assert all(number <= self.held.get(crossing, number) for crossing, number in held.items())
        assert {number for number in self.book.taken if number > self.book.queue.called} == set(held.values())
        self.held = held
