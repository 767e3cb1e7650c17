"""What of an hour or a day is told to everybody, and what is left out because it would be about too few; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, Field

from bordergate.disclosure import FLOOR, told_minutes
from events.words import Direction, TicketClass

SETTLED_AFTER = timedelta(hours=3)
"""So long after an hour's end most calls of it have been followed or missed; those made longer are waited for."""


@dataclass
class Counted:
    """What was counted of one queue in one span of time; `open` calls are still valid, waits are minutes."""

    by_class: dict[TicketClass, int] = field(default_factory=dict)
    overrides: int = 0
    no_shows: int = 0
    open: int = 0
    wait_p50: float = 0.0
    wait_p90: float = 0.0
    foreseen: int = 0
    within: float = 0.0

    @property
    def calls(self) -> int:
        """All calls, whatever their kind."""
        return sum(self.by_class.values())


class Told(BaseModel):
    """One queue in one hour or day, from `since` on; a figure about fewer than five trucks is null.

    So is all that is counted in the one in which the queue's history began.
    """

    since: AwareDatetime
    route: str
    direction: Direction
    planned: int = Field(description="Calls that the plan had room for, its closures taken out.")
    stopped_minutes: int = Field(description="Minutes in which the route was paused or closed by decision.")
    calls: int | None = Field(description="Calls made, of every kind.")
    by_class: dict[TicketClass, int | None] = Field(
        description="The same by class; one more is null where one alone would be."
    )
    overrides: int | None = Field(
        description="Calls out of turn, by two officers; every one is public by itself, so few are told too."
    )
    no_shows: int | None = Field(
        description="Calls of this span that nobody followed; null for three hours after it, while any is valid."
    )
    wait_p50_minutes: int | None = Field(
        description="From joining to the call: half waited no longer. To five minutes."
    )
    wait_p90_minutes: int | None = Field(description="Nine of ten waited no longer.")
    forecast_within: float | None = Field(
        description="Share of forecasts of these calls whose p10 to p90 held the call."
    )


def told_of(counted: Counted, *, settled: bool) -> Mapping[str, object]:
    """What may be told of a count."""
    calls, enough = counted.calls, counted.calls >= FLOOR
    followed = calls - counted.no_shows
    tells_misses = (
        settled and not counted.open and enough and not 0 < counted.no_shows < FLOOR and not 0 < followed < FLOOR
    )
    return {
        "calls": calls if enough or not calls else None,
        "by_class": classes_told(counted.by_class),
        "overrides": counted.overrides,
        "no_shows": counted.no_shows if tells_misses or not calls else None,
        "wait_p50_minutes": told_minutes(timedelta(minutes=counted.wait_p50)) if enough else None,
        "wait_p90_minutes": told_minutes(timedelta(minutes=counted.wait_p90)) if enough else None,
        "forecast_within": round(counted.within, 2) if counted.foreseen >= FLOOR else None,
    }


def not_counted() -> Mapping[str, object]:
    """What is told of a span that had begun before calls were kept: nothing is known of its whole."""
    figures = ("calls", "overrides", "no_shows", "wait_p50_minutes", "wait_p90_minutes", "forecast_within")
    return dict.fromkeys(figures) | {"by_class": dict.fromkeys(TicketClass)}


def classes_told(by_class: Mapping[TicketClass, int]) -> dict[TicketClass, int | None]:
    """Calls by class without those under five, and without one more where a single one follows from the total."""
    hidden = {one for one, calls in by_class.items() if 0 < calls < FLOOR}
    if sum(by_class.values()) < FLOOR:
        hidden = {one for one, calls in by_class.items() if calls}
    elif len(hidden) == 1:
        rest = sorted((calls, one) for one, calls in by_class.items() if calls >= FLOOR)
        hidden |= {one for _, one in rest[:1]}
    return {one: None if one in hidden else by_class.get(one, 0) for one in TicketClass}


def spans(since: datetime, until: datetime, step: timedelta, kept_since: datetime) -> list[datetime]:
    """The beginnings of a period's hours or days, without those that were over when the history began."""
    every = (since + number * step for number in range(round((until - since) / step)))
    return [begins for begins in every if begins + step > kept_since]
