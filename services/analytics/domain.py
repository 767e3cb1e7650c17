"""What is measured, over which time, and how much of it may be shown. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt
from ddsketch.mapping import LogarithmicMapping
from pydantic_core import from_json

from bordergate.border.vietnam import VietnamesePlate
from bordergate.broker import Record
from bordergate.clock import HANOI
from bordergate.errors import Invalid
from bordergate.event import Envelope
from events.crossing import AT_THE_GATE
from events.gate_operations import StageTakenBack
from events.queue_scheduling import CallAnswered, CallMissed, OpenHours, TruckCalled, TruckQueued
from events.streams import CrossingEvent
from events.vehicle_registration import CrossingReady
from events.words import CrossingState, Direction

FLOOR = 5
"""Fewer crossings than this are not told apart (they could be recognised)."""
ERROR = 0.02
"""How far, relatively, a quantile may be from the true one."""
SKETCH = LogarithmicMapping(ERROR)
HOUR = timedelta(hours=1)
MOST_HOURS = 62 * 24
MOST_DAYS = 2 * 366
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


SKETCHES = (Measure.WAIT, Measure.APPROACH, Measure.CLEARANCE, Measure.YARD, Measure.LAG)
COUNTS = tuple(measure for measure in Measure if measure not in SKETCHES)


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
MEASURES: Mapping[Figure, tuple[Measure, ...]] = {figure: (Measure(figure.value),) for figure in DURATIONS} | {
    Figure.CLEARED: (Measure.CLEARED, Measure.CLEARED),
    Figure.ON_TIME: (Measure.ON_TIME, Measure.CALLED),
    Figure.NO_SHOWS: (Measure.MISSED, Measure.CALLED),
    Figure.PRE_DECLARED: (Measure.PRE_DECLARED, Measure.ARRIVED),
    Figure.CAPACITY_USED: (Measure.CALLED, Measure.CALLED),
}
"""What a figure is made of: a duration, or a part and the whole it stands on."""


class Grain(StrEnum):
    """How much time one cell holds, in Hà Nội; WEEK and WEEKS hold one hour of one weekday over a month and a year."""

    HOUR = "HOUR"
    DAY = "DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"
    WEEK = "WEEK"
    WEEKS = "WEEKS"


class Rollup(StrEnum):
    """What cells tell apart; the fewer things, the fewer cells a question reads."""

    ALL = "ALL"
    PLACE = "PLACE"
    CLASS = "CLASS"
    COUNTRY = "COUNTRY"
    FULL = "FULL"


TOLD_APART: Mapping[Rollup, frozenset[str]] = {
    Rollup.ALL: frozenset(),
    Rollup.PLACE: frozenset({"route", "direction"}),
    Rollup.CLASS: frozenset({"ticket_class"}),
    Rollup.COUNTRY: frozenset({"country"}),
    Rollup.FULL: frozenset({"route", "direction", "ticket_class", "country"}),
}
GRAINS: Mapping[Rollup, tuple[Grain, ...]] = {
    Rollup.ALL: tuple(Grain),
    Rollup.PLACE: tuple(Grain),
    Rollup.CLASS: (Grain.HOUR, Grain.DAY, Grain.MONTH, Grain.WEEK),
    Rollup.COUNTRY: (Grain.HOUR, Grain.DAY, Grain.MONTH, Grain.WEEK),
    Rollup.FULL: (Grain.HOUR, Grain.DAY, Grain.MONTH),
}
"""The cells that are kept: each one more is written with every contribution."""


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
    CLOCK = "clock"


class BadPeriod(Invalid):
    """A period begins before it ends, both on the hour."""

    code = "analytics.bad_period"


class TooMany(Invalid):
    """More hours or days than can be told apart."""

    code = "analytics.too_many"


class Statement(NamedTuple):
    """One service's last word on one thing about a crossing; without `at` the thing did not happen after all.

    `n` tells apart what may happen several times (joins, calls); the highest `sequence` counts. Registration's word has
    route, direction and country, the queue's the class. Read from the log again, ids and times are still text.
    """

    crossing_id: UUID | str
    slot: str
    n: int
    sequence: int
    at: datetime | str | None
    until: datetime | str | None = None
    route: str | None = None
    direction: str | None = None
    country: str | None = None
    ticket_class: str | None = None


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
SLOTS: Mapping[str, str] = {
    CrossingReady.type(): "READY",
    TruckQueued.type(): "QUEUED",
    TruckCalled.type(): "CALLED",
    CallMissed.type(): "MISSED",
    CallAnswered.type(): "ANSWERED",
    StageTakenBack.type(): "",
} | {kind.type(): stage.value for kind, stage in AT_THE_GATE.items() if stage in COUNTED}
"""What each event that is counted speaks of; one that takes a stage back names it."""


def told_by(envelope: Envelope[CrossingEvent]) -> Statement | None:
    """What of an event is counted."""
    event = envelope.data
    return _stated(type(event).type(), event.crossing_id, envelope.sequence, envelope.happened, lambda: vars(event))


def told_again(record: Record) -> str | None:
    """What of a record is counted, as a line to copy into a table: read as little as that takes."""
    headers = record.headers
    happened = headers.get("ce_occurred") or headers["ce_time"]
    told = _stated(
        headers["ce_type"], record.key, int(headers["ce_sequence"]), happened, lambda: from_json(record.body)
    )
    return told and as_line(told)


def as_line(told: Statement) -> str:
    """A statement as a line to copy into a table."""
    return "\t".join("\\N" if value is None else str(value) for value in told) + "\n"


def _stated(
    type_: str, crossing: UUID | str, sequence: int, at: datetime | str, said: Callable[[], Mapping[str, Any]]
) -> Statement | None:
    match slot := SLOTS[type_]:
        case "READY":
            event = said()
            country = country_of(event["plate"])
            return Statement(crossing, slot, 0, sequence, at, None, event["route"], event["direction"], country)
        case "QUEUED":
            return Statement(crossing, slot, sequence, sequence, at, ticket_class=said()["ticket_class"])
        case "CALLED":
            return Statement(crossing, slot, sequence, sequence, at, said()["valid_until"])
        case "MISSED" | "ANSWERED":  # the second names the call that was followed after all
            return Statement(crossing, slot, sequence, sequence, at if slot == "MISSED" else said()["called_at"])
        case "":
            stage = said()["stage"]
            return Statement(crossing, str(stage), 0, sequence, None) if stage in COUNTED else None
        case _:
            return Statement(crossing, slot, 0, sequence, at)


@lru_cache(maxsize=10_000)
def country_of(plate: str) -> str:
    """Where a truck is registered, by its plate."""
    return "CN" if VietnamesePlate.read(plate).blocked else "VN"


@dataclass(frozen=True)
class Tile:
    """Cells of one grain from `since` until before `until`."""

    grain: Grain
    since: datetime
    until: datetime


COVERS: Mapping[By, tuple[Grain, ...]] = {
    By.HOUR: (),
    By.DAY: (Grain.DAY,),
    By.MONTH: (Grain.MONTH, Grain.DAY),
    By.WEEK: (Grain.WEEKS, Grain.WEEK),
    By.CLOCK: (Grain.WEEKS, Grain.WEEK),
}
"""The grains above the hour that still tell apart what an answer is divided by."""
COARSEST_FIRST = (Grain.YEAR, Grain.MONTH, Grain.DAY)


def rollup_for(told_apart: Iterable[str]) -> Rollup:
    """The fewest cells that tell these things apart."""
    return next(rollup for rollup, things in TOLD_APART.items() if set(told_apart) <= things)


def tiles(since: datetime, until: datetime, by: By, rollup: Rollup = Rollup.ALL) -> list[Tile]:
    """The fewest cells that make up a period exactly; raises BadPeriod and TooMany.

    Years inside it, months beside them, days, and hours at its ends, as far as the rollup has them; a division by hour
    needs hours, one by day no months.
    """
    if since.year not in YEARS or until.year not in YEARS:
        raise BadPeriod(field="$.since")
    since, until = since.astimezone(HANOI), until.astimezone(HANOI)
    if since >= until or any(edge.minute or edge.second or edge.microsecond for edge in (since, until)):
        raise BadPeriod(field="$.until")
    grains = [grain for grain in COVERS.get(by, COARSEST_FIRST) if grain in GRAINS[rollup]]
    longest = LONGEST if grains else MOST_HOURS * HOUR
    if by is By.DAY:
        longest = timedelta(days=MOST_DAYS)
    if until - since > longest:
        raise TooMany(field="$.until", days=longest.days)
    return list(_cover(since, until, grains))


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
    if grain is Grain.DAY:
        return day
    return day.replace(day=1, month=1) if grain in (Grain.YEAR, Grain.WEEKS) else day.replace(day=1)


def _up(at: datetime, grain: Grain) -> datetime:
    down = _down(at, grain)
    if down == at:
        return at
    return _down(down + LONGER_THAN[grain], grain)


LONGER_THAN: Mapping[Grain, timedelta] = {
    Grain.DAY: timedelta(days=1),
    Grain.MONTH: timedelta(days=31),
    Grain.WEEK: timedelta(days=31),
    Grain.YEAR: timedelta(days=366),
    Grain.WEEKS: timedelta(days=366),
}
Histograms = npt.NDArray[np.int64]
"""A row a group, a column a bucket from 0 on: how many took so long."""


def quantiles(histograms: Histograms, of: Sequence[float]) -> npt.NDArray[np.float64]:
    """Seconds that these shares of each group do not exceed, each within ERROR of the true one; rows are not empty."""
    seen = histograms.cumsum(axis=1)
    ranks = np.floor(np.multiply.outer(seen[:, -1] - 1, np.array(of)))
    buckets = (seen[:, None, :] <= ranks[:, :, None]).sum(axis=2)
    seconds = np.array([SKETCH.value(bucket) for bucket in range(histograms.shape[1])], dtype=np.float64)
    found: npt.NDArray[np.float64] = seconds[buckets]
    return found


def hidden(counts: Mapping[Any, int]) -> frozenset[Any]:
    """The groups not shown: those under FLOOR, and one more when a single one could be told from the total."""
    small = {group for group, count in counts.items() if 0 < count < FLOOR}
    if len(small) == 1:
        rest = [group for group, count in counts.items() if count >= FLOOR]
        small |= set(sorted(rest, key=lambda group: (counts[group], str(group)))[:1])
    return frozenset(small)


class Planned(NamedTuple):
    """What an hour of the week takes in a direction, in what is open of it, from one minute of the day to another."""

    direction: Direction
    slot: int
    trucks: float
    begins: int
    ends: int


def by_the_hour(hours: Iterable[OpenHours]) -> Iterator[Planned]:
    """Trucks an hour as published, as many as fit into what is open of the hour."""
    for day in hours:
        opens, closes = minute_of(day.opens), minute_of(day.closes)
        edges = sorted({opens, closes, *range(opens - opens % 60 + 60, closes, 60)})
        for begins, ends in pairwise(edges):
            share, slot = (ends - begins) / 60, day.weekday * 24 + begins // 60
            yield Planned(Direction.EXPORT, slot, day.export_per_hour * share, begins, ends)
            yield Planned(Direction.IMPORT, slot, day.import_per_hour * share, begins, ends)


def minute_of(clock_time: str) -> int:
    """`HH:MM` as minutes since midnight; `24:00` is the end of the day."""
    hours, _, minutes = clock_time.partition(":")
    return int(hours) * 60 + int(minutes)
