"""The call: who is next, and what his call does to the numbers (QUEUE.md, "The call")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from events.words import TicketClass
from services.queue_scheduling.dispatch.book import DEALT, Book, Line, Place
from services.queue_scheduling.dispatch.promise import leave, settle


@dataclass(frozen=True)
class Call:
    """A decision: who comes, under which number (None: extraordinary), and who was passed by it."""

    place: Place
    number: int | None = None
    passed: Place | None = None


def next_call(book: Book, *, dangerous_may: bool) -> Call | None:
    """Make the next call; None when nobody can come. `dangerous_may`: P1 has not yet had its share of the hour."""
    settle(book)
    heads = book.heads()
    place = choose(heads, book.queue.called + 1, dangerous_may=dangerous_may)
    if place is None:
        return None
    if place.line is Line.EXTRAORDINARY:
        return call_extraordinarily(book, place)
    return _call_by_number(book, place, heads)


def choose(heads: Sequence[Place], number: int, *, dangerous_may: bool) -> Place | None:
    """Who comes under the next number: extraordinary ones first, P1 within its share while others wait."""
    waiting = [place for place in heads if place.callable]
    extraordinary = sorted((p for p in waiting if p.line is Line.EXTRAORDINARY), key=precedence)
    within = _within_share(extraordinary, dangerous_may=dangerous_may)
    numbered = _by_number([p for p in waiting if p.number is not None], number)
    return next(iter([*within, *([numbered] if numbered else []), *extraordinary]), None)


def extraordinary_is_next(heads: Sequence[Place], *, dangerous_may: bool) -> bool:
    """Whether somebody is to be called ahead of all, slots included."""
    ahead = [place for place in heads if place.callable and place.line is Line.EXTRAORDINARY]
    return bool(_within_share(ahead, dangerous_may=dangerous_may))


def _within_share(extraordinary: Sequence[Place], *, dangerous_may: bool) -> list[Place]:
    return [place for place in extraordinary if dangerous_may or place.ticket_class is not TicketClass.P1]


def precedence(place: Place) -> tuple[bool, bool, int]:
    """The order of those called ahead of the numbers: P0, who lost his place by our doing, P1."""
    return place.ticket_class is not TicketClass.P0, place.ticket_class is TicketClass.P1, place.turn


def _by_number(waiting: Sequence[Place], number: int) -> Place | None:
    due = [place for place in waiting if place.number == number]
    urgent = [place for place in waiting if place.urgency > 0]
    if due:
        return due[0]
    if urgent:
        return min(urgent, key=by_urgency)
    return min(waiting, key=lambda place: place.number or 0, default=None)


def by_urgency(place: Place) -> tuple[int, int, bytes]:
    """The order of perishables: the most urgent first, of equals who came first, of those by lot."""
    return -place.urgency, place.first_come or 0, place.lot


def call_extraordinarily(book: Book, place: Place) -> Call:
    """Call outside the numbers: N stays; one who held a number leaves as if he had withdrawn."""
    leave(book, place)
    book.queue.extraordinary += 1
    return Call(place)


def _call_by_number(book: Book, place: Place, heads: Sequence[Place]) -> Call:
    queue = book.queue
    queue.called += 1
    passed = next((p for p in heads if p.number == queue.called and not p.callable), None)
    come_away(book, place)
    if passed:
        come_away(book, passed)
        queue.unsettled = True
    return Call(place, queue.called, passed)


def come_away(book: Book, place: Place) -> None:
    """A truck leaves with its own number, free for others unless it is called over."""
    if place.number is None:
        raise AssertionError(f"{place} holds no number")
    book.unseat(place.crossing_id)
    book.queue.numbered -= 1
    if place.line in DEALT:
        book.drop(place.line, place.number)
    if place.number > book.queue.called:
        book.give_back(place.number)
