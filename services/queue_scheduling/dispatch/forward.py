"""Calling forward, just in time: how many trucks should be in the lanes, on the apron and on their way (QUEUE.md)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

LEAD = 0.25
"""Hours before opening, beside the travel, at which calling begins."""
UNMOVED = 1 / 3
"""Hours after which a called truck that has not moved no longer counts as on its way."""
LOWEST, HIGHEST = 0.5, 2.5
TINY = 1e-9
"""What rounding alone may make of a whole number of trucks."""


@dataclass(frozen=True)
class Ways:
    """What the gate takes now: open lanes, trucks an hour, measured hours of travel to it, places on its apron.

    `deviations` is z: how many standard deviations of the trucks on their way the apron holds in reserve.
    """

    lanes: int
    per_hour: float
    travel: float
    places: int
    deviations: float = 2.0

    @cached_property
    def on_the_way(self) -> float:
        """μτ: the trucks that come in while one travels."""
        return self.per_hour * self.travel

    @cached_property
    def reserve(self) -> float:
        """z√(μτ), as far as the apron has places: the trucks that wait there so that no lane does."""
        return min(self.deviations * math.sqrt(self.on_the_way), self.places)


def wanted(ways: Ways, *, servable: float, opened: bool = True) -> float:
    """S: how many trucks should be called and not yet through, of the `servable` until closing at most.

    Before opening no more than there is room for.
    """
    target = ways.lanes + ways.on_the_way + ways.reserve
    room = math.inf if opened else ways.lanes + ways.places
    return max(0.0, min(target, room, servable))


def underway(in_lanes: int, on_apron: int, moving: int, no_shows: float) -> float:
    """How many are called and not yet through, of those on their way only who will come (`no_shows`: q̂)."""
    return in_lanes + on_apron + moving * (1 - no_shows)


@dataclass(frozen=True)
class Underway:
    """The trucks called and not yet through: in the lanes, on the apron before them, and on their way to it."""

    in_lanes: int
    on_apron: int
    moving: int

    def counted(self, no_shows: float) -> float:
        """How many there are, of those on their way only who will come."""
        return underway(self.in_lanes, self.on_apron, self.moving, no_shows)


NOBODY = Underway(0, 0, 0)


def calls_to_make(target: float, counted: float, no_shows: float, left: int) -> int:
    """Call while fewer are underway than wanted (S), each call adding one who comes for all but q̂.

    `left` are the calls that the hour's capacity still has room for (I1).
    """
    lacking = target - counted
    return max(0, min(left, math.ceil(lacking / (1 - no_shows) - TINY))) if lacking > 0 else 0


def levels(ways: Ways) -> tuple[int, int]:
    """The fewest and the most trucks that the apron should hold: below a lane may idle, above trucks wait there."""
    spread = ways.deviations * math.sqrt(ways.on_the_way)
    return min(math.floor(LOWEST * spread), ways.places), min(math.ceil(HIGHEST * spread), ways.places)


def begins(ways: Ways, opening: float) -> float:
    """When calling for an opening begins (hours): the first trucks should be there when the lanes open."""
    return opening - ways.travel - LEAD
