"""The next calls as they would be made now: the call itself, made on a copy that nobody else sees."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from events.words import TicketClass
from services.queue_scheduling.dispatch.book import DEALT, Book, Line, Place, Queue
from services.queue_scheduling.dispatch.call import Call, by_urgency, next_call, precedence


class Copy(Book):
    """One queue's counts, numbers and places in lists; of a dealt line the places may end where no call will reach.

    Free is every number after the last call that nobody holds.
    """

    def __init__(self, queue: Queue, held: Mapping[Line, Collection[int]], places: Iterable[Place]) -> None:
        self._queue = replace(queue)
        self._held = {line: sorted(held.get(line, ())) for line in DEALT}
        self._places = {place.crossing_id: place for place in sorted(places, key=lambda place: place.turn)}
        own = (place.number for place in self._places.values() if place.number is not None)
        self._taken = {*own, *(number for numbers in self._held.values() for number in numbers)}

    @property
    def queue(self) -> Queue:
        """The copy's own counts."""
        return self._queue

    def take(self, at_most: int) -> int:
        """The largest free number up to here; it is no longer free."""
        number = next(number for number in range(at_most, self._queue.called, -1) if number not in self._taken)
        self._taken.add(number)
        return number

    def give_back(self, number: int) -> None:
        """The number is free again."""
        self._taken.discard(number)

    def hold(self, line: Line, number: int) -> None:
        """A dealt line holds one number more."""
        insort(self._held[line], number)

    def drop(self, line: Line, number: int) -> None:
        """A dealt line no longer holds the number."""
        held = self._held[line]
        del held[bisect_right(held, number) - 1]

    def largest(self, line: Line) -> int | None:
        """The largest number a dealt line holds."""
        held = self._held[line]
        return held[-1] if held else None

    def seat(self, place: Place) -> None:
        """A truck takes its place, behind all who have one."""
        self._places[place.crossing_id] = place

    def unseat(self, crossing_id: UUID) -> None:
        """A truck leaves its place."""
        del self._places[crossing_id]

    def heads(self) -> Sequence[Place]:
        """All who could be next, and more."""
        found = [place for place in self._places.values() if place.line not in DEALT]
        for line in DEALT:
            seated = (place for place in self._places.values() if place.line is line)
            found += _until_callable(zip(seated, self._held[line], strict=False))
        return found

    def perishables(self) -> list[Place]:
        """All perishables that wait."""
        return [place for place in self._places.values() if place.line is Line.PERISHABLE]

    def set_urgencies(self, urgencies: Mapping[UUID, int]) -> None:
        """How urgent each of these is now."""
        for crossing_id, urgency in urgencies.items():
            self._places[crossing_id] = replace(self._places[crossing_id], urgency=urgency)


def _until_callable(dealt: Iterable[tuple[Place, int]]) -> list[Place]:
    """The first of a line with the numbers of their ranks, up to the first who can come."""
    found = []
    for place, number in dealt:
        found.append(replace(place, number=number))
        if place.callable:
            break
    return found


def in_order_of_calls(places: Iterable[Place], called: int) -> list[Place]:
    """Who is called before whom as the queue stands: should nobody join or leave, all come, and no urgency change.

    Whoever holds no number comes first; then the urgent, but where a number is due, and by numbers when none is urgent.
    So before the l-th of those who are not urgent as many urgent ones come as its number leaves room for.
    """
    all_of_them = list(places)
    ahead = sorted((place for place in all_of_them if place.number is None), key=precedence)
    numbered = sorted((place for place in all_of_them if place.number is not None), key=lambda one: one.number or 0)
    urgent = sorted((place for place in numbered if is_urgent(place)), key=by_urgency)
    others = [place for place in numbered if not is_urgent(place)]
    rounds = [(turn, True, turn, place) for turn, place in enumerate(urgent)]
    rounds += [((place.number or 0) - called - turn, False, turn, place) for turn, place in enumerate(others, 1)]
    return [*ahead, *(place for *_, place in sorted(rounds, key=lambda one: one[:3]))]


def is_urgent(place: Place) -> bool:
    """Whether it is called before its number is due."""
    return place.callable and place.urgency > 0


def calls_ahead(copy: Copy, at_most: int, *, dangerous_may: Callable[[Queue, TicketClass | None], bool]) -> list[Call]:
    """The next calls, if nobody joins or leaves meanwhile.

    `dangerous_may` is told of the call before, if there was one, and says whether P1 has not yet had its share.
    """
    found: list[Call] = []
    while len(found) < at_most:
        before = found[-1].place.ticket_class if found else None
        call = next_call(copy, dangerous_may=dangerous_may(copy.queue, before))
        if call is None:
            break
        found.append(call)
    return found
