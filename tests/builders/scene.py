"""A morning at the gate, the same every time: what the pictures in README and guides show."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from uuid import UUID

from bordergate.ids import new_id
from events.gate_operations import Authority
from events.tracking import AreaKind
from events.words import Channel, Direction, TicketClass
from services.tracking.feed import Feed
from tests.builders.clock import A_MORNING
from tests.builders.news import as_record, enveloped
from tests.builders.pages import hear, let_hear
from tests.builders.stories import FREIGHT, Story
from tests.builders.tracking import a_position, a_ready_crossing, a_report, records
from tests.gates import StillGate

OPENING = A_MORNING - timedelta(hours=1)
NOW = A_MORNING + timedelta(hours=2, minutes=20)
WAITING_AREA, ROAD, APRON, YARD = (106.7232, 21.9611), (106.7300, 21.9480), (106.7149, 21.9729), (106.7168, 21.9694)
CLASSES = (TicketClass.P2, TicketClass.P4, TicketClass.P4, TicketClass.P3, TicketClass.P4, TicketClass.P5)


def a_morning(gate: StillGate, trader: UUID) -> Story:
    """Twenty past ten at one route; returns the trader's own crossing, which waits."""
    chance = Random(1119)  # noqa: S311 - the same morning every time
    gate.clock.set(NOW)
    gone = [_gone(number) for number in range(1, 29)]
    seen = [_called(number).near().seen_by(Authority.BORDER_GUARD) for number in range(29, 32)]
    seen[0].lagging()
    coming = [_called(number).near(AreaKind.WAITING) for number in range(32, 37)]
    waiting = [_queued(number) for number in range(38, 78)]
    own = _queued(37, (trader,))
    unready = Story(parties=(trader,), at=NOW - timedelta(minutes=40)).filed().refused("R014")
    hear(gate, *gone, *seen, *coming, *waiting, own, unready)
    places = [(YARD, gone[-4:]), (APRON, seen), (ROAD, coming), (WAITING_AREA, [own, *waiting[:24]])]
    for place, trucks in places:
        _stand(gate, trucks, place, chance)
    return own


def _gone(number: int) -> Story:
    direction = Direction.IMPORT if number % 4 == 0 else Direction.EXPORT
    at = OPENING + timedelta(minutes=5 * number)
    story = Story(at=at, pace=timedelta(minutes=1), direction=direction, empty=number % 9 == 0)
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
    )
    return story.filed().assessed().ready().queued(number, ticket_class, ahead=number - 32)


def _stand(gate: StillGate, trucks: list[Story], place: tuple[float, float], chance: Random) -> None:
    for truck in trucks:
        ready = a_ready_crossing(new_id(), truck.crossing_id, FREIGHT)
        let_hear(gate, "tracking.crossings", [as_record(enveloped(ready))])
        where = (place[0] + chance.gauss(0, 0.0009), place[1] + chance.gauss(0, 0.0008))
        position = a_position(
            where, at=NOW - timedelta(seconds=chance.randrange(90)), speed_kmh=chance.choice((0.0, 0.0, 22.0))
        )
        Feed(gate.gate).take(records(a_report(truck.crossing_id, position)))
