"""When nobody was called on a route, from everything that was ever decided of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from events.words import Direction
from services.queue_scheduling.domain.route import Change


@dataclass(frozen=True)
class Decided:
    """What was decided of a route, and when; it holds until the next decision, or its own end before that."""

    at: datetime
    change: Change


def stops(decided: Sequence[Decided], direction: Direction) -> Iterator[tuple[datetime, datetime | None]]:
    """The spans in which nobody was called in a direction, in order; None: it has not ended yet."""
    for one, following in zip_longest(decided, decided[1:]):
        if one.change.stands_still(direction):
            ends = [end for end in (one.change.until, following and following.at) if end]
            yield one.at, min(ends, default=None)


def stood_still(decided: Sequence[Decided], direction: Direction, since: datetime, until: datetime) -> timedelta:
    """For how long nobody was called between two instants; what was decided is told in order, none left out."""
    return sum((ends - starts for starts, ends in stopped(decided, direction, since, until)), timedelta())


def stopped(
    decided: Sequence[Decided], direction: Direction, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches between two instants in which nobody was called."""
    for starts, ends in stops(decided, direction):
        first, last = max(starts, since), min(ends or until, until)
        if first < last:
            yield first, last
