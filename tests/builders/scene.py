"""A morning at the gate, the same every time: what the pictures in README and guides show."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bordergate.ids import new_id
from events.gate_operations import Authority
from events.tracking import AreaKind
from events.vehicle_registration import CrossingReady
from events.words import Channel, Direction, Goods, TicketClass
from services.queue_scheduling.dispatch.book import Queue, queue_key
from services.tracking.feed import Feed
from tests.builders.clock import A_MORNING
from tests.builders.news import as_record, enveloped
from tests.builders.pages import hear, let_hear
from tests.builders.queue import DURIAN, MACHINES, PHONES
from tests.builders.stories import FREIGHT, Story
from tests.builders.tracking import a_position, a_ready_crossing, a_report, records
from tests.gates import StillGate

OPENING = A_MORNING - timedelta(hours=1)
NOW = A_MORNING + timedelta(hours=2, minutes=20)
WAITING_AREA, ROAD, APRON, YARD = (106.7232, 21.9611), (106.7300, 21.9480), (106.7149, 21.9729), (106.7168, 21.9694)
CALLED = {Direction.EXPORT: 36, Direction.IMPORT: 35}
FIRST = 30_000
"""Before the numbers of the scene's trucks: the same every time, and no other truck's that a test tells of."""
GOODS = {TicketClass.P2: DURIAN, TicketClass.P3: PHONES, TicketClass.P4: MACHINES, TicketClass.P5: Goods()}
CLASSES = (TicketClass.P2, TicketClass.P4, TicketClass.P4, TicketClass.P3, TicketClass.P4, TicketClass.P5)


def a_morning(gate: StillGate, trader: UUID) -> Story:
    """Twenty past ten at one route; returns the trader's own crossing, which waits."""
    chance = Random(1119)  # noqa: S311 - the same morning every time
    gate.clock.set(NOW)
    gone = [_gone(number) for number in range(1, 29)]
    seen = [_called(number).near().seen_by(Authority.BORDER_GUARD) for number in range(29, 32)]
    seen[0].lagging()
    seen[2].read(f"{seen[2].plate[:-1]}0")
    coming = [_called(number).near(AreaKind.WAITING) for number in range(32, 37)]
    waiting = [_queued(number) for number in range(38, 78)]
    own = _queued(37, (trader,))
    late = NOW - timedelta(minutes=40)
    unready = Story(parties=(trader,), at=late, number=FIRST + 99).filed().refused("R014")
    hear(gate, *gone, *seen, *coming, *waiting, own, unready)
    _join_queue(gate, [own, *waiting])
    places = [(YARD, gone[-4:]), (APRON, seen), (ROAD, coming), (WAITING_AREA, [own, *waiting[:24]])]
    for place, trucks in places:
        _stand(gate, trucks, place, chance)
    return own


def _join_queue(gate: StillGate, waiting: list[Story]) -> None:
    """The queue knows the trucks that wait, and how many were called before them."""
    joined = [told for story in waiting for told in story.told if isinstance(told.data, CrossingReady)]
    gate.do("queue_scheduling", _call_so_many)
    for one in sorted(joined, key=lambda told: told.time):
        gate.clock.set(one.time)
        let_hear(gate, "queue_scheduling.crossings", [as_record(one)])
    gate.clock.set(NOW)


def _call_so_many(session: Session) -> None:
    for direction, called in CALLED.items():
        queue = session.get(Queue, queue_key(FREIGHT, direction)) or Queue(FREIGHT, direction)
        queue.called = called
        session.add(queue)


def _gone(number: int) -> Story:
    direction = Direction.IMPORT if number % 4 == 0 else Direction.EXPORT
    at = OPENING + timedelta(minutes=5 * number)
    told: dict[str, Any] = {"at": at, "pace": timedelta(minutes=1), "number": FIRST + number}
    story = Story(direction=direction, empty=number % 9 == 0, **told)
    return (
        story.filed().assessed(Channel.GREEN).ready().queued(number).called(number).checked_in().released().completed()
    )


def _called(number: int) -> Story:
    story = _queued(number)
    story.at = NOW - timedelta(minutes=2 * (38 - number))
    return story.called(number)


def _queued(number: int, parties: tuple[UUID, ...] | None = None) -> Story:
    direction = Direction.IMPORT if number % 5 == 0 else Direction.EXPORT
    ticket_class = CLASSES[number % len(CLASSES)]
    story = Story(
        at=NOW - timedelta(minutes=180 - 2 * number),
        pace=timedelta(minutes=2),
        direction=direction,
        empty=ticket_class is TicketClass.P5,
        parties=parties or (new_id(),),
        number=FIRST + number,
    )
    return story.filed().assessed().ready(GOODS[ticket_class]).queued(number, ticket_class, ahead=number - 32)


def _stand(gate: StillGate, trucks: list[Story], place: tuple[float, float], chance: Random) -> None:
    for truck in trucks:
        ready = a_ready_crossing(new_id(), truck.crossing_id, FREIGHT)
        let_hear(gate, "tracking.crossings", [as_record(enveloped(ready))])
        where = (place[0] + chance.gauss(0, 0.0009), place[1] + chance.gauss(0, 0.0008))
        position = a_position(
            where, at=NOW - timedelta(seconds=chance.randrange(90)), speed_kmh=chance.choice((0.0, 0.0, 22.0))
        )
        Feed(gate.gate).take(records(a_report(truck.crossing_id, position)))
