"""What the public may be told: numbers so round that no reader finds a single truck in them.

Counts are rounded down to five and say only "some" below five, waits are rounded to five minutes. A total is estimated
from what is told of its groups: it holds nothing that they do not, so taking the others away from it finds nobody.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

FLOOR = 5
MIDDLE = 2
MINUTES = 5


def told_count(trucks: int) -> int | None:
    """A group's size as the public hears it; None when there are some, but fewer than five."""
    if 0 < trucks < FLOOR:
        return None
    return trucks - trucks % FLOOR


def told_total(groups: Collection[int | None]) -> int | None:
    """About how many there are in all, from the groups as they were told; each stands for the middle of its step."""
    middles = sum((told or 0) + MIDDLE for told in groups if told != 0)
    about = round(middles / FLOOR) * FLOOR
    return about if about or not middles else None


def told_minutes(span: timedelta) -> int:
    """A wait as the public hears it."""
    return round(span.total_seconds() / 60 / MINUTES) * MINUTES
