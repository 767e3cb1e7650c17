"""A small run of the gate as it should be, and the ways in which one can be spoilt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bordergate.broker import Record
from bordergate.ids import new_id
from events.queue_scheduling import TruckQueued
from events.tracking import AreaEntered, AreaKind
from events.vehicle_registration import CrossingNotReady
from events.words import Direction, TicketClass
from tests.builders.news import as_record, enveloped
from tests.builders.queue import a_ready_crossing
from tests.faults.checker import Answer, Answered, Evidence, Kept, is_a, place_of, sequence_of

DESK, QUEUE, TRACKING = "vehicle_registration", "queue_scheduling", "tracking"
CONSUMER = "queue_scheduling.crossings"


def a_run(crossings: int = 3) -> Evidence:
    """Crossings filed, ready, queued and at the gate, all as it should be."""
    answers = [Answer(str(new_id()), str(new_id()), str(new_id())) for _ in range(crossings)]
    told = [record for answer in answers for record in told_of(answer)]
    positions = frozenset((answer.vehicle, datetime.now(UTC)) for answer in answers)
    made = [answer.crossing for answer in answers]
    kept = Kept(
        crossings=[(answer.crossing, answer.vehicle) for answer in answers],
        tickets=made,
        files=made,
        joins=crossings,
        written={place_of(record): sequence_of(record) for record in told},
        heard={CONSUMER: frozenset(record.headers["ce_id"] for record in told)},
        positions=positions,
    )
    return Evidence(Answered(answers, positions), kept, told, positions, {CONSUMER: "bordergate.crossings"})


def told_of(answer: Answer) -> list[Record]:
    """What the services state of one crossing."""
    ready = a_ready_crossing(UUID(answer.crossing))
    found = enveloped(ready, 2, source=DESK)
    queued = TruckQueued(
        crossing_id=ready.crossing_id,
        route=ready.route,
        direction=Direction.EXPORT,
        ticket_class=TicketClass.P5,
        first_come=1,
        promise=1,
        ahead=0,
    )
    entered = AreaEntered(crossing_id=ready.crossing_id, area="hn-1119-gate", kind=AreaKind.GATE)
    return [
        as_record(enveloped(CrossingNotReady(crossing_id=ready.crossing_id, failures=()), 1, source=DESK)),
        as_record(found),
        as_record(enveloped(queued, 1, source=QUEUE, causation=found.id)),
        as_record(enveloped(entered, 1, source=TRACKING)),
    ]


def target_of(run: Evidence) -> Answer:
    """The command that is tampered with."""
    return run.answered.commands[0]


def kept_otherwise(run: Evidence, **changes: Any) -> Evidence:  # noqa: ANN401 - any field
    """The run with other things in its database."""
    return replace(run, kept=replace(run.kept, **changes))


def stated(run: Evidence, source: str, number: int) -> Record:
    """What a service stated under this number of the crossing that is tampered with."""
    wanted = (source, "bordergate.crossings", target_of(run).crossing)
    return next(record for record in run.events if place_of(record) == wanted and sequence_of(record) == number)


def otherwise(record: Record, **headers: str) -> Record:
    """The record with other headers."""
    return replace(record, headers=dict(record.headers) | headers)


def stated_once_more(run: Evidence, record: Record) -> Evidence:
    """A service has done something again: it stated the same in a new event, properly numbered and heard by all."""
    place = place_of(record)
    last = run.kept.written[place]
    event = otherwise(record, ce_id=str(new_id()), ce_sequence=str(last + 1))
    heard = {name: ids | {event.headers["ce_id"]} for name, ids in run.kept.heard.items()}
    whole = kept_otherwise(run, written={**run.kept.written, place: last + 1}, heard=heard)
    return replace(whole, events=[*run.events, event])


def lose_an_early_event(run: Evidence) -> Evidence:
    lost = stated(run, DESK, 1)
    return replace(run, events=[record for record in run.events if record is not lost])


def lose_the_last_event_of_a_key(run: Evidence) -> Evidence:
    lost = stated(run, QUEUE, 1)
    return replace(run, events=[record for record in run.events if record is not lost])


def leave_an_event_in_the_outbox(run: Evidence) -> Evidence:
    return kept_otherwise(run, waiting=1)


def lose_a_crossing(run: Evidence) -> Evidence:
    gone = target_of(run).crossing
    return kept_otherwise(run, crossings=[row for row in run.kept.crossings if row[0] != gone])


def lose_a_ticket(run: Evidence) -> Evidence:
    gone = target_of(run).crossing
    return kept_otherwise(run, tickets=[crossing for crossing in run.kept.tickets if crossing != gone])


def lose_a_file(run: Evidence) -> Evidence:
    gone = target_of(run).crossing
    return kept_otherwise(run, files=[crossing for crossing in run.kept.files if crossing != gone])


def miss_an_event(run: Evidence) -> Evidence:
    heard = run.kept.heard
    gone = stated(run, DESK, 2).headers["ce_id"]
    return kept_otherwise(run, heard={**heard, CONSUMER: heard[CONSUMER] - {gone}})


def lose_a_position_before_the_log(run: Evidence) -> Evidence:
    return replace(run, feed=run.feed - {next(iter(run.answered.positions))})


def lose_a_position_after_the_log(run: Evidence) -> Evidence:
    return kept_otherwise(run, positions=run.kept.positions - {next(iter(run.answered.positions))})


def do_a_command_twice(run: Evidence) -> Evidence:
    return kept_otherwise(run, crossings=[*run.kept.crossings, (str(new_id()), target_of(run).vehicle)])


def answer_a_command_twice(run: Evidence) -> Evidence:
    other = replace(run.answered.commands[1], key=target_of(run).key)
    return replace(run, answered=replace(run.answered, commands=[*run.answered.commands, other]))


def number_two_events_alike(run: Evidence) -> Evidence:
    other = otherwise(stated(run, DESK, 1), ce_id=str(new_id()))
    return replace(run, events=[*run.events, other])


def number_an_event_twice(run: Evidence) -> Evidence:
    event = stated(run, DESK, 2)
    return replace(run, events=[*run.events, otherwise(event, ce_sequence="3")])


def react_twice(run: Evidence) -> Evidence:
    return stated_once_more(run, stated(run, QUEUE, 1))


def count_a_join_twice(run: Evidence) -> Evidence:
    return kept_otherwise(run, joins=run.kept.joins + 1)


def draw_two_tickets(run: Evidence) -> Evidence:
    return kept_otherwise(run, tickets=[*run.kept.tickets, target_of(run).crossing])


def enter_an_area_twice(run: Evidence) -> Evidence:
    place, first = next((place, record) for place, record in enumerate(run.events) if is_a(record, AreaEntered))
    tampered = stated_once_more(run, first)
    return replace(tampered, events=[*run.events[: place + 1], tampered.events[-1], *run.events[place + 1 :]])


def swap_two_events_of_a_key(run: Evidence) -> Evidence:
    one, other = stated(run, DESK, 1), stated(run, DESK, 2)
    places = {id(one): other, id(other): one}
    return replace(run, events=[places.get(id(record), record) for record in run.events])


def park_an_event(run: Evidence) -> Evidence:
    return kept_otherwise(run, parked=[f"{CONSUMER} {target_of(run).crossing}: ValueError"])


def deliver_everything_twice(run: Evidence) -> Evidence:
    return replace(run, events=[*run.events, *run.events])
