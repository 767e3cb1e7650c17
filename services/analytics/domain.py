"""What is measured, over which time, and how much of it may be shown. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any
from uuid import UUID

from ddsketch.mapping import LogarithmicMapping

from bordergate.border.vietnam import VietnamesePlate
from bordergate.clock import HANOI
from bordergate.errors import Invalid
from bordergate.event import Envelope
from events.crossing import AT_THE_GATE
from events.gate_operations import StageTakenBack
from events.queue_scheduling import CallMissed, OpenHours, TruckCalled, TruckQueued
from events.streams import CrossingEvent
from events.vehicle_registration import CrossingReady
from events.words import CrossingState, Direction, TicketClass

FLOOR = 5
"""Fewer crossings than this are not told apart (they could be recognised)."""
ERROR = 0.02
"""How far, relatively, a quantile may be from the true one."""
SKETCH = LogarithmicMapping(ERROR)
HOUR = timedelta(hours=1)
MOST_HOURS = 62 * 24
LONGEST = timedelta(days=3_660)
YEARS = range(2000, 2100)


class Measure(StrEnum):
    """What a crossing contributes: durations, and things that count."""

    CALLED = "CALLED"
    MISSED = "MISSED"
    ON_TIME = "ON_TIME"
    ARRIVED = "ARRIVED"
    PRE_DECLARED = "PRE_DECLARED"
    CLEARED = "CLEARED"
    WAIT = "WAIT"
    APPROACH = "APPROACH"
    CLEARANCE = "CLEARANCE"
    YARD = "YARD"
    LAG = "LAG"


class Figure(StrEnum):
    """What an analyst asks for (DOMAIN §5); the catalogue has each one's definition as its hint."""

    CLEARED = "CLEARED"
    WAIT = "WAIT"
    APPROACH = "APPROACH"
    CLEARANCE = "CLEARANCE"
    YARD = "YARD"
    LAG = "LAG"
    ON_TIME = "ON_TIME"
    NO_SHOWS = "NO_SHOWS"
    PRE_DECLARED = "PRE_DECLARED"
    CAPACITY_USED = "CAPACITY_USED"


DURATIONS = frozenset({Figure.WAIT, Figure.APPROACH, Figure.CLEARANCE, Figure.YARD, Figure.LAG})
SHARES: Mapping[Figure, tuple[Measure, Measure]] = {
    Figure.ON_TIME: (Measure.ON_TIME, Measure.CALLED),
    Figure.NO_SHOWS: (Measure.MISSED, Measure.CALLED),
    Figure.PRE_DECLARED: (Measure.PRE_DECLARED, Measure.ARRIVED),
}
"""Figures that are a part of a whole."""


class Grain(StrEnum):
    """How much time one cell holds, in Hà Nội; WEEK holds one hour of one weekday over a month."""

    HOUR = "HOUR"
    DAY = "DAY"
    MONTH = "MONTH"
    WEEK = "WEEK"


class By(StrEnum):
    """How an answer is divided."""

    NOTHING = "nothing"
    ROUTE = "route"
    DIRECTION = "direction"
    TICKET_CLASS = "ticket_class"
    COUNTRY = "country"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    WEEK = "week"


class BadPeriod(Invalid):
    """A period begins before it ends, both on the hour."""

    code = "analytics.bad_period"


class TooMany(Invalid):
    """More hours than can be told apart."""

    code = "analytics.too_many"


@dataclass(frozen=True)
class Statement:
    """One service's last word on one thing about a crossing; without `at` the thing did not happen after all.

    `n` tells apart what may happen several times (joins, calls); the highest `sequence` counts.
    """

    crossing_id: UUID
    slot: str
    n: int
    sequence: int
    at: datetime | None
    until: datetime | None = None


@dataclass(frozen=True)
class Filed:
    """How a crossing is grouped, as registration stated it last."""

    crossing_id: UUID
    sequence: int
    route: str
    direction: Direction
    country: str


@dataclass(frozen=True)
class Classed:
    """The class the queue stated last."""

    crossing_id: UUID
    sequence: int
    ticket_class: TicketClass


COUNTED = frozenset(
    {
        CrossingState.ARRIVING,
        CrossingState.CHECKED_IN,
        CrossingState.IN_YARD,
        CrossingState.RELEASED,
        CrossingState.CROSSED,
        CrossingState.LEFT_YARD,
    }
)
"""The stages at the gate that some measure begins or ends with."""


def told_by(envelope: Envelope[CrossingEvent]) -> Iterator[Statement | Filed | Classed]:
    """What of an event is counted."""
    event, sequence, at = envelope.data, envelope.sequence, envelope.happened
    crossing = event.crossing_id
    match event:
        case CrossingReady():
            yield Statement(crossing, "READY", 0, sequence, at)
            yield Filed(crossing, sequence, event.route, event.direction, country_of(event.plate))
        case TruckQueued():
            yield Statement(crossing, "QUEUED", sequence, sequence, at)
            yield Classed(crossing, sequence, event.ticket_class)
        case TruckCalled():
            yield Statement(crossing, "CALLED", sequence, sequence, at, event.valid_until)
        case CallMissed():
            yield Statement(crossing, "MISSED", sequence, sequence, at)
        case StageTakenBack() if event.stage in COUNTED:
            yield Statement(crossing, event.stage, 0, sequence, None)
        case _ if (stage := AT_THE_GATE.get(type(event))) in COUNTED:
            yield Statement(crossing, str(stage), 0, sequence, at)


def country_of(plate: str) -> str:
    """Where a truck is registered, by its plate."""
    return "CN" if VietnamesePlate.read(plate).blocked else "VN"


@dataclass(frozen=True)
class Tile:
    """Cells of one grain from `since` until before `until`."""

    grain: Grain
    since: datetime
    until: datetime


COVERS: Mapping[By, tuple[Grain, ...]] = {By.HOUR: (), By.DAY: (Grain.DAY,), By.WEEK: (Grain.WEEK,)}
"""The grains above the hour that still tell apart what an answer is divided by."""


def tiles(since: datetime, until: datetime, by: By) -> list[Tile]:
    """The fewest cells that make up a period exactly; raises BadPeriod and TooMany.

    Months inside it, days beside them, hours at its ends; a division by hour needs hours, one by day no months.
    """
    if since.year not in YEARS or until.year not in YEARS:
        raise BadPeriod(field="$.since")
    since, until = since.astimezone(HANOI), until.astimezone(HANOI)
    if since >= until or any(edge.minute or edge.second or edge.microsecond for edge in (since, until)):
        raise BadPeriod(field="$.until")
    if until - since > LONGEST:
        raise TooMany(field="$.until", days=LONGEST.days)
    if by is By.HOUR and until - since > MOST_HOURS * HOUR:
        raise TooMany(field="$.until", days=MOST_HOURS // 24)
    return list(_cover(since, until, COVERS.get(by, (Grain.MONTH, Grain.DAY))))


def _cover(since: datetime, until: datetime, grains: Sequence[Grain]) -> Iterator[Tile]:
    if since >= until:
        return
    if not grains:
        yield Tile(Grain.HOUR, since, until)
        return
    first, last = _up(since, grains[0]), _down(until, grains[0])
    if first >= last:
        yield from _cover(since, until, grains[1:])
        return
    yield from _cover(since, first, grains[1:])
    yield Tile(grains[0], first, last)
    yield from _cover(last, until, grains[1:])


def _down(at: datetime, grain: Grain) -> datetime:
    day = at.replace(hour=0)
    return day if grain is Grain.DAY else day.replace(day=1)


def _up(at: datetime, grain: Grain) -> datetime:
    down = _down(at, grain)
    if down == at:
        return at
    return down + timedelta(days=1) if grain is Grain.DAY else _down(down + timedelta(days=31), grain)


def quantiles(buckets: Mapping[int, int], of: Sequence[float]) -> list[float]:
    """Seconds that these shares do not exceed, each within ERROR of the true one."""
    total, seen = sum(buckets.values()), 0
    found: list[float] = []
    ranks = [share * (total - 1) for share in of]
    for bucket in sorted(buckets):
        seen += buckets[bucket]
        while len(found) < len(ranks) and ranks[len(found)] < seen:
            found.append(SKETCH.value(bucket))
    return found


def hidden(counts: Mapping[Any, int]) -> frozenset[Any]:
    """The groups not shown: those under FLOOR, and one more when a single one could be told from the total."""
    small = {group for group, count in counts.items() if 0 < count < FLOOR}
    if len(small) == 1:
        rest = [group for group, count in counts.items() if count >= FLOOR]
        small |= set(sorted(rest, key=lambda group: (counts[group], str(group)))[:1])
    return frozenset(small)


def by_the_hour(hours: Iterable[OpenHours]) -> Iterator[tuple[int, int, Direction, float]]:
    """Trucks an hour as published: weekday, hour, direction, and how many fit into what is open of the hour."""
    for day in hours:
        opens, closes = _minutes(day.opens), _minutes(day.closes)
        edges = sorted({opens, closes, *range(opens - opens % 60 + 60, closes, 60)})
        for begin, end in pairwise(edges):
            share = (end - begin) / 60
            yield day.weekday, begin // 60, Direction.EXPORT, day.export_per_hour * share
            yield day.weekday, begin // 60, Direction.IMPORT, day.import_per_hour * share


def _minutes(hour: str) -> int:
    hours, _, minutes = hour.partition(":")
    return int(hours) * 60 + int(minutes)
