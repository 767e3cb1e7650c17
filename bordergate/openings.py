"""Opening hours as people state them: clock times in Hà Nội, and closures that are cut out of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from bordergate.clock import HANOI

Times = tuple[str, str]
"""From one `HH:MM` to before another; `24:00` is the end of the day."""
END_OF_DAY = "24:00"
WHOLE_DAY: Times = ("00:00", END_OF_DAY)


def openings(day: date, hours: Iterable[Times], closed: Iterable[Times]) -> Iterator[tuple[datetime, datetime]]:
    """The spans in which a day is open, cut where it is closed; closures may overlap, and a span may be empty."""
    cuts = sorted((instant(day, starts), instant(day, ends)) for starts, ends in closed)
    for first, last in hours:
        opens, closes = instant(day, first), instant(day, last)
        for starts, ends in cuts:
            yield opens, min(starts, closes)
            opens = max(opens, ends)
        yield opens, closes


def holds(first: date, after: date | None, day: date) -> bool:
    """Whether something stated from a day to before another (None: until told) holds on this one."""
    return first <= day and (after is None or day < after)


def instant(day: date, clock_time: str) -> datetime:
    """A clock time of a day in Hà Nội."""
    if clock_time == END_OF_DAY:
        return datetime.combine(day + timedelta(days=1), time(), HANOI)
    return datetime.combine(day, time.fromisoformat(clock_time), HANOI)
