"""`bordergate past-weeks`: what a demonstration's trucks would have stated in the weeks before its first day.

They are in no log: the read models are made anew from it and from them together, in one transaction, and so again
whenever the command is given. The same days give the same trucks.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.clock import HANOI
from bordergate.errors import Refusal
from bordergate.event import Actor, ActorKind, Envelope
from bordergate.installation import NotADemonstration, is_demonstration
from bordergate.replaying import replay
from bordergate.runtime import Gate, open_gate
from bordergate.service import Service, installed
from bordergate.settings import Settings
from events.crossing import AT_THE_GATE, path_of
from events.queue_scheduling import CallMissed, TruckCalled, TruckQueued
from events.streams import CrossingEvent
from events.vehicle_registration import CrossingReady
from events.words import CrossingState, Direction, TicketClass
from services.analytics import repository
from services.analytics.domain import COUNTED, as_line, told_by

WEEKS = 4
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BUSY = (1.0, 1.03, 1.05, 1.02, 1.0, 0.9, 0.72)
"""How many trucks come on each weekday beside the published day; Monday first. An assumption."""
GROWN_A_WEEK, QUICKER_A_WEEK = 0.02, 0.04
"""The gate gets busier and quicker, so that there is a trend to see. An assumption."""
OPENS, CLOSES = 7 * HOUR, 19 * HOUR
ROOM, MISSED_SHARE, LAST = 1.12, 0.04, timedelta(hours=5, minutes=15)
FILED_BEFORE = (30, 200)
PLANNED_WITHIN = 15.0
CLASSES: Mapping[str, TicketClass] = {
    **dict.fromkeys(("FRUIT", "VEGETABLES", "FISH"), TicketClass.P2),
    "ELECTRONICS": TicketClass.P3,
    "EMPTY": TicketClass.P5,
}
AS_SOON: Mapping[TicketClass, float] = {TicketClass.P2: 0.6, TicketClass.P3: 0.95, TicketClass.P5: 1.25}
TAKES: Mapping[CrossingState, tuple[float, float]] = {
    CrossingState.ARRIVING: (9, 20),
    CrossingState.CHECKED_IN: (0.5, 6),
    CrossingState.CROSSED: (4, 12),
    CrossingState.IN_YARD: (3, 8),
    CrossingState.RELEASED: (12, 45),
    CrossingState.LEFT_YARD: (6, 20),
}
"""Minutes from each stage to the next, as the simulated day has them."""
EVENT_OF: Mapping[CrossingState, type[CrossingEvent]] = {
    stage: kind
    for kind, stage in AT_THE_GATE.items()
    if issubclass(kind, CrossingEvent)  # for whoever checks types
}
INVENTED = Actor(kind=ActorKind.SYSTEM, id="past-weeks")


@dataclass(frozen=True)
class Usual:
    """So many trucks of one kind, arriving from a time of the published day on."""

    at: timedelta
    route: str
    direction: Direction
    ticket_class: TicketClass
    trucks: int


@dataclass(frozen=True)
class Coming:
    """One truck: when its papers are in order, and its class."""

    ready_at: datetime
    ticket_class: TicketClass


def usual_day(text: str) -> list[Usual]:
    """The lines of a day as `bordergate replay-day` takes it (`#` begins a comment)."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = []
    for row in csv.DictReader(lines):
        hour, _, minute = row["time"].partition(":")
        at = timedelta(hours=int(hour), minutes=int(minute or 0))
        ticket_class = CLASSES.get(row["goods"], TicketClass.P4)
        found.append(Usual(at, row["route"], Direction(row["direction"]), ticket_class, int(row["count"])))
    return found


def a_week(until: datetime, weeks_ago: int, usual: Sequence[Usual]) -> Iterator[Envelope[CrossingEvent]]:
    """Everything that is stated in one of the weeks before a Hà Nội midnight, 1 the last, truck by truck."""
    ways: Mapping[tuple[str, Direction], list[Usual]] = defaultdict(list)
    for line in usual:
        ways[line.route, line.direction].append(line)
    for days in range(7 * weeks_ago, 7 * (weeks_ago - 1), -1):
        midnight = until - days * DAY
        chance = random.Random(midnight.toordinal())  # noqa: S311 - the same day every time
        for (route, direction), lines in sorted(ways.items()):
            yield from _day(midnight, days / 7, route, direction, lines, chance)


def lines_of(until: datetime, usual: Sequence[Usual], weeks_ago: int) -> tuple[int, str]:
    """How many events of such a week are counted, and their lines as they are copied in."""
    told = [one for envelope in a_week(until, weeks_ago, usual) if (one := told_by(envelope))]
    return len(told), "".join(map(as_line, told))


def _day(
    midnight: datetime,
    weeks_ago: float,
    route: str,
    direction: Direction,
    lines: Sequence[Usual],
    chance: random.Random,
) -> Iterator[Envelope[CrossingEvent]]:
    """One route's trucks of a day and direction, called one after another as the gate has room for them."""
    busy = BUSY[midnight.weekday()] * (1 - GROWN_A_WEEK * weeks_ago) * chance.uniform(0.94, 1.06)
    coming = sorted(_coming(midnight, lines, busy, chance), key=lambda truck: truck.ready_at)
    usual = sum(line.trucks for line in lines)
    each = (CLOSES - OPENS) / max(usual * ROOM, 1)
    free = midnight + OPENS
    for number, truck in enumerate(coming, 1):
        called = max(truck.ready_at + MINUTE, free)
        free = called + each
        if called >= midnight + CLOSES:
            called += DAY - (CLOSES - OPENS)
        wait = (called - truck.ready_at) * AS_SOON.get(truck.ticket_class, 1.0) * (1 + QUICKER_A_WEEK * weeks_ago)
        told = Telling(UUID(int=chance.getrandbits(128), version=4), route, direction)
        yield from told.whole_way(truck, number, max(truck.ready_at + wait, midnight + OPENS), weeks_ago, chance)


def _coming(midnight: datetime, lines: Sequence[Usual], busy: float, chance: random.Random) -> Iterator[Coming]:
    for line in lines:
        whole, rest = divmod(line.trucks * busy, 1)
        for _ in range(int(whole) + (chance.random() < rest)):
            arrives = midnight + line.at + chance.random() * HOUR
            yield Coming(arrives - chance.uniform(*FILED_BEFORE) * MINUTE, line.ticket_class)


class Telling:
    """What the services state of one truck, numbered per service."""

    def __init__(self, crossing_id: UUID, route: str, direction: Direction) -> None:
        self.direction = direction
        self._about: dict[str, Any] = {"crossing_id": crossing_id, "route": route, "direction": direction}
        self._numbers: dict[str, int] = defaultdict(int)

    def whole_way(
        self, truck: Coming, number: int, called: datetime, weeks_ago: float, chance: random.Random
    ) -> Iterator[Envelope[CrossingEvent]]:
        """From the papers to the end; now and then a call is missed, and another follows."""
        plate = "12C12345" if self.direction is Direction.EXPORT else "F12345"
        yield self.say(CrossingReady, truck.ready_at, plate=plate)
        joined, calls = truck.ready_at, 1 + (chance.random() < MISSED_SHARE)
        for call in range(calls, 0, -1):
            yield self.say(TruckQueued, joined, ticket_class=truck.ticket_class)
            valid_until = called + HOUR
            yield self.say(TruckCalled, called, number=number, valid_until=valid_until)
            if call > 1:
                yield self.say(CallMissed, valid_until, valid_until=valid_until)
                joined, called = valid_until, valid_until + chance.uniform(5, 60) * MINUTE
        at = called
        for stage in path_of(self.direction):
            if stage in COUNTED:
                at += chance.uniform(*TAKES[stage]) * (1 + QUICKER_A_WEEK * weeks_ago) * MINUTE
                yield self.say(EVENT_OF[stage], at)

    def say(self, kind: type[CrossingEvent], at: datetime, **said: Any) -> Envelope[CrossingEvent]:  # noqa: ANN401 - any field
        """State it; of what is said only as much as somebody counts."""
        source = kind.name.partition(".")[0]
        self._numbers[source] += 1
        event = kind.model_construct(**self._about, **said)
        return Envelope(UUID(int=0), source, self._numbers[source], at, INVENTED, event)


def seed(gate: Gate, service: Service, usual: Sequence[Usual], weeks: int, now: datetime) -> int:
    """Make analytics' read models anew, of the log and of the weeks before its first day; returns how many events."""
    model, seeded = service.read_model, 0
    if model is None:
        raise LookupError(f"{service.name} keeps no read model")

    def conclude(session: Session) -> None:
        nonlocal seeded
        until = day_before_which(repository.first_heard(session), now)
        with ProcessPoolExecutor(mp_context=get_context("spawn")) as several:
            for count, lines in several.map(partial(lines_of, until, usual), range(weeks, 0, -1)):
                repository.hear(session, lines)
                seeded += count
        repository.plan_before(session, until - weeks * 7 * DAY)
        end(session)

    end = model.end
    replay(gate, replace(service, read_model=replace(model, end=conclude)))
    return seeded


def day_before_which(first: datetime | None, now: datetime) -> datetime:
    """The midnight of the first day in the log; before there is one, of the day that can still be driven whole."""
    at = (first or now).astimezone(HANOI)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if first or at - midnight < LAST else midnight + DAY


def main(arguments: Sequence[str]) -> int:
    """Seed a demonstration; 0 when done or not needed, 1 when this is a real gate."""
    asked = _parser().parse_args(arguments)
    (service,) = installed(("analytics",))
    gate = open_gate(Settings.read(), [service], connections=2)
    try:
        with gate.engine.connect() as connection:
            if not is_demonstration(connection):
                raise NotADemonstration
        if asked.once and gate.transactions["analytics"].read(repository.anything_heard, scope="all"):
            _say("analytics has heard of trucks already: nothing is invented")
            return 0
        _wait_for_plans(gate)
        usual = usual_day(asked.file.read_text(encoding="utf-8"))
        _say(f"{seed(gate, service, usual, asked.weeks, gate.clock.now())} invented events are counted")
    except (Refusal, OSError) as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - a command line prints
        return 1
    finally:
        gate.broker.close()
    return 0


def _wait_for_plans(gate: Gate) -> None:
    """The routes' plans are news of seconds ago when a demonstration begins; without them no capacity is known."""
    deadline = time.monotonic() + PLANNED_WITHIN
    while time.monotonic() < deadline:
        if gate.transactions["analytics"].read(repository.anything_planned, scope="all"):
            return
        time.sleep(0.2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bordergate past-weeks",
        description="Give a demonstration's analyst the weeks before its first day, invented from a day's table.",
    )
    parser.add_argument("file", type=Path, help="the usual day as CSV, as replay-day takes it")
    parser.add_argument("--weeks", type=int, choices=range(1, 13), default=WEEKS)
    parser.add_argument("--once", action="store_true", help="only while analytics has heard of no truck")
    return parser


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command line prints
