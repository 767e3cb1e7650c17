"""The crisis regime: a perishable with nothing left to save falls back to its second number (QUEUE.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.queue_scheduling.dispatch.book import Book, Place


@dataclass(frozen=True)
class Exchange:
    """A perishable was spoiled: `place` as it waits on, and the number it gave up for those that can be saved."""

    place: Place
    given_up: int


def exchange_spoiled(book: Book, places: Iterable[Place], now: datetime) -> list[Exchange]:
    """While a crisis is in force: whoever is spoiled by now takes the largest number up to its second, if larger.

    In the order of joining, so that anybody who has the log comes to the same numbers.
    """
    spoiled = (place for place in places if is_spoiled(place, now))
    found = (_exchange(book, place) for place in sorted(spoiled, key=lambda place: place.turn))
    exchanges = [exchange for exchange in found if exchange]
    book.renumber([exchange.place for exchange in exchanges])
    return exchanges


def is_spoiled(place: Place, now: datetime) -> bool:
    """Whether nothing of a perishable is left to save."""
    return place.spoils_at is not None and place.spoils_at <= now


def _exchange(book: Book, place: Place) -> Exchange | None:
    number, second = place.number, place.second
    if number is None or second is None or second <= number:
        return None
    # Its own number is free first: so there always is one to take, and never a smaller.
    book.give_back(number)
    taken = book.take(second)
    if taken == number:
        return None
    return Exchange(replace(place, number=taken, second=None, urgency=0), number)
