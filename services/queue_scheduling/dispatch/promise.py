"""The promise: the number a truck gets when it joins, which afterwards only falls (QUEUE.md, "The promise")."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.queue_scheduling.dispatch.book import DEALT, UNNUMBERED, Book, Grace, Graces, Line, Place


@dataclass(frozen=True)
class Promise:
    """What stands on the receipt: A and d (none where no number is held), the turn, and how many were ahead.

    `second` is d₂, a perishable's: the largest number it may fall back to in a crisis, once nothing of it is left.
    """

    turn: int
    ahead: int
    first_come: int | None = None
    number: int | None = None
    second: int | None = None


def join(book: Book, place: Place, graces: Graces, second: Grace | None = None) -> Promise:
    """Give a truck its place at the end of its line, and its promise; `place` says who it is and what it carries.

    `second` is how far behind its first-come number a spoiled perishable may fall in a crisis.
    """
    queue = book.queue
    queue.joined += 1
    if place.line in UNNUMBERED:
        book.seat(replace(place, turn=queue.joined))
        return Promise(turn=queue.joined, ahead=0)
    settle(book)
    ahead, grace = queue.numbered, graces.get(place.line, Grace())
    first_come = queue.called + ahead + 1
    if place.line is Line.EMPTY:
        _exchange_above(book, Line.EMPTY, first_come - 1 + grace.calls(ahead))
    number = book.take(first_come + grace.calls(ahead))
    queue.numbered += 1
    own = None if place.line in DEALT else number
    later = first_come + second.calls(ahead) if second and place.line is Line.PERISHABLE else None
    book.seat(replace(place, turn=queue.joined, number=own, first_come=first_come, second=later))
    return Promise(queue.joined, ahead, first_come, _receipt(book, place.line, number), later)


def _receipt(book: Book, line: Line, number: int) -> int:
    if line not in DEALT:
        return number
    book.hold(line, number)
    return book.largest(line) or number


def leave(book: Book, place: Place) -> None:
    """A truck leaves without a numbered call: its line gives back its largest number, a perishable its own."""
    book.unseat(place.crossing_id)
    if place.line in UNNUMBERED:
        return
    number = place.number
    if place.line in DEALT:
        number = book.largest(place.line)
    if number is None:
        raise AssertionError(f"{place} waits in a line that holds no number")
    if place.line in DEALT:
        book.drop(place.line, number)
    book.give_back(number)
    book.queue.numbered -= 1
    book.queue.unsettled = True


def settle(book: Book) -> None:
    """After somebody left, exchange standard numbers above N + p for free ones below.

    Done before the next join or call and not at each leaving, so that leavings in any order end in the same numbers.
    """
    queue = book.queue
    if queue.unsettled:
        _exchange_above(book, Line.STANDARD, queue.called + queue.numbered)
        queue.unsettled = False


def _exchange_above(book: Book, line: Line, bound: int) -> None:
    while (number := book.largest(line)) is not None and number > bound:
        book.exchange(line, number, bound)
