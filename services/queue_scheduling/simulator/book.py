"""One queue's numbers and places in memory, ordered: the promises of `dispatch.rows` without a database."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sortedcontainers import SortedKeyList, SortedList

from events.words import Direction, TicketClass
from services.queue_scheduling.dispatch.book import DEALT, Book, Line, Place, Queue

ENDLESS = 2**62
Urgent = tuple[int, int, bytes, int, UUID]


@dataclass(eq=False)
class Seats:
    """Trucks of one line in the order of joining: those that can come, and those that cannot now."""

    who: dict[int, UUID] = field(default_factory=dict)
    present: SortedList = field(default_factory=SortedList)
    absent: SortedList = field(default_factory=SortedList)

    def seat(self, place: Place) -> None:
        """One more, at its turn."""
        self.who[place.turn] = place.crossing_id
        (self.present if place.callable else self.absent).add(place.turn)

    def unseat(self, place: Place) -> None:
        """One less."""
        del self.who[place.turn]
        (self.present if place.callable else self.absent).remove(place.turn)

    def heads(self) -> list[tuple[int, UUID]]:
        """The first and the first that can come, each with its rank."""
        found = []
        if self.absent and not (self.present and self.present[0] < self.absent[0]):
            found.append((0, self.who[self.absent[0]]))
        if self.present:
            turn = self.present[0]
            found.append((self.absent.bisect_left(turn), self.who[turn]))
        return found


class FreeNumbers:
    """Intervals of numbers that nobody holds."""

    def __init__(self) -> None:
        self._lows = SortedList([1])
        self._highs = {1: ENDLESS}

    def take(self, at_most: int) -> int:
        """The largest up to here; it is no longer free."""
        low = self._lows[self._lows.bisect_right(at_most) - 1]
        high = self._highs[low]
        taken = min(high, at_most)
        if low == taken:
            self._close(low)
        else:
            self._highs[low] = taken - 1
        if taken < high:
            self._open(taken + 1, high)
        return taken

    def give_back(self, number: int) -> None:
        """The number is free again, one with its free neighbours."""
        place = self._lows.bisect_left(number)
        low, high = number, number
        if place < len(self._lows) and self._lows[place] == number + 1:
            high = self._close(number + 1)
        if place and self._highs[self._lows[place - 1]] == number - 1:
            self._highs[self._lows[place - 1]] = high
        else:
            self._open(low, high)

    def forget(self, called: int) -> None:
        """Intervals that were called over are of no use to anybody."""
        while self._lows and self._highs[self._lows[0]] <= called:
            self._close(self._lows[0])

    def intervals(self) -> list[tuple[int, int]]:
        """From and to, in order."""
        return [(low, self._highs[low]) for low in self._lows]

    def _open(self, low: int, high: int) -> None:
        self._lows.add(low)
        self._highs[low] = high

    def _close(self, low: int) -> int:
        self._lows.remove(low)
        return self._highs.pop(low)


class Perishables:
    """Places with numbers of their own: by number, and by how urgent they are.

    Both orders are heaps that keep what is no longer true until it comes to the top.
    """

    def __init__(self) -> None:
        self.places: dict[int, Place] = {}
        self._first: list[int] = []
        self._urgent: list[Urgent] = []

    def seat(self, place: Place) -> None:
        """One more."""
        if place.callable:
            heapq.heappush(self._first, place.number or 0)
        self.press(place)

    def press(self, place: Place) -> None:
        """One, as urgent as it is now."""
        self.places[place.number or 0] = place
        if place.callable and place.urgency > 0:
            heapq.heappush(self._urgent, _urgent(place))

    def unseat(self, place: Place) -> None:
        """One less."""
        del self.places[place.number or 0]

    def heads(self, number: int) -> list[Place]:
        """The due, the first that can come, the most urgent."""
        found = [place for place in (self.places.get(number), self._first_present(), self._most_urgent()) if place]
        return list({place.number: place for place in found}.values())

    def _first_present(self) -> Place | None:
        while self._first:
            place = self.places.get(self._first[0])
            if place is not None and place.callable:
                return place
            heapq.heappop(self._first)
        return None

    def _most_urgent(self) -> Place | None:
        while self._urgent:
            place = self.places.get(self._urgent[0][3])
            if place is not None and place.callable and _urgent(place) == self._urgent[0]:
                return place
            heapq.heappop(self._urgent)
        return None


def _urgent(place: Place) -> Urgent:
    return -place.urgency, place.first_come or 0, place.lot, place.number or 0, place.crossing_id


class SortedBook(Book):
    """What `dispatch.rows.RowBook` is in PostgreSQL."""

    def __init__(self, queue: Queue | None = None) -> None:
        self._queue = queue or Queue("simulated", Direction.EXPORT)
        self._free = FreeNumbers()
        self._held = {line: SortedList() for line in DEALT}
        self._seats = {line: Seats() for line in DEALT}
        self._perishables = Perishables()
        self._extraordinary = SortedKeyList(key=_precedence)
        self._places: dict[UUID, Place] = {}
        self._told: dict[Line, tuple[Place, Place]] = {}

    @property
    def queue(self) -> Queue:
        """The queue's own counts."""
        return self._queue

    def take(self, at_most: int) -> int:
        """The largest free number up to here; it is no longer free."""
        return self._free.take(at_most)

    def give_back(self, number: int) -> None:
        """The number is free again."""
        self._free.give_back(number)

    def forget(self) -> None:
        """Free numbers that were called over are of no use to anybody."""
        self._free.forget(self._queue.called)

    def free(self) -> list[tuple[int, int]]:
        """The intervals of free numbers."""
        return self._free.intervals()

    def hold(self, line: Line, number: int) -> None:
        """A dealt line holds one number more."""
        self._held[line].add(number)

    def drop(self, line: Line, number: int) -> None:
        """A dealt line no longer holds the number."""
        self._held[line].remove(number)

    def largest(self, line: Line) -> int | None:
        """The largest number a dealt line holds."""
        held = self._held[line]
        return held[-1] if held else None

    def seat(self, place: Place) -> None:
        """A truck takes its place; a holder's is known, and in no line that the live queue is called from."""
        self._places[place.crossing_id] = place
        if place.line in DEALT:
            self._seats[place.line].seat(place)
        elif place.line is Line.PERISHABLE:
            self._perishables.seat(place)
        elif place.line is Line.EXTRAORDINARY and place.callable:
            self._extraordinary.add(place)

    def unseat(self, crossing_id: UUID) -> None:
        """A truck leaves its place."""
        place = self._places.pop(crossing_id)
        if place.line in DEALT:
            self._seats[place.line].unseat(place)
        elif place.line is Line.PERISHABLE:
            self._perishables.unseat(place)
        elif place.line is Line.EXTRAORDINARY and place.callable:
            self._extraordinary.remove(place)

    def heads(self) -> Sequence[Place]:
        """All who could be next."""
        dealt = [
            self._holding(self._places[crossing], self._held[line][rank])
            for line in DEALT
            for rank, crossing in self._seats[line].heads()
        ]
        return [*dealt, *self._perishables.heads(self._queue.called + 1), *self._first_extraordinary()]

    def standing(self) -> list[Place]:
        """Everybody who waits, in the order of the numbers they hold; first those who hold none."""
        found = [*self._extraordinary, *self._perishables.places.values()]
        for line in DEALT:
            seats = self._seats[line]
            turns = sorted(seats.who)
            dealt = zip(turns, self._held[line], strict=True)
            found += [replace(self._places[seats.who[turn]], number=number) for turn, number in dealt]
        return sorted(found, key=lambda place: (place.number or 0, place.turn))

    def with_number(self, place: Place) -> Place:
        """A place with the number it holds: in a dealt line that of its rank."""
        if place.line not in DEALT:
            return place
        seats = self._seats[place.line]
        rank = seats.absent.bisect_left(place.turn) + seats.present.bisect_left(place.turn)
        return self._holding(place, self._held[place.line][rank])

    def _holding(self, place: Place, number: int) -> Place:
        """A place of a dealt line with the number of its rank; the same as the last time, most often."""
        known = self._told.get(place.line)
        if known is None or known[0] is not place or known[1].number != number:
            known = self._told[place.line] = place, replace(place, number=number)
        return known[1]

    def _first_extraordinary(self) -> list[Place]:
        """The first of each sort: P1 may have had its share of the hour while others may still come."""
        starts = (self._extraordinary.bisect_key_left((sort, 0)) for sort in range(3))
        found = [self._extraordinary[start] for start in starts if start < len(self._extraordinary)]
        return list({place.crossing_id: place for place in found}.values())

    def place_of(self, crossing_id: UUID) -> Place | None:
        """A truck's place, if it has one; in a dealt line without its number, which is dealt by rank."""
        return self._places.get(crossing_id)

    def set_callable(self, crossing_id: UUID, *, can_come: bool) -> None:
        """A waiting truck can or cannot come."""
        place = replace(self._places[crossing_id], callable=can_come)
        self.unseat(crossing_id)
        self.seat(place)

    def perishables(self) -> list[Place]:
        """All perishables that wait."""
        return list(self._perishables.places.values())

    def set_urgencies(self, urgencies: Mapping[UUID, int]) -> None:
        """Write how urgent each of these is now."""
        for crossing_id, urgency in urgencies.items():
            place = self._places[crossing_id] = replace(self._places[crossing_id], urgency=urgency)
            self._perishables.press(place)


def _precedence(place: Place) -> tuple[int, int]:
    """Emergencies, then what was delayed by the gate itself, then P1; each in the order of joining."""
    sort = {TicketClass.P0: 0, TicketClass.P1: 2}.get(place.ticket_class, 1)
    return sort, place.turn
