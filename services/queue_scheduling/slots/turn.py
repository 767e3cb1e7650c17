"""Whose the next call is: a holder's in his hour, the live queue's, or nobody's yet, all that is left being booked.

And where a holder goes whose hour ended before he was called.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.queue_scheduling.dispatch.book import Book, Line, Place
from services.queue_scheduling.dispatch.call import extraordinary_is_next

Holder = tuple[Place, datetime, datetime]
"""Who can come in an hour, and from when until when his slot is."""


class Turn(NamedTuple):
    """Whether slots decide on the next call, and whom it then calls; nobody: the rest is for holders to come."""

    decided: bool
    holder: Place | None = None


class Lapse(NamedTuple):
    """Whether it is our doing that an hour ended before its holder's call, and his line (None: that of his class)."""

    ours: bool
    line: Line | None


def turn_of(holders: Sequence[Holder], book: Book, now: datetime, left: int, *, dangerous_may: bool) -> Turn:
    """The next call of an hour that has room for so many more; `holders` are those of the hour who can come, in order.

    Whoever is called ahead of all goes before them, the live queue after those whose slot it is.
    """
    if not holders or extraordinary_is_next(book.heads(), dangerous_may=dangerous_may):
        return Turn(decided=False)
    due = next((place for place, starts, ends in holders if starts <= now < ends), None)
    return Turn(decided=due is not None or left <= len(holders), holder=due)


def lapse_of(*, can_come: bool, held_by_us: bool) -> Lapse:
    """Late by his own doing, a holder joins the live queue; who can come, or whom we hold, is called ahead of all."""
    ours = can_come or held_by_us
    return Lapse(ours, Line.EXTRAORDINARY if ours else None)
