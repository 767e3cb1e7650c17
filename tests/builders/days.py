"""Random days at the gate, as events: some trucks miss their calls, and some facts come late, twice or corrected."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from bordergate.broker import Record
from bordergate.event import Event
from bordergate.ids import new_id
from events.crossing import AT_THE_GATE, path_of
from events.gate_operations import Authority, StageTakenBack
from events.queue_scheduling import CallAnswered, CallMissed, OpenHours, RoutePublished, TruckCalled, TruckQueued
from events.words import CrossingState, Direction, TicketClass
from tests.builders.news import as_record, enveloped
from tests.builders.queue import a_ready_crossing

MIDNIGHT = datetime(2026, 4, 26, 17, tzinfo=UTC)
"""Monday 27 April 2026 begins in Hà Nội."""
ROUTES = ("hn-1119", "tt-1088", "cm-1223")
EVENT_OF = {stage: kind for kind, stage in AT_THE_GATE.items()}
MINUTE = timedelta(minutes=1)


class Told:
    """What the services state of one crossing, numbered per service."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._numbers: dict[str, Iterator[int]] = {}

    def say(self, event: Event, at: datetime, late: timedelta = timedelta()) -> None:
        """State it of an instant, recorded so much later."""
        source = event.name.partition(".")[0]
        sequence = next(self._numbers.setdefault(source, itertools.count(1)))
        self.records.append(
            as_record(enveloped(event, sequence, source=source, time=at + late, occurred=at if late else None))
        )


def a_week(chance: Random, trucks: int = 60, days: int = 10) -> list[Record]:
    """Everything that is stated in that time; each key's records in their order."""
    plans = [as_record(enveloped(a_plan(route), 1, source="queue_scheduling", time=MIDNIGHT)) for route in ROUTES]
    return plans + [record for _ in range(trucks) for record in a_truck(chance, days)]


def a_plan(route: str) -> RoutePublished:
    """Seven to half past nineteen, with fewer trucks on Sunday."""
    hours = tuple(
        OpenHours(weekday=day, opens="07:00", closes="19:30", export_per_hour=20, import_per_hour=40 if day < 6 else 10)
        for day in range(7)
    )
    return RoutePublished(route=route, gate="gate", label=route, opposite="", hours=hours)


def a_truck(chance: Random, days: int) -> list[Record]:
    """One truck's way, as far as it comes."""
    told, direction = Told(), chance.choice(list(Direction))
    crossing = new_id()
    at = MIDNIGHT + chance.uniform(0, days) * timedelta(days=1)
    plate = chance.choice(["12C12345", "AP9684", "B12345"])
    ready = a_ready_crossing(crossing, plate=plate, route=chance.choice(ROUTES), direction=direction)
    told.say(ready, at)
    if chance.random() < 0.1:
        told.say(ready.model_copy(update={"route": chance.choice(ROUTES)}), at + MINUTE)
    called_at = _is_called(told, chance, crossing, ready.route, direction, at)
    if called_at is not None:
        _goes_through(told, chance, crossing, direction, called_at)
    return told.records


def _is_called(
    told: Told, chance: Random, crossing: UUID, route: str, direction: Direction, at: datetime
) -> datetime | None:
    about = {"crossing_id": crossing, "route": route, "direction": direction}
    for _ in range(3):
        ticket_class = chance.choice(list(TicketClass))
        told.say(TruckQueued(**about, ticket_class=ticket_class, first_come=1, promise=1, ahead=0), at)
        if chance.random() < 0.1:
            return None
        at += chance.expovariate(1 / 180) * MINUTE
        valid_until = at + 60 * MINUTE
        told.say(TruckCalled(**about, number=1, valid_until=valid_until), at)
        if chance.random() < 0.8:
            return at
        told.say(CallMissed(crossing_id=crossing, valid_until=valid_until), valid_until)
        if not at.microsecond % 3:  # the truck had been there, and word of it came late
            answered = CallAnswered(crossing_id=crossing, called_at=at, valid_until=valid_until)
            told.say(answered, at + 30 * MINUTE, 60 * MINUTE)
        at = valid_until
    return None


def _goes_through(told: Told, chance: Random, crossing: UUID, direction: Direction, at: datetime) -> None:
    for stage in path_of(direction):
        if chance.random() < 0.03:
            return
        at += chance.expovariate(1 / 35) * MINUTE
        late = chance.choice([timedelta(), chance.uniform(0, 3000) * MINUTE])
        told.say(_stated(stage, crossing), at, late)
        if chance.random() < 0.1:
            told.say(StageTakenBack(crossing_id=crossing, stage=stage), at + late + MINUTE)
            if chance.random() < 0.5:
                told.say(_stated(stage, crossing), at - chance.uniform(0, 90) * MINUTE, late + 200 * MINUTE)


def _stated(stage: CrossingState, crossing: UUID) -> Event:
    more = {"first": Authority.CUSTOMS} if stage is CrossingState.ARRIVING else {}
    return EVENT_OF[stage](crossing_id=crossing, **more)
